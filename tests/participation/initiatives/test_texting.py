"""Members who left no e-mail address hear by text message of what matters, through a real gateway beside the test."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from core.notify.sms import PLAIN, segments
from core.work.worker import run_due_tasks
from participation.cases.actions import assign_case
from participation.initiatives.actions import ask_to_take_over, call_me, leave, take_out, take_step
from participation.initiatives.letters.texts import GROUP_TEXTED, text_to
from participation.initiatives.models import Initiative, Member, StepTaken
from participation.residents.actions import sign_in
from participation.residents.models import Resident
from tests.participation.initiatives.conftest import actor, join, submitted
from tests.participation.initiatives.helping import ask, decide, rules
from tests.participation.residents.conftest import gateway
from tests.support.live.sms_gateway import SmsGateway
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, World

__all__ = ["gateway"]

pytestmark = pytest.mark.django_db
ANNA, BEA, SEF = "anna@example.nl", "+31612345678", "+31687654321"
WHY: dict[str, Any] = {"reason": "GEHEIM waarom", "learned": "GEHEIM les"}


@pytest.fixture
def here(neighbourhood: World) -> World:
    cache.clear()
    return rules(neighbourhood)


def by_phone(number: str = BEA, language: str = "en") -> Resident:
    made = resident(number, name="Bea")
    made.language = language
    made.save()
    return made


def sent(*more: Resident) -> Initiative:
    """A plan of Anna, who has an e-mail address, with these in her group; what was owed for that is done."""
    made = submitted(resident(ANNA, name="Anna"))
    for one in more:
        join(made, one)
    run_due_tasks()
    mail.outbox.clear()
    return Initiative.objects.select_related("case").get(pk=made.pk)


def step(world: World, plan: Initiative, name: str, **why: Any) -> None:
    take_step(slug=plan.slug, name=name, actor=world.actor(world.dirk), now=timezone.now(), **why)
    run_due_tasks()


def place(plan: Initiative, who: Resident) -> Member:
    return plan.members.get(resident=who)


def test_somebody_helps_them_another_does_and_an_end(here: World, gateway: SmsGateway) -> None:
    plan = sent(by_phone())
    step(here, plan, "accept")
    assert plan.case is not None
    case: dict[str, Any] = {"reference": plan.case.reference, "team_id": here.care.pk, "actor": here.actor(here.dirk)}
    assign_case(professional_id=here.carla.pk, now=timezone.now(), **case)
    run_due_tasks()
    step(here, plan, "stop", **WHY)
    first, second, third = gateway.to(BEA)
    assert "somebody helps you with your plan now" in first and f"//{HOST_A}" in first and first.endswith("/mijn/")
    assert "who helps you with your plan changes" in second
    assert "your plan was stopped" in third
    assert not any(word in text for text in gateway.to(BEA) for word in ("GEHEIM", plan.title, "Bea", "Carla"))
    assert {tuple(one.to) for one in mail.outbox} == {(ANNA,)}  # who has an address gets no text messages


def test_what_matters_less_is_not_texted(here: World, gateway: SmsGateway) -> None:
    bea = by_phone()
    plan = sent(bea)
    step(here, plan, "accept")
    before = len(gateway.taken)
    step(here, plan, "gather")
    step(here, plan, "rest", **WHY)
    call_me(slug=plan.slug, name="Beatrix", actor=actor(bea), now=timezone.now())
    run_due_tasks()
    assert len(gateway.taken) == before


def test_a_question_for_help_that_has_an_answer(here: World, gateway: SmsGateway) -> None:
    plan = sent(by_phone())
    step(here, plan, "accept")
    request = ask(plan, resident(ANNA))
    run_due_tasks()
    before = len(gateway.to(BEA))
    decide(here, request, "refused", reasons="GEHEIM reden")
    run_due_tasks()
    [text] = gateway.to(BEA)[before:]
    assert "your question for help has an answer" in text and "GEHEIM" not in text


def test_taken_out_asked_to_lead_and_leading(here: World, gateway: SmsGateway) -> None:
    bea, sef = by_phone(), by_phone(SEF)
    plan = sent(bea, sef)
    anna, now = actor(resident(ANNA)), timezone.now()
    take_out(slug=plan.slug, member_id=place(plan, sef).pk, actor=anna, now=now)
    ask_to_take_over(slug=plan.slug, member_id=place(plan, bea).pk, actor=anna, now=now)
    run_due_tasks()
    assert ["no longer in the group" in text for text in gateway.to(SEF)] == [True]
    leave(slug=plan.slug, actor=anna, now=now)
    run_due_tasks()
    asked, leads = gateway.to(BEA)
    assert "do you want to lead" in asked and "you lead the group" in leads


def test_who_stops_them_gets_none_and_where_to_stop_them_says_so(here: World, gateway: SmsGateway) -> None:
    plan = sent(by_phone())
    step(here, plan, "accept")
    client = Client(headers={"host": HOST_A, "accept-language": "en"})
    signed_in(client, BEA)
    page = f"/initiatieven/{plan.slug}/groep/gesprek/"
    assert "Stop the text messages" in client.get(page).content.decode()
    assert client.post(page, {"deed": "mails", "on": "0"}).status_code == 303
    assert "Text me again" in client.get(page).content.decode()
    step(here, plan, "stop", **WHY)
    assert len(gateway.to(BEA)) == 1


def test_at_night_they_wait_and_no_number_gets_too_many(here: World, gateway: SmsGateway, settings: Any) -> None:
    plan = sent(by_phone())
    hour = timezone.localtime().hour
    settings.SMS_QUIET_HOURS = hour, (hour + 2) % 24
    step(here, plan, "accept")
    assert gateway.to(BEA) == []
    settings.SMS_QUIET_HOURS = None
    settings.THROTTLES = settings.THROTTLES | {"sms": "1/day"}
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run_due_tasks()
    assert len(gateway.to(BEA)) == 1
    step(here, plan, "stop", **WHY)
    assert len(gateway.to(BEA)) == 1


def test_a_number_that_none_reaches_is_left_alone_until_a_code_came_there(here: World, gateway: SmsGateway) -> None:
    bea = by_phone()
    plan = sent(bea)
    gateway.unknown = {BEA}
    step(here, plan, "accept")
    bea.refresh_from_db()
    assert bea.phone_refused
    asked = len(gateway.asked)
    step(here, plan, "stop", **WHY)
    assert len(gateway.asked) == asked
    sign_in(address=BEA, gemeente_id=plan.gemeente_id, language="en", device="Firefox", now=timezone.now())
    bea.refresh_from_db()
    assert not bea.phone_refused


def test_without_a_gateway_nothing_is_owed_to_a_number(here: World, settings: Any) -> None:
    settings.SMS_GATEWAY = ""
    plan = sent(by_phone())
    step(here, plan, "accept")
    assert not DBTaskResult.objects.filter(task_path__contains="text_member").exists()


def test_each_is_one_part_in_dutch_and_english_and_two_at_most_elsewhere(here: World, gateway: SmsGateway) -> None:
    bea = by_phone()
    plan = sent(bea)
    step(here, plan, "accept")
    taken = StepTaken.objects.get(name="accept")
    for language in ("nl", "en", "tr", "pl", "ar", "uk"):
        Resident.objects.filter(pk=bea.pk).update(language=language)
        for what, about in (("step", taken.pk), *((one, 0) for one in sorted(GROUP_TEXTED - {"taken-out"}))):
            text = text_to(what, place(plan, bea).pk, about)
            assert text is not None
            with translation.override(language):
                assert segments(text.words) <= (1 if language in PLAIN else 2), (language, text.words)
