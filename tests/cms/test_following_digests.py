"""The digest: what is in it, how it looks, and that there is never a second one."""

from __future__ import annotations

import smtplib
import threading
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.base.translations import titles_of
from cms.following import actions, letters, tasks
from cms.following.models import Digest, Follower
from cms.home.actions import set_up_site
from cms.wijken.models import WijkPage
from core.areas.models import Area, Tenant
from core.areas.tenancy import site_of
from core.work.worker import run_due_tasks
from participation.cases.actions import move_case
from tests.cms.conftest import HOST_A, Sites, picture
from tests.cms.following import ANNA, browser, event, follower, html_of, message, news, path_in, publish, send_due, win
from tests.support.rows import keep
from tests.support.world import IN_THE_EAST, IN_THE_WEST, World

HERE = ZoneInfo("Europe/Amsterdam")
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=HERE)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=HERE)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def solve(world: World, at: tuple[float, float], when: datetime) -> None:
    reference = world.report(at=at, now=FRIDAY).case.reference
    for move in ("start", "resolve"):
        move_case(reference=reference, move=move, message="Klaar.", actor=world.actor(world.lotte), now=when)


# --- what is in it ----------------------------------------------------------------------------


def test_one_mail_tells_of_every_wijk_small_wins_first(sites: Sites) -> None:
    world = sites.world
    follower(sites, world.west, world.east, now=FRIDAY)
    news(sites, "Nieuwe bomen", at=MONDAY - timedelta(hours=3), area=world.east)
    news(sites, "De kermis komt", at=MONDAY - timedelta(hours=3))
    win(sites, world.west, at=MONDAY - timedelta(hours=5))
    event(sites, world.west, MONDAY + timedelta(days=3), at=MONDAY - timedelta(hours=4))
    solve(world, IN_THE_WEST, MONDAY - timedelta(hours=2))
    run_due_tasks()
    mail.outbox.clear()

    assert send_due(MONDAY) == ["sent"]
    [sent] = mail.outbox
    assert sent.to == [ANNA]
    order = ["Oosterwijk", "Nieuwe bomen", "Westerwijk", "De lamp doet het weer", "1 report was solved"]
    order += ["Koffie in het buurthuis", "For the whole of Waterstad", "De kermis komt"]
    html = html_of()
    for text in (str(sent.body), html.partition("<h2")[2]):
        places = [text.find(one) for one in order]
        assert -1 not in places and places == sorted(places), dict(zip(order, places, strict=True))
    assert "Thursday 26 November, 10:00" in sent.body
    assert "http://waterstad.test" in sent.body
    assert "Bulky waste next to the container: 1" in sent.body


def test_only_what_was_chosen_is_told(sites: Sites) -> None:
    world = sites.world
    follower(sites, world.west, now=FRIDAY, topics=["nieuws"])
    news(sites, "Nieuwe bomen", at=MONDAY - timedelta(hours=3), area=world.west)
    news(sites, "Oost is oost", at=MONDAY - timedelta(hours=3), area=world.east)
    win(sites, world.west, at=MONDAY - timedelta(hours=3))
    event(sites, world.west, MONDAY + timedelta(days=3), at=MONDAY - timedelta(hours=3))
    solve(world, IN_THE_WEST, MONDAY - timedelta(hours=3))
    run_due_tasks()
    mail.outbox.clear()
    assert send_due(MONDAY) == ["sent"]
    body = str(mail.outbox[0].body)
    assert "Nieuwe bomen" in body
    for other in ("Oost is oost", "De lamp doet het weer", "Koffie in het buurthuis", "solved"):
        assert other not in body


def test_what_is_solved_in_another_wijk_or_is_not_public_is_not_counted(sites: Sites) -> None:
    follower(sites, sites.world.west, now=FRIDAY)
    solve(sites.world, IN_THE_EAST, MONDAY - timedelta(hours=2))
    assert send_due(MONDAY) == ["nothing new"]


def test_nothing_is_sent_when_nothing_is_new(sites: Sites) -> None:
    follower(sites, now=FRIDAY)
    news(sites, "Van vroeger", at=FRIDAY - timedelta(hours=3))
    draft = win(sites, sites.world.west, "Nog niet af", at=MONDAY - timedelta(hours=3))
    draft.unpublish()
    assert send_due(MONDAY) == ["nothing new"]
    assert mail.outbox == []
    assert Digest.objects.get().state == "empty"


def test_news_is_told_once(sites: Sites) -> None:
    follower(sites, now=FRIDAY)
    page = news(sites, "Nieuwe bomen", at=MONDAY - timedelta(hours=3))
    assert send_due(MONDAY) == ["sent"]
    page.title = "Nieuwe bomen, gemend"
    publish(page)
    assert send_due(NEXT_MONDAY) == ["nothing new"]
    assert len(mail.outbox) == 1


