"""What no form sends: NULs, addresses that are too long, digits of other keyboards, texts of nothing."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from participation.cases.actions import message_resident
from participation.reports.models import Contact, Report
from participation.reports.rules import ContactGiven
from participation.residents.models import Code
from participation.routing.models import Category, Question
from tests.support.accounts import sign_in
from tests.support.world import HOST_A, World, report_body


def send(client: Client, body: dict[str, Any]) -> Any:
    return client.post("/api/v1/reports", body, content_type="application/json", headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    "address",
    [
        "/melden/ook/%00/",
        "/melden/ook/M-12345%00/",
        "/volgen/%00/",
        "/volgen/melding/%00/",
        "/volgen/?report=%00",
        "/melden/?wijk=%00",
        "/melden/?onderwerp=%00",
        "/melden/ook/bevestig/1/%00/",
        "/%00/",
        "/api/v1/reports?area=%00",
        "/api/v1/reports?category=%00",
        "/api/v1/cases/%00",
    ],
)
def test_a_nul_in_an_address_names_nothing(client: Client, world: World, address: str) -> None:
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")
    answer = client.get(address)
    if address.startswith("/api/"):
        assert (answer.status_code, answer["Content-Type"]) in [
            (status, "application/problem+json") for status in (400, 401, 404)
        ]
    else:
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_nul_in_a_field_of_a_form_changes_nothing(client: Client, world: World) -> None:
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")
    for address in ("bericht", "compliment", "contact", "intrekken", "oordeel", "meldingen", "meldingen/code"):
        answer = client.post(f"/volgen/{address}/", {"report": "\0", "address": "\0", "deed": "open"})
        assert answer.status_code < 500, address
    assert client.post("/api/v1/reports/%00/supporters", {}, content_type="application/json").status_code == 400


def test_a_state_that_does_not_exist_shows_what_waits(world: World) -> None:
    world.bram.user.is_superuser = True
    world.bram.user.save()
    desk = sign_in(Client(HTTP_HOST=HOST_A), world.bram.user)
    for state in ("", "x", "waiting"):
        assert desk.get(f"/beheer/held-reports/?state={state}").status_code == 200


@pytest.mark.parametrize("where", ["code", "contact", "api"])
def test_an_address_of_more_than_254_characters_is_refused(client: Client, world: World, where: str) -> None:
    long = "q" * 60 + "@" + ".".join(letter * 60 for letter in "bcde") + ".nl"
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")
    answer = {
        "code": lambda: client.post("/volgen/meldingen/code/", {"address": long}),
        "contact": lambda: client.post("/volgen/contact/", {"email": long}),
        "api": lambda: send(client, report_body(contact={"email": long})),
    }[where]()  # type: ignore[no-untyped-call]
    assert answer.status_code == 400
    assert not Code.objects.exists()
    assert Contact.objects.get().email == "anna@example.nl"


@pytest.mark.parametrize("typed", ["٠٦١٢٣٤٥٦٧٨", "۰۶ ۱۲۳۴۵۶۷۸", "+٣١ ٦ ١٢٣٤٥٦٧٨", "０６１２３４５６７８"])
def test_digits_of_any_keyboard_are_a_phone_number(client: Client, world: World, typed: str) -> None:
    assert send(client, report_body(contact={"phone": typed})).status_code == 201
    assert Contact.objects.get().phone == "+31612345678"


def test_digits_of_any_keyboard_are_a_number(client: Client, world: World) -> None:
    category = Category.objects.get(gemeente=world.a, slug="grofvuil")
    Question.objects.create(category=category, key="hoeveel", label="Hoeveel?", type="number")
    Question.objects.create(category=category, key="sinds", label="Sinds?", type="date")
    answers = {"hoeveel": "٣", "sinds": "٢٠٢٦-١١-٠١"}
    assert send(client, report_body(answers=answers)).status_code == 201
    assert [one["answer"] for one in Report.objects.get().answers] == ["3", "2026-11-01"]
    for wrong in ("²", "٣٣x", "٫"):
        refused = send(client, report_body(answers={"hoeveel": wrong}))
        assert refused.json()["errors"][0]["field"] == "answers.hoeveel"


@pytest.mark.parametrize("text", ["\ufeff \u200b", "\u200d\u2060", "   ", "\u00ad", "\u3164", "\u2800"])
def test_a_text_that_nobody_can_see_is_no_report(client: Client, world: World, text: str) -> None:
    refused = send(client, report_body(text=text))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "required")
    assert not Report.objects.exists()


@pytest.mark.parametrize("text", ["?", "🔥", "حفرة", "1", "яма"])
def test_a_text_of_one_sign_is_a_report(client: Client, world: World, text: str) -> None:
    assert send(client, report_body(text=text)).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_taking_back_waits_for_the_desk_and_never_loses(committed_world: World) -> None:
    """Both write the case and the words that it is found by: in the same order, or one of them is thrown out."""
    world = committed_world
    bram = world.actor(world.bram)
    for number in range(6):
        sent = world.report(contact=ContactGiven(email="anna@example.nl", name="Anna"))
        bearer = {"Authorization": f"Bearer {sent.token}"}
        codes: dict[str, int] = {}
        start = threading.Barrier(4)

        def deed(
            name: str, path: str, body: dict[str, Any], bearer: Any = bearer, start: Any = start, codes: Any = codes
        ) -> None:
            try:
                start.wait()
                call = Client().patch if path == "contact" else Client().post
                url = f"/api/v1/tracking/{path}"
                codes[name] = call(url, body, content_type="application/json", headers=bearer).status_code
            finally:
                connection.close()

        def answer(reference: str = sent.case.reference, start: Any = start) -> None:
            try:
                start.wait()
                message_resident(reference=reference, text="Wij komen", actor=bram, now=timezone.now())
            finally:
                connection.close()

        threads = [
            threading.Thread(target=deed, args=("withdrawal", "withdrawal", {})),
            threading.Thread(target=deed, args=("message", "messages", {"text": f"Nog iets {number}"})),
            threading.Thread(target=deed, args=("contact", "contact", {"email": "b@example.nl"})),
            threading.Thread(target=answer),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert codes["withdrawal"] == 201, codes
        assert {codes["message"], codes["contact"]} <= {200, 201, 409}, codes
        assert not Contact.objects.filter(report_id=sent.case.pk).exists()
