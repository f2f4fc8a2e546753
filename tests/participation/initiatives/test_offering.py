"""Neighbours who offer help: put in touch only when both said so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from core.errors import Conflict, Invalid, NotFound
from core.events.models import Event
from core.work.worker import run_due_tasks
from participation.initiatives.actions import take_step
from participation.initiatives.actions.asking import ask_help, withdraw_help
from participation.initiatives.actions.offering import answer_offer, offer_help, withdraw_offer
from participation.initiatives.models import HelpRequest, Initiative, Offer
from participation.residents.holdings import holdings
from participation.residents.models import Resident
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, initiative_categories, join, submitted
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

pytestmark = pytest.mark.django_db
ANNA, BUUR = "anna@example.nl", "buur@example.nl"


def coached(world: World) -> Initiative:
    Responsibility.objects.get_or_create(gemeente=world.a, kind="initiative", team=world.care)
    made = submitted(resident(ANNA, name="Anna"))
    take_step(slug=made.slug, name="accept", actor=world.actor(world.dirk), now=timezone.now())
    run_due_tasks()
    mail.outbox.clear()
    return Initiative.objects.get(pk=made.pk)


@pytest.fixture
def plan(neighbourhood: World) -> Initiative:
    return coached(neighbourhood)


@pytest.fixture
def buur(plan: Initiative) -> Resident:
    return resident(BUUR, name="Buurman")


def asked(plan: Initiative, **values: Any) -> HelpRequest:
    given: dict[str, Any] = {"kind": "hands", "what": "Tien scheppers", "seen_by": "everybody"} | values
    return ask_help(slug=plan.slug, **given, actor=actor(resident(ANNA)), now=timezone.now())


def offer(plan: Initiative, who: Resident, reference: str = "", **values: Any) -> Offer:
    given: dict[str, Any] = {"kind": "hours", "text": "Ik schep graag mee"} | values
    return offer_help(slug=plan.slug, reference=reference, **given, actor=actor(who), now=timezone.now())


def answer(plan: Initiative, made: Offer, *, accept: bool, words: str = "") -> Offer:
    anna = actor(resident(ANNA))
    return answer_offer(slug=plan.slug, offer_id=made.pk, accept=accept, answer=words, actor=anna, now=timezone.now())


def letters() -> dict[str, Any]:
    run_due_tasks()
    found = {one.to[0]: one for one in mail.outbox}
    mail.outbox.clear()
    return found


def test_an_offer_is_made_on_the_page_where_its_consent_is_said_plainly(plan: Initiative) -> None:
    request = asked(plan)
    browser = Client(headers={"accept-language": "en"})
    address = f"/initiatieven/{plan.slug}/hulp/"
    assert 'name="kind"' not in browser.get(address, headers={"host": HOST_A}).content.decode()
    assert browser.post(address, {"deed": "offer"}, headers={"host": HOST_A}).status_code == 302
    signed_in(browser, BUUR)
    page = browser.get(f"{address}?vraag={request.case.reference}").content.decode()
    assert "With your offer you agree to that." in page
    wrong = browser.post(address, {"deed": "offer", "request": request.case.reference})
    assert wrong.status_code == 400
    assert set(wrong.context["wrong"]) == {"kind", "text", "name"}
    given = {
        "deed": "offer", "request": request.case.reference, "kind": "hours", "text": "Zaterdag", "name": "Buurman",
    }  # fmt: skip
    assert browser.post(address, given).status_code == 303
    assert browser.post(address, given).status_code == 409
    made = Offer.objects.get()
    assert (made.request, made.resident.name, made.consented_at is not None) == (request, "Buurman", True)
    assert browser.post(address, {"deed": "withdraw", "offer": made.pk}).status_code == 303
    made.refresh_from_db()
    assert (made.state, made.text) == ("withdrawn", "")
    assert browser.post(address, given).status_code == 303


def test_one_that_waits_per_person_and_request(plan: Initiative, buur: Resident) -> None:
    request = asked(plan)
    offer(plan, buur, request.case.reference)
    offer(plan, buur)
    for reference in ("", request.case.reference):
        with pytest.raises(Conflict):
            offer(plan, buur, reference)
    assert Offer.objects.count() == 2


def test_nothing_is_offered_to_what_is_not_shown_or_in_a_stage_without(
    neighbourhood: World, plan: Initiative, buur: Resident
) -> None:
    hidden, gone = asked(plan, seen_by="group"), asked(plan)
    withdraw_help(slug=plan.slug, reference=gone.case.reference, actor=actor(resident(ANNA)), now=timezone.now())
    for request in (hidden, gone):
        with pytest.raises(NotFound):
            offer(plan, buur, request.case.reference)
    with pytest.raises(Conflict):
        offer(plan, resident(ANNA))
    with pytest.raises(Invalid):
        offer(plan, resident("naamloos@example.nl"))
    coach = neighbourhood.actor(neighbourhood.dirk)
    take_step(slug=plan.slug, name="rest", reason="Vakantie", learned="Niets", actor=coach, now=timezone.now())
    with pytest.raises(Conflict):
        offer(plan, buur)


def test_saying_yes_puts_both_in_touch(plan: Initiative, buur: Resident) -> None:
    made = offer(plan, buur, asked(plan).case.reference)
    told = letters()
    assert set(told) == {ANNA}
    assert BUUR not in told[ANNA].body + told[ANNA].alternatives[0][0]
    page, own = Client(), Client()
    signed_in(page, ANNA)
    address = f"/initiatieven/{plan.slug}/groep/hulp/"
    assert BUUR not in page.get(address).content.decode()

    done = page.post(address, {"deed": "accept", "offer": made.pk, "answer": "Fijn, tot zaterdag!"})

    assert done.status_code == 303
    told = letters()
    assert set(told) == {ANNA, BUUR}
    for reader, other in ((ANNA, BUUR), (BUUR, ANNA)):
        for text in (told[reader].body, told[reader].alternatives[0][0]):
            assert other in text
            assert "Fijn, tot zaterdag!" in text
            assert "{" not in told[reader].body
    assert BUUR in page.get(address).content.decode()
    signed_in(own, BUUR)
    assert ANNA in own.get(f"/initiatieven/{plan.slug}/hulp/").content.decode()
    with pytest.raises(Conflict):
        answer(plan, made, accept=False)


def test_declining_is_kind_and_gives_nothing_away(plan: Initiative, buur: Resident) -> None:
    made = offer(plan, buur)
    letters()
    answer(plan, made, accept=False, words="Er zijn al genoeg handen.")
    told = letters()
    assert set(told) == {BUUR}
    assert ANNA not in told[BUUR].body
    assert "Er zijn al genoeg handen." in told[BUUR].body
    page = Client()
    signed_in(page, ANNA)
    assert BUUR not in page.get(f"/initiatieven/{plan.slug}/groep/hulp/").content.decode()


def test_only_the_starter_and_contacts_answer(neighbourhood: World, plan: Initiative, buur: Resident) -> None:
    bea = resident("bea@example.nl", name="Bea")
    join(plan, bea)
    made = offer(plan, buur)
    address, own = f"/api/v1/initiatives/{plan.slug}/offers", Client()
    signed_in(own, "bea@example.nl")
    assert own.post(f"{address}/{made.pk}/answer", {"accept": True}, "application/json").status_code == 403
    assert [one["reach"] for one in own.get(address).json()["results"]] == [[]]
    other = Client()
    signed_in(other, "vreemd@example.nl")
    assert other.post(f"{address}/{made.pk}/answer", {"accept": True}, "application/json").status_code == 403
    assert other.get(address).json()["results"] == []
    assert other.delete(f"{address}/{made.pk}").status_code == 404
    desk = neighbourhood.client(neighbourhood.dirk, headers={"host": HOST_A})
    page = desk.get(f"/initiatieven/{plan.slug}/groep/hulp/").content.decode()
    assert "Ik schep graag mee" in page
    assert desk.post(f"/initiatieven/{plan.slug}/groep/hulp/", {"deed": "accept", "offer": made.pk}).status_code == 403
    assert Client(headers={"host": HOST_A}).get(address).status_code == 401


def test_the_api_offers_once_and_answers_once(plan: Initiative, buur: Resident) -> None:
    request, client = asked(plan), Client()
    signed_in(client, BUUR)
    address, key = f"/api/v1/initiatives/{plan.slug}/offers", {"Idempotency-Key": str(uuid4())}
    body = {"kind": "things", "text": "Een kruiwagen", "request": request.case.reference}
    first = client.post(address, body, "application/json", headers=key)
    again = client.post(address, body, "application/json", headers=key)
    assert (first.status_code, again.json()) == (201, first.json())
    assert client.post(address, body, "application/json").status_code == 409
    group = Client()
    signed_in(group, ANNA)
    made = first.json()["id"]
    accepted = group.post(f"{address}/{made}/answer", {"accept": True}, "application/json")
    assert (accepted.status_code, accepted.json()["state"]) == (201, "accepted")
    [shown] = group.get(address).json()["results"]
    assert (shown["name"], shown["reach"]) == ("Buurman", [BUUR])
    assert client.get(address).json()["results"][0]["reach"] == [ANNA]
    assert client.delete(f"{address}/{made}").status_code == 409
    elsewhere = Client(headers={"host": HOST_B})
    signed_in(elsewhere, BUUR, host=HOST_B)
    assert elsewhere.post(address, body, "application/json").status_code == 404


def test_erasing_takes_the_offers_along(plan: Initiative, buur: Resident) -> None:
    offer(plan, buur)
    answer(plan, offer(plan, buur, asked(plan).case.reference), accept=True)
    held = holdings["offers"].export(buur)["offers"]
    assert len(held) == 2
    holdings["offers"].erase(buur, timezone.now())
    assert not Offer.objects.exists()
    assert holdings["offers"].export(buur) == {}


def test_nothing_personal_is_in_the_events(plan: Initiative, buur: Resident) -> None:
    answer(plan, offer(plan, buur), accept=True)
    told = str(list(Event.objects.values_list("payload", flat=True)))
    for words in (BUUR, ANNA, "Buurman", "schep"):
        assert words not in told


def test_an_offer_that_waits_is_thanked_when_the_initiative_ends(plan: Initiative, buur: Resident) -> None:
    made = offer(plan, buur)
    letters()
    anna = actor(resident(ANNA))
    with translation.override("en"):
        take_step(slug=plan.slug, name="stop", reason="Verhuisd", learned="Klein", actor=anna, now=timezone.now())
    told = letters()
    made.refresh_from_db()
    assert made.state == "declined"
    assert BUUR in told


@pytest.mark.django_db(transaction=True)
def test_twenty_answers_at_once_are_one(committed_world: World) -> None:
    initiative_categories(committed_world)
    plan = coached(committed_world)
    buur = resident(BUUR, name="Buurman")
    anna, neighbour = actor(resident(ANNA)), actor(buur)

    def offers(_at: int) -> str:
        try:
            offer_help(slug=plan.slug, kind="hours", text="Ik help", actor=neighbour, now=timezone.now())
        except Conflict:
            return "again"
        finally:
            connection.close()
        return "made"

    def answers(at: int) -> str:
        try:
            answer_offer(slug=plan.slug, offer_id=made.pk, accept=at % 2 == 0, actor=anna, now=timezone.now())
        except Conflict:
            return "again"
        finally:
            connection.close()
        return "answered"

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(offers, range(20))).count("made") == 1
    made = Offer.objects.get()
    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(answers, range(20))).count("answered") == 1


def test_withdrawing_is_for_who_offered(plan: Initiative, buur: Resident) -> None:
    made = offer(plan, buur)
    with pytest.raises(NotFound):
        withdraw_offer(slug=plan.slug, offer_id=made.pk, actor=actor(resident(ANNA)), now=timezone.now())
