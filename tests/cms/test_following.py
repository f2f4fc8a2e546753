"""Following by e-mail: nothing without a yes, changing and stopping by a private link, and nobody is bombed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.following import actions
from cms.following.models import FollowedWijk, Follower, Wish
from core.areas.models import Area
from core.events.models import Event
from core.work.worker import run_due_tasks
from tests.cms.conftest import HOST_A, HOST_B, Sites
from tests.cms.following import ANNA, ask, browser, follower, html_of, path_in, question_path, wanted


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {
        "follow": "20/hour",
        "follow-network": "60/day",
        "follow-address": "6/day",
        "tracking": "1000/minute",
    }


# --- asking and saying yes --------------------------------------------------------------------


def test_the_form_of_a_wijk_has_it_chosen_and_offers_the_others(sites: Sites) -> None:
    for name in ("WK910101", "wk910101", sites.wijk(sites.world.west).slug):
        page = sites.visit(f"/volg/{name}/").content.decode()
        assert f'value="{sites.world.west.pk}" id="id_wijken_0" checked' in page.replace("\n", " ")
        assert "Oosterwijk" in page
        assert "Duinwijk" not in page
    assert sites.visit("/volg/").status_code == 200


@pytest.mark.parametrize("name", ["WK910201", "WK999999", "GM9101", "%00"])
def test_what_is_no_wijk_of_this_municipality_cannot_be_followed(sites: Sites, name: str) -> None:
    assert sites.visit(f"/volg/{name}/").status_code == 404


def test_a_wijk_without_a_page_cannot_be_followed(sites: Sites) -> None:
    sites.wijk(sites.world.west).unpublish()
    assert sites.visit("/volg/WK910101/").status_code == 404
    assert ask(browser(), sites.world.west).status_code == 400


def test_nothing_begins_before_the_owner_of_the_address_says_yes(sites: Sites) -> None:
    client = browser()
    answer = ask(client, sites.world.west, sites.world.east)
    assert (answer.status_code, answer["Location"]) == (302, "/volg/gevraagd/")
    assert ANNA not in client.get("/volg/gevraagd/").content.decode()
    [question] = mail.outbox
    assert question.to == [ANNA]
    assert "Westerwijk" in question.body and "Oosterwijk" in question.body

    page = client.get(question_path())
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    assert not Follower.objects.exists()

    answer = client.post(question_path(), follow=True)
    assert answer.redirect_chain[-1][0] == "/volg/mijn/"
    found = Follower.objects.get()
    assert (found.email, found.frequency, found.language) == (ANNA, "weekly", "en")
    assert sorted(FollowedWijk.objects.values_list("area_id", flat=True)) == sorted(
        [sites.world.west.pk, sites.world.east.pk]
    )
    assert not Wish.objects.exists()
    assert "a…@example.test" in answer.content.decode()
    assert ANNA not in answer.content.decode()


def test_a_form_needs_its_token_but_no_script(sites: Sites) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": HOST_A})
    assert strict.post("/volg/", wanted(sites.world.west)).status_code == 403
    page = strict.get("/volg/WK910101/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = strict.post("/volg/WK910101/", wanted(sites.world.west) | {"csrfmiddlewaretoken": token})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "geen adres"}, "id_email"),
        ({"email": ""}, "id_email"),
        ({"topics": []}, "id_topics"),
        ({"topics": ["iets-anders"]}, "id_topics"),
        ({"frequency": "hourly"}, "id_frequency"),
        ({"language": "xx"}, "id_language"),
        ({"wijken": []}, "id_wijken"),
        ({"wijken": ["x", "9" * 40]}, "id_wijken"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    sites: Sites, changes: dict[str, Any], field: str
) -> None:
    answer = browser().post("/volg/", wanted(sites.world.west, **changes))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#{field}' in page
    if "email" not in changes:
        assert f'value="{ANNA}"' in page
    assert not Wish.objects.exists()


def test_a_link_works_once_and_for_two_days(sites: Sites) -> None:
    client = browser()
    ask(client, sites.world.west)
    path, now = question_path(), timezone.now()
    assert actions.sweep(now=now + timedelta(hours=47)) == 0
    client.post(path)
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert client.get(path[:-4] + "xyz/").status_code == 404
    Follower.objects.all().delete()

    ask(client, sites.world.west)
    Wish.objects.update(asked_at=now - timedelta(hours=49), mailed_at=now - timedelta(hours=49))
    assert client.post(question_path()).status_code == 404
    assert actions.sweep(now=now) == 1
    assert not Wish.objects.exists()


# --- nobody is bombed, and nobody is told who follows -----------------------------------------


def test_an_address_is_asked_once_a_day_whoever_asks(sites: Sites) -> None:
    for _time in range(3):
        assert ask(browser(), sites.world.west).status_code == 302
        assert ask(browser(), sites.world.east, email=ANNA.upper()).status_code == 302
    assert len(mail.outbox) == 1
    Wish.objects.update(mailed_at=timezone.now() - timedelta(hours=25))
    ask(browser(), sites.world.west)
    assert len(mail.outbox) == 1, "above the limit of the address"


def test_a_question_that_could_not_be_sent_is_tried_again_by_its_own_task_only(sites: Sites) -> None:
    browser().post("/volg/", wanted(sites.world.west))
    wish, now = Wish.objects.get(), timezone.now()
    assert actions.claim_question(wish_id=wish.pk, task="one", now=now)
    assert actions.claim_question(wish_id=wish.pk, task="one", now=now)
    assert not actions.claim_question(wish_id=wish.pk, task="two", now=now)
    assert actions.claim_question(wish_id=wish.pk, task="two", now=now + timedelta(days=1))


def test_the_answer_is_the_same_for_who_follows_already(sites: Sites) -> None:
    follower(sites)
    new, known = browser(), browser()
    one = ask(new, sites.world.west, email="iemand.anders@example.test")
    other = ask(known, sites.world.west)
    assert (one.status_code, one["Location"]) == (other.status_code, other["Location"])
    assert len({len(sent.body) for sent in mail.outbox}) == 1


def test_asking_again_for_who_follows_changes_nothing_before_they_say_yes(sites: Sites) -> None:
    follower(sites)
    stranger = browser()
    ask(stranger, sites.world.east, frequency="daily", topics=["nieuws"])
    found = Follower.objects.get()
    assert (found.frequency, found.areas.count()) == ("weekly", 1)

    stranger.post(question_path())
    found = Follower.objects.get()
    assert (found.frequency, found.topics, found.areas.count()) == ("daily", ["nieuws"], 2)


def test_one_network_cannot_have_everybody_asked(sites: Sites, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"follow-network": "3/day"}
    answers = [ask(browser(), sites.world.west, email=f"persoon{n}@example.test").status_code for n in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    assert len(mail.outbox) == 3


# --- the private page -------------------------------------------------------------------------


def manage_path(found: Follower) -> str:
    return f"/volg/mijn/{actions.tokens_of(found)[0]}/"


def test_the_private_link_leaves_the_address_bar_at_once(sites: Sites) -> None:
    found = follower(sites)
    client = browser()
    answer = client.get(manage_path(found))
    assert (answer.status_code, answer["Location"]) == (302, "/volg/mijn/")
    cookie = client.cookies["volg"]
    assert cookie["httponly"] and cookie["path"] == "/volg/"
    assert client.get("/volg/mijn/").status_code == 200
    assert browser().get("/volg/mijn/").status_code == 404
    assert browser().get("/volg/mijn/onzin/").status_code == 404


def test_what_one_gets_can_be_changed(sites: Sites) -> None:
    found = follower(sites)
    client = browser()
    client.get(manage_path(found))
    wish = wanted(sites.world.east, frequency="monthly", topics=["agenda"], language="ar")
    assert (
        client.post("/volg/mijn/", wish | {"pause_from": "2030-01-01", "pause_until": "2030-01-10"}).status_code == 302
    )
    found.refresh_from_db()
    assert (found.frequency, found.topics, found.language) == ("monthly", ["agenda"], "ar")
    assert [area.pk for area in found.areas.all()] == [sites.world.east.pk]
    assert str(found.pause_until) == "2030-01-10"
    assert client.post("/volg/mijn/", wish).status_code == 302
    found.refresh_from_db()
    assert found.pause_from is None


@pytest.mark.parametrize(
    ("first", "last"),
    [("2030-01-10", "2030-01-01"), ("2030-01-01", ""), ("", "2030-01-01"), ("2030-01-01", "2032-01-01")],
)
def test_a_quiet_period_has_two_days_in_order(sites: Sites, first: str, last: str) -> None:
    client = browser()
    client.get(manage_path(follower(sites)))
    wish = wanted(sites.world.east) | {"pause_from": first, "pause_until": last}
    assert client.post("/volg/mijn/", wish).status_code == 400
    assert Follower.objects.get().pause_from is None


def test_stopping_erases_everything(sites: Sites) -> None:
    found = follower(sites)
    client = browser()
    client.get(manage_path(found))
    ask(client, sites.world.east)
    answer = client.post("/volg/mijn/", {"deed": "stop"}, follow=True)
    assert answer.status_code == 200
    assert not Follower.objects.exists() and not Wish.objects.exists() and not FollowedWijk.objects.exists()
    assert client.get("/volg/mijn/").status_code == 404


def test_one_post_of_a_mail_program_stops_without_cookies_and_a_get_does_nothing(sites: Sites) -> None:
    found = follower(sites)
    path = f"/volg/stop/{actions.tokens_of(found)[1]}/"
    program = Client(enforce_csrf_checks=True, headers={"host": HOST_A})
    for method in (program.get, program.head):
        assert method(path).status_code == 200
    assert Follower.objects.exists()
    body = "List-Unsubscribe=One-Click"
    answer = program.post(path, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not Follower.objects.exists()
    assert program.post(path, body, content_type="application/x-www-form-urlencoded").status_code == 200


def test_the_link_that_stops_opens_nothing_else(sites: Sites) -> None:
    found = follower(sites)
    _manage, stop = actions.tokens_of(found)
    assert browser().get(f"/volg/mijn/{stop}/").status_code == 404
    assert browser().get(f"/volg/bevestigen/{stop}/").status_code == 404


def test_private_links_outlive_a_new_secret_key(sites: Sites, settings: Any) -> None:
    found = follower(sites)
    before = actions.tokens_of(found)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a-new-one-" * 6
    assert actions.tokens_of(found) == before
    settings.SECRET_KEY_FALLBACKS = []
    fresh = actions.tokens_of(found)
    assert fresh != before
    assert browser().get(f"/volg/mijn/{fresh[0]}/").status_code == 302


# --- apart ------------------------------------------------------------------------------------


def test_municipalities_know_nothing_of_each_others_followers(sites: Sites) -> None:
    found = follower(sites)
    there = browser(HOST_B)
    assert there.get(manage_path(found)).status_code == 404
    duin = Area.objects.get(gemeente=sites.world.b, level="wijk")
    ask(there, duin)
    assert browser(HOST_A).get(question_path()).status_code == 404
    assert there.post(question_path()).status_code == 302
    assert Follower.objects.count() == 2
    assert browser(HOST_A).post("/volg/", wanted(duin)).status_code == 400


def test_no_address_is_in_tasks_events_or_the_log(sites: Sites, caplog: pytest.LogCaptureFixture) -> None:
    follower(sites)
    run_due_tasks()
    said = [*DBTaskResult.objects.values_list("args_kwargs", "return_value", "traceback"), *Event.objects.values_list()]
    assert "anna" not in f"{said} {caplog.text}".lower()


def test_the_question_is_in_the_language_that_was_chosen(sites: Sites) -> None:
    ask(browser(language="nl"), sites.world.west, language="ar")
    html = html_of()
    assert 'lang="ar" dir="rtl"' in html
    assert path_in(html.replace('"', " "), "/volg/bevestigen/") == question_path()
