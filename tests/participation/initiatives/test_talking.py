"""The group's own page of its conversation and its steps, in a browser without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.cases.actions import add_note, message_resident
from participation.cases.models import Message
from participation.initiatives.actions import add_check, take_step
from participation.initiatives.models import Initiative, StepTaken
from participation.initiatives.states import Stage
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import join, submitted
from tests.support.residents import resident, signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def here(neighbourhood: World) -> World:
    Responsibility.objects.create(gemeente=neighbourhood.a, kind="initiative", team=neighbourhood.care)
    return neighbourhood


@pytest.fixture
def group(here: World) -> tuple[Client, Initiative]:
    """Ayşe's browser, and her plan that Carla coaches."""
    browser = Client(headers=EN)
    initiative = submitted(signed_in(browser, "ayse@example.nl", name="Ayşe"))
    take_step(slug=initiative.slug, name="accept", actor=here.actor(here.carla), now=timezone.now())
    return browser, Initiative.objects.get(pk=initiative.pk)


def page(browser: Client, initiative: Initiative, part: str = "gesprek/") -> Any:
    return browser.get(f"/initiatieven/{initiative.slug}/groep/{part}")


def test_a_message_is_written_and_stands_there_with_its_writer(here: World, group: tuple[Client, Initiative]) -> None:
    browser, initiative = group
    answer = browser.post(
        f"/initiatieven/{initiative.slug}/groep/gesprek/", {"deed": "write", "text": "Wanneer komt u langs?"}
    )
    assert (answer.status_code, Message.objects.count()) == (303, 1)
    assert initiative.case is not None
    now, carla = timezone.now(), here.actor(here.carla)
    message_resident(reference=initiative.case.reference, text="Dinsdag om drie uur.", actor=carla, now=now)

    shown = page(browser, initiative).content.decode()

    assert "Wanneer komt u langs?" in shown
    assert "Dinsdag om drie uur." in shown
    assert "Carla" in shown


def test_an_empty_message_is_refused_where_it_was_typed(group: tuple[Client, Initiative]) -> None:
    browser, initiative = group
    answer = browser.post(f"/initiatieven/{initiative.slug}/groep/gesprek/", {"deed": "write", "text": "  "})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.content.decode()


def test_what_colleagues_say_among_themselves_is_not_on_it(here: World, group: tuple[Client, Initiative]) -> None:
    browser, initiative = group
    assert initiative.case is not None
    now, carla = timezone.now(), here.actor(here.carla)
    add_note(reference=initiative.case.reference, text="Let op de begroting", actor=carla, now=now)
    add_check(slug=initiative.slug, scores={"energy": 1}, remark="Weinig energie", actor=carla, now=now)

    for part in ("", "gesprek/", "mensen/"):
        shown = page(browser, initiative, part).content.decode()
        assert "Let op de begroting" not in shown
        assert "Weinig energie" not in shown


def test_somebody_else_finds_nothing_there(group: tuple[Client, Initiative]) -> None:
    _browser, initiative = group
    other = Client()
    signed_in(other, "other@example.nl")
    assert page(other, initiative).status_code == 404
    assert page(Client(headers={"host": "waterstad.test"}), initiative).status_code == 302


def test_a_step_asks_for_its_reasons_and_is_taken_once(group: tuple[Client, Initiative]) -> None:
    browser, initiative = group
    address = f"/initiatieven/{initiative.slug}/groep/stap/stop/"
    assert browser.get(address).status_code == 200

    refused = browser.post(address, {"version": initiative.version, "reason": "", "learned": ""})
    assert refused.status_code == 400
    assert len(re.findall(r'aria-invalid="true"', refused.content.decode())) == 2

    done = browser.post(
        address, {"version": initiative.version, "reason": "Te weinig tijd.", "learned": "Begin klein."}
    )
    assert done.status_code == 303
    assert Initiative.objects.get().stage == Stage.STOPPED
    again = browser.post(
        address, {"version": initiative.version, "reason": "Te weinig tijd.", "learned": "Begin klein."}
    )
    assert again.status_code == 409
    assert StepTaken.objects.filter(name="stop").count() == 1


def test_a_step_of_the_coach_has_no_page(group: tuple[Client, Initiative]) -> None:
    browser, initiative = group
    assert page(browser, initiative, "stap/accept/").status_code == 404
    assert page(browser, initiative, "stap/finish/").status_code == 409


def test_the_group_answers_a_stop_by_its_coach_once(here: World, group: tuple[Client, Initiative]) -> None:
    browser, initiative = group
    why: dict[str, Any] = {"reason": "Het mag niet.", "learned": "Vraag het eerst."}
    take_step(slug=initiative.slug, name="stop", **why, actor=here.actor(here.carla), now=timezone.now())
    address = f"/initiatieven/{initiative.slug}/groep/gesprek/"
    assert 'value="answer-back"' in browser.get(address).content.decode()

    assert browser.post(address, {"deed": "answer-back", "text": "Wij denken van wel."}).status_code == 303

    shown = browser.get(address).content.decode()
    assert 'value="answer-back"' not in shown
    assert "Wij denken van wel." in shown
    assert browser.post(address, {"deed": "write", "text": "Hallo?"}).status_code == 409


def test_mails_are_stopped_from_the_page_that_every_mail_names(here: World, group: tuple[Client, Initiative]) -> None:
    browser, initiative = group
    browser.post(f"/initiatieven/{initiative.slug}/groep/gesprek/", {"deed": "mails", "on": "0"})
    run_due_tasks()
    mail.outbox.clear()

    take_step(slug=initiative.slug, name="gather", actor=here.actor(here.carla), now=timezone.now())
    run_due_tasks()

    assert mail.outbox == []


def test_a_plain_member_reads_along_and_takes_no_steps(here: World, group: tuple[Client, Initiative]) -> None:
    _starters, initiative = group
    browser = Client(headers=EN)
    join(initiative, signed_in(browser, "bea@example.nl", name="Bea"))

    assert "/groep/stap/" not in page(browser, initiative).content.decode()
    assert browser.post(f"/initiatieven/{initiative.slug}/groep/stap/gather/", {}).status_code == 403
    assert Initiative.objects.get().stage == Stage.TALKING


def test_the_page_costs_few_queries_however_much_was_said(
    here: World, group: tuple[Client, Initiative], django_assert_max_num_queries: Any
) -> None:
    browser, initiative = group
    assert initiative.case is not None
    for at in range(20):
        Message.objects.create(case=initiative.case, from_resident=True, text=f"{at}", created_at=timezone.now())
    resident("x@example.nl")
    page(browser, initiative)

    with django_assert_max_num_queries(16):
        assert page(browser, initiative).status_code == 200


def test_a_reason_that_everybody_reads_holds_no_blocked_words(group: tuple[Client, Initiative]) -> None:
    browser, initiative = group
    links = "Kijk op https://a.example https://b.example en https://c.example"
    answer = browser.post(
        f"/initiatieven/{initiative.slug}/groep/stap/stop/",
        {"version": initiative.version, "reason": links, "learned": "Niets."},
    )
    assert answer.status_code == 400
    assert links in answer.content.decode()
    assert Initiative.objects.get().stage == Stage.TALKING