def test_what_is_published_at_this_moment_is_for_the_next(sites: Sites) -> None:
    follower(sites, now=FRIDAY)
    news(sites, "Net op tijd", at=MONDAY - timedelta(minutes=3))
    news(sites, "Net te laat", at=MONDAY - timedelta(seconds=30))
    send_due(MONDAY)
    send_due(NEXT_MONDAY)
    assert ["Net op tijd" in one.body for one in mail.outbox] == [True, False]
    assert ["Net te laat" in one.body for one in mail.outbox] == [False, True]


def test_a_wijk_tells_of_its_quarters_and_a_quarter_of_its_wijk(sites: Sites) -> None:
    haven, plantsoen = (Area.objects.get(name=name) for name in ("Haven", "Plantsoen"))
    for area, title in ((haven, "Bij de haven"), (plantsoen, "In het groen")):
        quarter = WijkPage(title=area.name, area=area)
        sites.wijk(sites.world.west).add_child(instance=quarter)
        publish(quarter)
        win(sites, area, title, at=MONDAY - timedelta(hours=3))
    news(sites, "In de hele wijk", at=MONDAY - timedelta(hours=6), area=sites.world.west)
    follower(sites, sites.world.west, now=FRIDAY, email="wijk@example.test")
    follower(sites, haven, now=FRIDAY, email="buurt@example.test")
    follower(sites, sites.world.west, haven, now=FRIDAY, email="beide@example.test")
    assert send_due(MONDAY) == ["sent"] * 3
    body = {sent.to[0]: str(sent.body) for sent in mail.outbox}
    titles = ("Bij de haven", "In het groen", "In de hele wijk")
    told = {who: [one in text for one in titles] for who, text in body.items()}
    assert told == {
        "wijk@example.test": [True, True, True],
        "buurt@example.test": [True, False, True],
        "beide@example.test": [True, True, True],
    }
    both = body["beide@example.test"]
    assert both.count("Bij de haven") == 1
    assert both.index("Haven\n==") < both.index("Bij de haven") < both.index("Westerwijk\n==")


def test_what_only_some_may_read_is_in_no_mail(sites: Sites) -> None:
    follower(sites, now=FRIDAY)
    page = news(sites, "Alleen voor de straat", at=MONDAY - timedelta(hours=3))
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert send_due(MONDAY) == ["nothing new"]


def test_a_series_is_told_by_its_next_time_and_a_cancelled_one_not(sites: Sites) -> None:
    world = sites.world
    follower(sites, now=FRIDAY)
    begin = datetime(2026, 9, 2, 14, tzinfo=HERE)  # Wednesdays
    event(sites, world.west, begin, at=begin, repeats="week", repeats_times=40)
    event(sites, world.west, MONDAY + timedelta(days=1), at=FRIDAY, title="Gaat niet door", cancelled=True)
    assert send_due(MONDAY) == ["sent"]
    body = str(mail.outbox[0].body)
    assert "Wednesday 25 November, 14:00" in body
    assert "?dag=2026-11-25" in body
    assert "Gaat niet door" not in body


def test_the_agenda_looks_as_far_ahead_as_the_next_mail(sites: Sites) -> None:
    world = sites.world
    follower(sites, now=FRIDAY, frequency="daily")
    event(sites, world.west, MONDAY + timedelta(days=5), at=FRIDAY - timedelta(days=9), title="Nog ver")
    assert send_due(MONDAY) == ["nothing new"]
    event(sites, world.west, MONDAY + timedelta(days=40), at=MONDAY + timedelta(hours=2), title="Nieuw en ver")
    assert send_due(MONDAY + timedelta(days=1)) == ["sent"]
    assert "Nieuw en ver" in mail.outbox[0].body


def test_a_picture_has_an_address_and_words_and_there_is_one_a_wijk(sites: Sites, tmp_path: Any) -> None:
    world = sites.world
    follower(sites, now=FRIDAY)
    photo = picture(world.a, tmp_path, "Een volle straat")
    for title in ("Een", "Twee"):
        win(sites, world.west, title, at=MONDAY - timedelta(hours=3), photo_after=photo, photos_checked=True)
    send_due(MONDAY)
    html = html_of(0)
    assert html.count("<img") == 1
    assert 'alt="Een volle straat"' in html
    assert 'src="http://waterstad.test' in html
    photo.file.storage.delete(photo.file.name)
    photo.renditions.all().delete()
    Follower.objects.update(told_until=FRIDAY)
    assert send_due(NEXT_MONDAY) == ["sent"]
    assert "<img" not in html_of(1)


