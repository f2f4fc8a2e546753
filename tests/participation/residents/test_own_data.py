"""Everything held about a resident: all of it in the export, and nothing left of it after erasing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.cases.actions import message_resident
from participation.reports import actions as reports
from participation.reports.models import Contact, Draft, Held, Report, Supporter
from participation.reports.rules import ContactGiven
from participation.residents.actions import UNUSED_FOR, sweep_unused
from participation.residents.holdings import holdings
from participation.residents.models import Code, Resident, SignIn
from participation.texts.models import BlockedWord
from tests.participation.residents.signing_in import browser, mailed_code
from tests.support.residents import resident, rows_with, signed_in
from tests.support.world import World, report_body

PERSON = ("zilverling@example.nl", "Zilverling", "31687654329")
EMAIL, NAME, NUMBER = PERSON[0], PERSON[1], f"+{PERSON[2]}"


@pytest.fixture
def anna(world: World) -> Any:
    """A browser of somebody who left her address in as many places as there are."""
    client = browser()
    BlockedWord.objects.create(gemeente=world.a, phrase="rotding", deed="hold")
    contact = ContactGiven(email=EMAIL.upper(), name=NAME, phone=NUMBER)
    sent = world.report(contact=contact)
    world.report(contact=ContactGiven(email=EMAIL), category="burenoverlast")
    other = world.report(contact=ContactGiven(email="bert@example.nl"))
    reports.send_message(token=sent.token, text="Het ligt er nog", now=timezone.now())
    lotte = world.actor(world.lotte)
    message_resident(reference=sent.case.reference, text="Dank u wel", actor=lotte, now=timezone.now())
    held = {"text": "rotding in de straat", "contact": {"email": EMAIL, "name": NAME}}
    assert client.post("/api/v1/reports", report_body(**held), "application/json").status_code == 201
    joined = client.post(
        f"/api/v1/reports/{other.case.reference}/supporters", {"contact": {"email": EMAIL}}, "application/json"
    )
    assert joined.status_code in (200, 201), joined.content
    Draft.objects.create(
        secret_hash="x",
        gemeente=world.a,
        key="00000000-0000-4000-8000-000000000001",
        values={"text": "half", "email": EMAIL},
        created_at=timezone.now(),
        changed_at=timezone.now(),
    )
    signed_in(client, EMAIL, name=NAME)
    run_due_tasks()
    return client


def test_the_export_has_everything_that_bears_the_address(anna: Any) -> None:
    answer = anna.get("/mijn/inzien/bestand/")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    told = json.loads(answer.content)
    assert told["account"]["email"] == EMAIL and told["account"]["devices"]
    assert len(told["reports"]["reports"]) == 2
    first = next(one for one in told["reports"]["reports"] if one["messages"])
    assert [one["text"] for one in first["messages"]] == ["Het ligt er nog", "Dank u wel"]
    assert first["contact"] == {"name": NAME, "email": EMAIL.upper(), "phone": NUMBER}
    assert first["link"].startswith("http")
    assert [one["text"] for one in told["reports"]["held"]] == ["rotding in de straat"]
    assert len(told["reports"]["supported"]) == 1
    assert "bert@example.nl" not in answer.content.decode()


def test_all_of_it_can_be_read_in_words(anna: Any) -> None:
    page = anna.get("/mijn/inzien/").content.decode()
    for word in (EMAIL, NAME, NUMBER, "Het ligt er nog", "rotding in de straat"):
        assert word in page
    assert "createdAt" not in page


def test_erasing_leaves_nothing_of_them_in_any_table(anna: Any, world: World) -> None:
    rooms = {"reports_contact", "reports_held", "reports_supporter", "reports_draft", "residents_resident"}
    assert rooms <= set(rows_with(*PERSON))
    page = anna.post("/mijn/wissen/")
    assert EMAIL in page.content.decode()
    code = mailed_code()
    answer = anna.post("/mijn/wissen/code/", {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, "/mijn/gewist/")
    assert rows_with(*PERSON) == []
    assert not (Resident.objects.exists() or SignIn.objects.exists() or Code.objects.exists())
    assert Report.objects.count() == 3 and Held.objects.count() == 1 and Supporter.objects.count() == 1, "they stay"
    assert [one.email for one in Contact.objects.all()] == ["bert@example.nl"]
    assert anna.get("/mijn/gewist/").status_code == 200
    assert anna.get("/mijn/").status_code == 302
    found = world.client(world.lotte).get("/api/v1/cases", {"q": EMAIL})
    assert found.json()["results"] == [], "and no search finds them by it"


def test_erasing_asks_a_code_and_a_wrong_one_erases_nothing(anna: Any) -> None:
    assert anna.post("/mijn/wissen/code/", {"code": "000000"}).status_code == 400
    anna.post("/mijn/wissen/")
    right = mailed_code()
    for _number in range(5):
        assert anna.post("/mijn/wissen/code/", {"code": "1"}).status_code == 400
    assert anna.post("/mijn/wissen/code/", {"code": right}).status_code == 400, "five wrong ones are enough"
    assert Resident.objects.exists()


def test_another_persons_code_erases_nobody(anna: Any) -> None:
    eve = browser()
    signed_in(eve, "eve@example.nl")
    eve.post("/mijn/wissen/")
    code = mailed_code()
    assert anna.post("/mijn/wissen/code/", {"code": code}).status_code == 400
    assert Resident.objects.count() == 2


def test_who_comes_back_is_somebody_new(anna: Any) -> None:
    anna.post("/mijn/wissen/")
    anna.post("/mijn/wissen/code/", {"code": mailed_code()})
    signed_in(anna, EMAIL)
    told = json.loads(anna.get("/mijn/inzien/bestand/").content)
    assert (told["account"]["name"], "reports" in told) == ("", False)


def test_every_table_that_points_at_residents_says_what_becomes_of_it() -> None:
    """A row that would keep a resident from being erased shows up here, and not when somebody wants to go."""
    kept = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) is Resident
        and getattr(field, "concrete", False)
        and getattr(field.remote_field, "on_delete", None).__name__ not in ("CASCADE", "SET_NULL")
    ]
    assert kept == []
    assert "reports" in holdings


def test_an_account_nobody_used_goes_after_a_year_and_one_with_anything_stays(anna: Any, world: World) -> None:
    now = timezone.now()
    seen, unseen = resident("gezien@example.nl"), resident("ongezien@example.nl")
    SignIn.objects.filter(resident=unseen).delete()
    SignIn.objects.filter(resident__email=EMAIL).delete()
    assert sweep_unused(now=now) == 0, "not before its term"
    assert sweep_unused(now=timezone.now() + UNUSED_FOR) == 1
    left = set(Resident.objects.values_list("email", flat=True))
    assert left == {EMAIL, seen.email}, "who has reports with that address, or is signed in somewhere, stays"


def test_the_account_tells_when_it_goes(world: World) -> None:
    client = browser()
    signed_in(client, EMAIL)
    assert f"{UNUSED_FOR.days} days" in client.get("/mijn/").content.decode()
