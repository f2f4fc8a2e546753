"""Help on the pages of the group and of everybody, and over the API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from participation.initiatives.models import HelpRequest, Initiative
from participation.initiatives.queries.asked import help_of
from participation.residents.models import Resident
from tests.participation.initiatives.conftest import actor
from tests.participation.initiatives.helping import CHALLENGE, ask, coached, decide, rules
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(neighbourhood: World) -> World:
    return rules(neighbourhood)


@pytest.fixture
def anna() -> Resident:
    return resident("anna@example.nl", name="Anna")


@pytest.fixture
def plan(here: World, anna: Resident) -> Initiative:
    return coached(here, anna)


def test_a_group_asks_on_its_pages_without_a_script(here: World, plan: Initiative) -> None:
    browser = Client()
    signed_in(browser, "anna@example.nl")
    own = f"/initiatieven/{plan.slug}/groep/hulp/"
    assert browser.get(own).status_code == 200
    assert "vragen/money/" in browser.get(f"{own}vragen/").content.decode()
    wrong = browser.post(f"{own}vragen/money/", {"what": "", "amount": "veel", "needed_on": "morgen"})
    assert wrong.status_code == 400
    given = {
        "what": "Zaden", "label": ["Zaden", ""], "line_amount": ["12,50", ""], "needed_on": "", "seen_by": "everybody",
    }  # fmt: skip
    done = browser.post(f"{own}vragen/money/", given)
    request = HelpRequest.objects.get()
    assert (done.status_code, done["Location"]) == (303, f"{own}{request.case.reference}/")
    assert (request.cents, request.seen_by) == (1250, "everybody")
    assert "Zaden" in browser.get(done["Location"]).content.decode()
    assert browser.post(done["Location"], {"deed": "write", "text": ""}).status_code == 400
    assert browser.post(done["Location"], {"deed": "write", "text": "Graag snel"}).status_code == 303
    assert browser.post(done["Location"], {"deed": "withdraw"}).status_code == 303
    assert "Zaden" in browser.get(own).content.decode()
    other = Client()
    signed_in(other, "vreemd@example.nl")
    for address in (own, f"{own}vragen/", done["Location"]):
        assert other.get(address).status_code == 404


def test_a_challenge_is_asked_and_read_on_the_pages(here: World, plan: Initiative, anna: Resident) -> None:
    browser = Client()
    signed_in(browser, "anna@example.nl")
    own = f"/initiatieven/{plan.slug}/groep/hulp/"
    assert browser.post(f"{own}vragen/challenge/", {"what": "Het plein"}).status_code == 400
    done = browser.post(f"{own}vragen/challenge/", CHALLENGE | {"what": "Het plein", "seen_by": "group"})
    assert done.status_code == 303
    assert "Met tien buren" in browser.get(done["Location"]).content.decode()


def test_the_coach_reads_along_and_writes_nothing(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna)
    desk = here.client(here.dirk, headers={"host": HOST_A})
    own = f"/initiatieven/{plan.slug}/groep/hulp/"
    page = desk.get(f"{own}{request.case.reference}/")
    assert page.status_code == 200
    assert 'name="deed"' not in page.content.decode()
    assert desk.post(f"{own}{request.case.reference}/", {"deed": "withdraw"}).status_code == 403
    assert desk.get(f"{own}vragen/").status_code == 403


def test_everybody_reads_only_what_is_shown(here: World, plan: Initiative, anna: Resident) -> None:
    shown = ask(plan, anna, "hands", what="Tien scheppers", seen_by="everybody")
    ask(plan, anna, "space", what="Geheime zaal", seen_by="group")
    decide(here, shown, "granted", reasons="Wij komen met vijf mensen.")
    visitor = Client(headers={"host": HOST_A})
    for address in (f"/initiatieven/{plan.slug}/", f"/initiatieven/{plan.slug}/hulp/"):
        page = visitor.get(address).content.decode()
        assert "Tien scheppers" in page
        assert "Geheime zaal" not in page
        assert "Wij komen met vijf mensen." not in page
    listed = visitor.get(f"/api/v1/initiatives/{plan.slug}/help-requests").json()["results"]
    assert [(one["what"], one["state"]) for one in listed] == [("Tien scheppers", "granted")]
    assert "reasons" not in listed[0]
    member = Client()
    signed_in(member, "anna@example.nl")
    assert len(member.get(f"/api/v1/initiatives/{plan.slug}/help-requests").json()["results"]) == 2
    coach = here.client(here.dirk, headers={"host": HOST_A})
    assert len(coach.get(f"/api/v1/initiatives/{plan.slug}/help-requests").json()["results"]) == 2
    elsewhere = Client(headers={"host": HOST_B})
    assert elsewhere.get(f"/api/v1/initiatives/{plan.slug}/help-requests").status_code == 404
    assert elsewhere.get(f"/initiatieven/{plan.slug}/hulp/").status_code == 404


def test_the_api_asks_once_with_a_key(here: World, plan: Initiative) -> None:
    client = Client()
    signed_in(client, "anna@example.nl")
    address = f"/api/v1/initiatives/{plan.slug}/help-requests"
    body = {"kind": "money", "what": "Zaden", "lines": [{"label": "Zaden", "cents": 1250}], "seenBy": "everybody"}
    key = {"Idempotency-Key": str(uuid4())}
    first = client.post(address, body, "application/json", headers=key)
    again = client.post(address, body, "application/json", headers=key)
    assert (first.status_code, again.json()) == (201, first.json())
    assert HelpRequest.objects.count() == 1
    reference = first.json()["reference"]
    said = client.post(f"{address}/{reference}/messages", {"text": "Graag snel"}, "application/json")
    assert said.status_code == 201
    gone = client.post(f"{address}/{reference}/_withdraw", {}, "application/json")
    assert gone.json()["decision"] == "withdrawn"
    assert client.post(f"{address}/{reference}/how-it-went", {"text": "x"}, "application/json").status_code == 409
    other = Client()
    signed_in(other, "vreemd@example.nl")
    assert other.post(f"{address}/{reference}/_withdraw", {}, "application/json").status_code in (403, 404)
    assert other.post(address, body, "application/json").status_code == 403


def test_the_part_on_the_page_costs_two_queries_at_most(
    here: World, plan: Initiative, anna: Resident, django_assert_max_num_queries: Any
) -> None:
    for _time in range(6):
        ask(plan, anna, "hands", seen_by="everybody")
    neighbour = actor(resident("buur@example.nl"))
    with django_assert_max_num_queries(2):
        assert len(help_of(plan, neighbour).requests) == 6
