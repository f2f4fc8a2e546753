"""What somebody else can do to a resident or learn of them: asking codes, hiding blocked words, teaching a name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.cases.actions import move_case
from participation.reports.history import examples
from participation.reports.models import Held, Report
from participation.reports.rules import ContactGiven
from participation.residents.models import Code
from participation.texts.models import BlockedWord
from tests.support.world import HOST_A, IN_THE_EAST, World, report_body

ANNA = ContactGiven(email="anna@example.nl", name="Anna")


def ask(address: str = "anna@example.nl", **more: Any) -> Any:
    return Client(headers={"host": HOST_A}).post("/volgen/meldingen/code/", {"address": address}, **more)


def codes_sent() -> list[str]:
    run_due_tasks()
    return [found for one in mail.outbox for found in re.findall(r"^(\d{6})$", str(one.body), re.MULTILINE)]


def test_a_code_still_works_when_somebody_else_asks_for_one(world: World) -> None:
    sent = world.report(contact=ANNA)
    assert ask().status_code == 200
    [code] = codes_sent()
    assert ask("ANNA@example.nl").status_code == 200
    assert codes_sent() == [code, code]

    found = Client(headers={"host": HOST_A}).post(
        "/volgen/meldingen/openen/", {"address": "anna@example.nl", "code": code}
    )

    assert sent.case.reference in found.content.decode()
    assert not Code.objects.exists()


def test_an_old_code_and_one_that_was_guessed_at_make_place_for_another(world: World) -> None:
    world.report(contact=ANNA)
    ask()
    [first] = codes_sent()
    Code.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    ask()
    second = codes_sent()[-1]
    Code.objects.update(attempts=5)
    ask()
    third = codes_sent()[-1]
    assert len({first, second, third}) == 3


def test_asking_codes_uses_up_nothing_of_what_the_owner_is_told(world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"mail": "1/day", "mail-code": "2/hour"}
    cache.clear()
    world.report(contact=ANNA)
    assert [ask(REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(1, 4)] == [200, 200, 429]
    run_due_tasks()
    assert [one for one in mail.outbox if not re.search(r"^\d{6}$", str(one.body), re.MULTILINE)], "of the report"


@pytest.mark.parametrize("text", ["Rot\u200bding ligt hier", "R\u2060o\u200dt\ufeffding", "rot\u00adding"])
def test_a_sign_without_width_hides_no_blocked_word(client: Client, world: World, text: str) -> None:
    BlockedWord.objects.create(gemeente=world.a, phrase="rotding", deed="hold")
    assert client.post("/api/v1/reports", report_body(text=text), "application/json").status_code == 201
    assert [one["code"] for one in Held.objects.get().reasons] == ["word"]
    assert not Report.objects.exists()


def test_anonymous_reports_of_a_day_and_place_count_as_of_one_person(world: World) -> None:
    """What fewer people wrote than `FEWEST_PEOPLE` could say who they are, and is not learned."""
    now = timezone.now()
    sent = [world.report(contact=ContactGiven(), now=now) for _number in range(4)]
    sent += [world.report(contact=ContactGiven(), now=now, at=IN_THE_EAST), world.report(contact=ANNA, now=now)]
    sent += [world.report(contact=ContactGiven(), now=now - timedelta(days=1))]
    for one in sent:
        actor = world.actor(world.lotte)
        move_case(reference=one.case.reference, move="resolve", message="Klaar", actor=actor, now=now)
    assert len({one.person for one in examples(world.a.pk)}) == 4
