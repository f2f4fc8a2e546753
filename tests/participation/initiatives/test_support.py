"""Standing behind an initiative and hearing of it: one per person, never more often than chosen."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from core.errors import Invalid
from core.events.models import Event
from core.notify.moments import next_moment
from core.work.worker import run_due_tasks
from participation.initiatives.actions.following import follow
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.actions.supporting import support
from participation.initiatives.models import (
    Digest,
    Follow,
    Initiative,
    InitiativeSettings,
    PaperSheet,
    Support,
    Threshold,
    Update,
)
from participation.initiatives.queries.overview import next_steps
from participation.initiatives.tasks.supporting import claim_digests
from participation.residents.holdings import holdings
from participation.residents.models import Resident
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, initiative_categories, join, submitted
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

pytestmark = pytest.mark.django_db


def coached(world: World, starter: Resident | None = None, **values: Any) -> Initiative:
    """One that Dirk of the wijkteam accepted."""
    Responsibility.objects.get_or_create(gemeente=world.a, kind="initiative", team=world.care)
    made = submitted(starter, **values)
    take_step(slug=made.slug, name="accept", actor=world.actor(world.dirk), now=timezone.now())
    return Initiative.objects.get(pk=made.pk)


def gathering(world: World, *, needed: int = 0) -> Initiative:
    if needed:
        Threshold.objects.create(gemeente=world.a, needed=needed)
    made = coached(world)
    take_step(slug=made.slug, name="gather", actor=world.actor(world.dirk), now=timezone.now())
    return Initiative.objects.get(pk=made.pk)


@pytest.fixture
def plan(neighbourhood: World) -> Initiative:
    return gathering(neighbourhood)


def scan() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (60, 80), "white").save(file, "JPEG")
    file.seek(0)
    file.name = "sheet.jpg"
    return file


def test_who_is_not_signed_in_signs_in_first_and_comes_back(plan: Initiative, client: Client) -> None:
    page = client.get(f"/initiatieven/{plan.slug}/steun/", headers={"host": HOST_A})
    assert page.status_code == 302
    assert f"next=%2Finitiatieven%2F{plan.slug}%2Fsteun%2F" in page["Location"]
    answer = client.post(f"/api/v1/initiatives/{plan.slug}/supporters", headers={"host": HOST_A})
    assert answer.status_code == 401


def test_support_counts_once_and_can_be_taken_back(plan: Initiative, client: Client) -> None:
    signed_in(client, "buur@example.nl")
    address = f"/initiatieven/{plan.slug}/steun/"
    for _time in range(2):
        assert client.post(address, {"deed": "support"}).status_code == 303
    plan.refresh_from_db()
    assert (plan.support_count, Support.objects.count()) == (1, 1)
    assert client.get(address).context["standing"].mine
    for _time in range(2):
        assert client.post(address, {"deed": "withdraw"}).status_code == 303
    plan.refresh_from_db()
    assert (plan.support_count, Support.objects.count()) == (0, 0)


def test_a_sheet_as_pdf_is_refused_with_what_may_be_sent(plan: Initiative, neighbourhood: World) -> None:
    desk = neighbourhood.client(neighbourhood.dirk)
    desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = f"/werk/initiatieven/{plan.slug}/papier/"
    file = BytesIO(b"%PDF-1.7\n%%EOF")
    file.name = "sheet.pdf"
    page = desk.post(address, {"count": "3", "scan": file, "remark": ""})
    assert page.status_code == 400
    assert "PDF" in str(page.context["form"].errors["scan"])
    assert "PDF" in str(page.context["form"].fields["scan"].help_text)
    assert not PaperSheet.objects.exists()


def test_a_group_with_enough_support_reads_no_more_of_asking_neighbours(plan: Initiative) -> None:
    plan.needed, plan.support_count = 25, 25
    with translation.override("en"):
        [enough] = next_steps(plan, members=3)
        plan.support_count = 20
        [more] = next_steps(plan, members=3)
    assert (enough.name, "neighbours" in enough.explained) == ("initiative_talk", False)
    assert "neighbours" in more.explained


def test_who_carries_a_plan_is_no_supporter_of_it(plan: Initiative, client: Client) -> None:
    signed_in(client, "anna@example.nl", name="Anna")
    address = f"/initiatieven/{plan.slug}/steun/"
    page = client.get(address)
    assert 'value="support"' not in page.content.decode()
    assert (
        'class="button primary"'
        not in client.get(f"/initiatieven/{plan.slug}/")
        .content.decode()
        .split('aria-labelledby="support-title"')[1]
        .split("</section>")[0]
    )
    assert client.post(address, {"deed": "support"}).status_code == 409
    refused = client.post(f"/api/v1/initiatives/{plan.slug}/supporters", {}, "application/json")
    assert refused.status_code == 409
    plan.refresh_from_db()
    assert (plan.support_count, Support.objects.count()) == (0, 0)


def test_a_supporter_who_joins_the_group_counts_no_more(plan: Initiative) -> None:
    ayse, ben = resident("ayse@example.nl", name="Ayşe"), resident("ben@example.nl", name="Ben")
    for one in (ayse, ben):
        support(slug=plan.slug, lives_here=True, actor=actor(one), now=timezone.now())
    join(plan, ayse)
    plan.refresh_from_db()
    assert plan.support_count == 1
    assert [one.resident_id for one in Support.objects.filter(initiative=plan)] == [ben.pk]
    counted = Event.objects.filter(type="initiative.support").latest("pk")
    assert counted.payload["count"] == 1


def test_the_api_counts_once_with_or_without_a_key(plan: Initiative) -> None:
    client = Client()
    signed_in(client, "buur@example.nl")
    address, key = f"/api/v1/initiatives/{plan.slug}/supporters", str(uuid4())
    first = client.post(address, {}, "application/json", headers={"Idempotency-Key": key})
    again = client.post(address, {}, "application/json", headers={"Idempotency-Key": key})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() == {
        "count": 1, "paper": 0, "needed": 0, "mine": True, "whoSupports": "everybody",
    }  # fmt: skip
    assert again["Idempotency-Replayed"] == "true"
    assert client.get(address).json()["mine"] is True
    assert Client(headers={"host": HOST_A}).get(address).json() == {
        "count": 1, "paper": 0, "needed": 0, "mine": False, "whoSupports": "everybody",
    }  # fmt: skip
    assert client.delete(address).status_code == 204
    assert client.get(address).json()["count"] == 0


def test_another_municipality_and_a_draft_are_not_found(plan: Initiative, neighbourhood: World) -> None:
    other = Client(headers={"host": HOST_B})
    signed_in(other, "buur@example.nl", host=HOST_B)
    assert other.post(f"/api/v1/initiatives/{plan.slug}/supporters", {}, "application/json").status_code == 404
    assert other.get(f"/initiatieven/{plan.slug}/steun/").status_code == 404
    idea, client = submitted(resident("bea@example.nl")), Client()
    signed_in(client, "buur@example.nl")
    for address in (f"/initiatieven/{idea.slug}/steun/", f"/api/v1/initiatives/{idea.slug}/supporters"):
        assert client.get(address).status_code == 404


def test_a_stage_that_gathers_nothing_says_so(plan: Initiative, neighbourhood: World) -> None:
    coach = neighbourhood.actor(neighbourhood.dirk)
    take_step(slug=plan.slug, name="rest", reason="Vakantie", learned="Niets", actor=coach, now=timezone.now())
    client = Client()
    signed_in(client, "buur@example.nl")
    answer = client.post(f"/api/v1/initiatives/{plan.slug}/supporters", {}, "application/json")
    assert answer.status_code == 409
    assert client.post(f"/initiatieven/{plan.slug}/steun/", {"deed": "support"}).status_code == 409
    assert Support.objects.count() == 0


def test_only_who_lives_there_where_the_municipality_asks_for_it(plan: Initiative) -> None:
    InitiativeSettings.objects.create(gemeente_id=plan.gemeente_id, who_supports="declared")
    client = Client()
    signed_in(client, "buur@example.nl")
    address = f"/initiatieven/{plan.slug}/steun/"
    page = client.post(address, {"deed": "support"})
    assert page.status_code == 400
    assert page.context["problems"][0][0] == "#id_lives_here"
    assert client.post(address, {"deed": "support", "lives_here": "1"}).status_code == 303
    assert Support.objects.get().lives_here


def test_the_group_hears_once_that_there_is_enough(neighbourhood: World) -> None:
    plan = gathering(neighbourhood, needed=2)
    run_due_tasks()
    mail.outbox.clear()
    people = [resident(f"n{at}@example.nl") for at in range(3)]
    for one in people:
        support(slug=plan.slug, lives_here=False, actor=actor(one), now=timezone.now())
    run_due_tasks()
    told = [one for one in mail.outbox if one.to == ["anna@example.nl"]]
    assert len(told) == 1
    assert plan.title in told[0].subject


def test_paper_is_counted_apart_and_its_scan_stays_at_the_desk(plan: Initiative, neighbourhood: World) -> None:
    desk = neighbourhood.client(neighbourhood.dirk)
    address = f"/werk/initiatieven/{plan.slug}/papier/"
    assert desk.post(address, {"count": "0", "scan": scan()}).status_code == 400
    assert desk.post(address, {"count": "12"}).status_code == 400
    assert desk.post(address, {"count": "12", "scan": scan(), "remark": "Blad 1"}).status_code == 303
    plan.refresh_from_db()
    assert (plan.paper_count, plan.support_count, plan.support) == (12, 0, 12)
    sheet = PaperSheet.objects.get()
    shown = desk.get(f"/photos/{sheet.scan_id}/thumb")
    assert shown.status_code == 200
    assert shown.getvalue()
    starter = Client()
    signed_in(starter, "anna@example.nl")
    for who in (Client(headers={"host": HOST_A}), starter):
        assert who.get(f"/photos/{sheet.scan_id}/thumb").status_code == 404
    page = starter.get(f"/initiatieven/{plan.slug}/groep/steun/")
    assert page.status_code == 200
    assert str(sheet.scan_id) not in page.content.decode()
    assert starter.get(address).status_code in {302, 403, 404}
    for _time in range(2):
        desk.post(address, {"deed": "take-back", "sheet": str(sheet.pk)})
    plan.refresh_from_db()
    assert plan.paper_count == 0


def test_erasing_an_account_takes_support_and_following_away(plan: Initiative) -> None:
    one = resident("buur@example.nl")
    now = timezone.now()
    support(slug=plan.slug, lives_here=True, actor=actor(one), now=now)
    follow(slug=plan.slug, often="weekly", actor=actor(one), now=now)
    assert holdings["support"].export(one)["supports"][0]["initiative"] == plan.title
    assert holdings["follows"].export(one)["follows"][0]["often"] == Follow.objects.get().get_often_display()
    for key in ("support", "follows"):
        holdings[key].erase(one, now)
        assert holdings[key].export(one) == {}
    plan.refresh_from_db()
    assert (plan.support_count, plan.follower_count) == (0, 0)


# --- following --------------------------------------------------------------------------------

MONDAY = datetime(2031, 3, 3, 12, tzinfo=UTC)


def tell(plan: Initiative, now: datetime, title: str = "De eerste spade") -> None:
    Update.objects.create(initiative=plan, title=title, text="We zijn begonnen. " * 30, created_at=now)


def send_due(now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    mail.outbox.clear()
    claim_digests(now=now)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=5))
    run_due_tasks()
    return [one for one in mail.outbox if "List-Unsubscribe" in one.extra_headers]


def test_who_follows_hears_as_often_as_they_chose_and_only_of_news(
    plan: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily, weekly = resident("dag@example.nl"), resident("week@example.nl")
    follow(slug=plan.slug, often="daily", actor=actor(daily), now=MONDAY)
    follow(slug=plan.slug, often="weekly", actor=actor(weekly), now=MONDAY)
    sent: list[tuple[int, str]] = []
    for day in range(1, 15):
        if day in (1, 2, 9):
            tell(plan, MONDAY + timedelta(days=day, hours=-6), f"Dag {day}")
        sent += [(day, one.to[0]) for one in send_due(MONDAY + timedelta(days=day), monkeypatch)]
    assert sent == [
        (1, "dag@example.nl"), (2, "dag@example.nl"), (7, "week@example.nl"), (9, "dag@example.nl"),
        (14, "week@example.nl"),
    ]  # fmt: skip


def test_two_followed_initiatives_come_in_one_mail_that_stops_both_with_one_click(
    neighbourhood: World, plan: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = coached(neighbourhood, resident("bea@example.nl"), title="Een bank voor iedereen")
    one = resident("dag@example.nl")
    for each in (plan, other):
        follow(slug=each.slug, often="daily", actor=actor(one), now=MONDAY)
        tell(each, MONDAY + timedelta(hours=1))
    [letter] = send_due(MONDAY + timedelta(days=1), monkeypatch)
    assert plan.title in letter.body
    assert other.title in letter.body
    [address] = re.findall(r"<https?://[^/]+(/initiatieven/stop/[^>]+)>", letter.extra_headers["List-Unsubscribe"])
    visitor = Client(headers={"host": HOST_A}, enforce_csrf_checks=True)
    assert visitor.get(address).status_code == 200
    assert Follow.objects.count() == 2
    for _time in range(2):
        assert visitor.post(address).status_code == 200
    assert Follow.objects.count() == 0
    assert visitor.post("/initiatieven/stop/nothing-here/").status_code == 404
    plan.refresh_from_db()
    assert plan.follower_count == 0


def test_a_dead_worker_costs_no_second_mail_and_a_hidden_update_is_not_told(
    plan: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = resident("dag@example.nl")
    follow(slug=plan.slug, often="daily", actor=actor(one), now=MONDAY)
    tell(plan, MONDAY + timedelta(hours=1))
    Update.objects.filter(initiative=plan).update(hidden_at=MONDAY)
    assert send_due(MONDAY + timedelta(days=1), monkeypatch) == []
    assert Digest.objects.get().state == "empty"
    tell(plan, MONDAY + timedelta(days=1, hours=1))
    claim_digests(now=MONDAY + timedelta(days=2))
    assert claim_digests(now=MONDAY + timedelta(days=2)) == 0
    Digest.objects.filter(state="owed").update(state="sending")  # the worker died while it handed it over
    mail.outbox.clear()
    run_due_tasks()
    assert mail.outbox == []


def test_a_phone_number_alone_cannot_follow_and_is_told_why(plan: Initiative) -> None:
    one = resident("+31612345678")
    with pytest.raises(Invalid):
        follow(slug=plan.slug, often="daily", actor=actor(one), now=timezone.now())
    client = Client()
    signed_in(client, "+31612345678")
    assert client.get(f"/initiatieven/{plan.slug}/steun/").context["reachable"] is False


def test_the_digest_reads_in_the_language_of_the_reader(plan: Initiative, monkeypatch: pytest.MonkeyPatch) -> None:
    one = resident("dag@example.nl")
    one.language = "en"
    one.save(update_fields=["language"])
    follow(slug=plan.slug, often="daily", actor=actor(one), now=MONDAY)
    tell(plan, MONDAY + timedelta(hours=1))
    [letter] = send_due(MONDAY + timedelta(days=1), monkeypatch)
    assert letter.subject == f"News of {plan.title}"
    assert "You get this mail because you follow these initiatives." in letter.body
    assert translation.get_language() == "nl"


def test_the_moment_of_a_digest_is_never_sooner_than_chosen() -> None:
    for often, least in (("daily", 0.5), ("weekly", 6), ("monthly", 27)):
        first = next_moment(often, MONDAY, spread=7)
        assert next_moment(often, first, spread=7) - first > timedelta(days=least)


# --- at the same moment -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_hundred_posts_of_a_hundred_people_at_once_are_a_hundred_supports(committed_world: World) -> None:
    initiative_categories(committed_world)
    plan = gathering(committed_world)
    people = [resident(f"n{at}@example.nl") for at in range(100)]

    def post(one: Resident) -> None:
        try:
            support(slug=plan.slug, lives_here=True, actor=actor(one), now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(post, people * 2))
    plan.refresh_from_db()
    assert Support.objects.filter(initiative=plan).count() == 100
    assert plan.support_count == 100