def test_the_mail_speaks_the_language_of_its_reader_and_the_news_stays_dutch(sites: Sites) -> None:
    follower(sites, now=FRIDAY, language="ar")
    news(sites, "Nieuwe bomen", at=MONDAY - timedelta(hours=3))
    send_due(MONDAY)
    html = html_of(0)
    assert '<html lang="ar" dir="rtl">' in html
    assert 'lang="nl" dir="auto"' in html
    assert message()["Content-Language"] == "ar"


def test_who_sends_it_and_how_to_stop_stand_in_the_head(sites: Sites) -> None:
    Tenant.objects.filter(gemeente=sites.world.a).update(sender="Waterstad <wijk@waterstad.test>")
    found = follower(sites, now=FRIDAY)
    news(sites, "Nieuwe bomen", at=MONDAY - timedelta(hours=3))
    send_due(MONDAY)
    head = message()
    manage, stop = actions.tokens_of(found)
    assert head["From"] == "Waterstad <wijk@waterstad.test>"
    assert head["List-Unsubscribe"] == f"<{site_of(sites.world.a.pk)}/volg/stop/{stop}/>"
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert head["List-Id"] == f"<volg.{HOST_A}>"
    body = str(mail.outbox[0].body)
    assert path_in(body, "/volg/stop/") == f"/volg/stop/{stop}/"
    assert path_in(body, "/volg/mijn/") == f"/volg/mijn/{manage}/"
    answer = browser().post(
        path_in(body, "/volg/stop/"), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert not Follower.objects.exists()


def test_a_long_list_is_cut_and_says_so(sites: Sites) -> None:
    follower(sites, now=FRIDAY)
    for number in range(9):
        news(sites, f"Bericht {number}", at=MONDAY - timedelta(hours=9 - number), area=sites.world.west)
    send_due(MONDAY)
    body = str(mail.outbox[0].body)
    assert [f"Bericht {number}" in body for number in range(9)] == [False] * 3 + [True] * 6
    assert "There is more on the page" in body


def test_a_digest_of_three_wijken_costs_a_fixed_number_of_queries(
    sites: Sites, django_assert_max_num_queries: Any
) -> None:
    world = sites.world
    found = follower(sites, world.west, world.east, now=FRIDAY)
    for number in range(4):
        news(sites, f"Bericht {number}", at=MONDAY - timedelta(hours=3), area=world.west)
        win(sites, world.east, f"Succes {number}", at=MONDAY - timedelta(hours=3))
        event(sites, world.east, MONDAY + timedelta(days=number + 1), at=MONDAY, title=f"Feest {number}")
    titles_of(sites.a.home.translation_key)  # what can be read in which language is in memory
    with django_assert_max_num_queries(18):
        assert letters.digest(found, until=MONDAY) is not None


# --- never a second one -----------------------------------------------------------------------


def test_a_period_takes_one_digest(sites: Sites) -> None:
    found = follower(sites, now=FRIDAY)
    news(sites, at=MONDAY - timedelta(hours=3))
    assert send_due(MONDAY) == ["sent"]
    Follower.objects.update(next_at=MONDAY)
    news(sites, "Nog een", at=MONDAY + timedelta(hours=1))
    assert send_due(MONDAY + timedelta(hours=2)) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(follower=found, period="2026-W48", created_at=MONDAY)
    assert len(mail.outbox) == 1


def test_who_changes_how_often_after_a_digest_gets_no_second_one_that_day(sites: Sites) -> None:
    found = follower(sites, now=FRIDAY)
    news(sites, at=MONDAY - timedelta(hours=3))
    assert send_due(MONDAY) == ["sent"]
    choices = actions.Choices([sites.world.west.pk], "daily", ["nieuws"], "en")
    early = MONDAY.replace(hour=7)
    actions.change(
        token=actions.tokens_of(found)[0],
        gemeente_id=sites.world.a.pk,
        choices=choices,
        pause=(None, None),
        now=early,
    )
    news(sites, "Meer", at=MONDAY + timedelta(hours=1))
    assert send_due(MONDAY.replace(hour=23)) == []
    assert send_due(MONDAY + timedelta(days=1)) == ["sent"]


def test_in_a_quiet_period_nothing_comes_and_afterwards_all_of_it(sites: Sites) -> None:
    found = follower(sites, now=FRIDAY)
    client = browser()
    client.get(f"/volg/mijn/{actions.tokens_of(found)[0]}/")
    Follower.objects.update(pause_from=MONDAY.date(), pause_until=MONDAY.date() + timedelta(days=3))
    news(sites, "In de vakantie", at=MONDAY - timedelta(hours=3))
    assert send_due(MONDAY) == []
    assert send_due(MONDAY + timedelta(days=2)) == []
    assert send_due(NEXT_MONDAY) == ["sent"]
    assert "In de vakantie" in mail.outbox[0].body


def test_after_a_long_silence_of_ours_there_is_one_digest_and_no_row_of_them(sites: Sites) -> None:
    follower(sites, now=FRIDAY, frequency="daily")
    for day in range(5):
        news(sites, f"Dag {day}", at=FRIDAY + timedelta(days=day + 1))
    late = FRIDAY + timedelta(days=6)
    assert send_due(late) == ["sent"]
    assert send_due(late + timedelta(minutes=1)) == []
    assert len(mail.outbox) == 1


def test_a_digest_that_was_overtaken_is_not_sent(sites: Sites) -> None:
    follower(sites, now=FRIDAY, frequency="daily")
    news(sites, at=MONDAY - timedelta(hours=3))
    tasks.claim_digests(now=MONDAY)
    tasks.claim_digests(now=MONDAY + timedelta(days=1))
    first, second = Digest.objects.order_by("pk")
    assert tasks.send_digest(first.pk, now=MONDAY + timedelta(days=1)) == "skipped"
    assert tasks.send_digest(second.pk, now=MONDAY + timedelta(days=1)) == "sent"


def test_a_worker_that_died_on_the_way_sends_no_second_mail_and_nothing_is_lost(sites: Sites, monkeypatch: Any) -> None:
    follower(sites, now=FRIDAY)
    news(sites, at=MONDAY - timedelta(hours=3))
    tasks.claim_digests(now=MONDAY)
    owed = Digest.objects.get()

    def die(*_given: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr("django.core.mail.EmailMultiAlternatives.send", die)
        with pytest.raises(KeyboardInterrupt):
            tasks.send_digest(owed.pk, now=MONDAY)
    assert tasks.send_digest(owed.pk, now=MONDAY) == "taken already, or stopped"
    assert mail.outbox == []
    assert send_due(NEXT_MONDAY) == ["sent"]


def test_a_mail_server_that_is_away_is_tried_again(sites: Sites, monkeypatch: Any) -> None:
    follower(sites, now=FRIDAY)
    news(sites, at=MONDAY - timedelta(hours=3))
    tasks.claim_digests(now=MONDAY)
    owed = Digest.objects.get()

    def refuse(*_given: Any, **_more: Any) -> None:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        with pytest.raises(tasks.MailFailed):
            tasks.send_digest(owed.pk, now=MONDAY)
    assert tasks.send_digest(owed.pk, now=MONDAY) == "sent"
    assert len(mail.outbox) == 1


def test_an_address_that_is_refused_three_times_is_erased(sites: Sites, monkeypatch: Any) -> None:
    follower(sites, now=FRIDAY)

    def refuse(*_given: Any, **_more: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({ANNA: (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    news(sites, at=MONDAY - timedelta(hours=3))
    said = [send_due(MONDAY + timedelta(days=7 * week)) for week in range(3)]
    assert said == [["refused"], ["refused"], ["refused too often: erased"]]
    assert not Follower.objects.exists()


def test_who_stops_between_claiming_and_sending_gets_nothing(sites: Sites) -> None:
    found = follower(sites, now=FRIDAY)
    news(sites, at=MONDAY - timedelta(hours=3))
    tasks.claim_digests(now=MONDAY)
    owed = Digest.objects.get()
    actions.stop(token=actions.tokens_of(found)[1])
    assert tasks.send_digest(owed.pk, now=MONDAY) == "taken already, or stopped"
    assert mail.outbox == []


def test_the_schedule_finds_who_is_due_and_the_worker_sends(sites: Sites) -> None:
    follower(sites)
    news(sites)
    assert not tasks.anybody_due(timezone.now())
    Follower.objects.update(next_at=timezone.now(), told_until=timezone.now() - timedelta(days=1))
    publish(news(sites, "Van gisteren"), at=timezone.now() - timedelta(hours=5))
    assert tasks.anybody_due(timezone.now())
    tasks.owe_digests.enqueue()
    run_due_tasks()
    assert ["Van gisteren" in one.body for one in mail.outbox] == [True]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_make_one_mail(committed_world: World) -> None:
    made = Sites(
        committed_world, *keep("sites", lambda: (set_up_site(committed_world.a.pk), set_up_site(committed_world.b.pk)))
    )
    for number in range(6):
        follower(made, now=FRIDAY, email=f"volger{number}@example.test")
    news(made, at=MONDAY - timedelta(hours=3))
    together, said = threading.Barrier(3), []

    def work() -> None:
        try:
            together.wait(20)
            said.append(tasks.claim_digests(now=MONDAY))
            for pk in Digest.objects.values_list("pk", flat=True):
                tasks.send_digest(pk, now=MONDAY)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _one in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(said) == 6
    assert sorted(sent.to[0] for sent in mail.outbox) == [f"volger{number}@example.test" for number in range(6)]
    assert Digest.objects.filter(state="sent").count() == 6
