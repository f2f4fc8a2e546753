"""A code by text message, with which somebody finds their reports on another device."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import hidden
from tests.support.live.sms_gateway import SmsGateway
from tests.support.world import HOST_A, World

NUMBER = "+31612345678"
PHONE = ContactGiven(phone="06 12345678")
ENGLISH = {"accept-language": "en"}


def browser() -> Client:
    return Client(headers={"host": HOST_A, "accept-language": "en"})


def ask_code(client: Client, number: str) -> Any:
    return client.post("/volgen/meldingen/code/", {"address": number})


def test_a_code_by_text_message_brings_the_reports_to_another_device(world: World, gateway: SmsGateway) -> None:
    sent = world.report(contact=PHONE)
    run_due_tasks()
    other = browser()
    page = ask_code(other, "06-12345678")
    assert hidden(page)["address"] == NUMBER
    assert "Code from the text message" in page.content.decode()
    run_due_tasks()
    [digits] = re.findall(r"\b\d{6}\b", gateway.to(NUMBER)[-1])
    answer = other.post("/volgen/meldingen/openen/", {"address": NUMBER, "code": digits})
    assert sent.case.reference in answer.content.decode()


def test_the_code_comes_at_night_too(world: World, gateway: SmsGateway, settings: Any) -> None:
    world.report(contact=PHONE)
    run_due_tasks()
    hour = timezone.localtime().hour
    settings.SMS_QUIET_HOURS = hour, (hour + 2) % 24
    ask_code(browser(), NUMBER)
    run_due_tasks()
    assert len(gateway.to(NUMBER)) == 2


def test_a_stranger_gets_no_text_and_the_answer_does_not_tell(world: World, gateway: SmsGateway) -> None:
    world.report(contact=PHONE)
    run_due_tasks()
    pages = set()
    for number in (NUMBER, "+31687654321"):
        answer = ask_code(browser(), number)
        assert answer.status_code == 200
        pages.add(re.sub(r'value="[^"]{20,}"', "", answer.content.decode()).replace(number, "…"))
    assert len(pages) == 1
    run_due_tasks()
    assert gateway.to("+31687654321") == []


def test_codes_are_few_for_one_number_and_one_network_known_or_not(
    world: World, gateway: SmsGateway, settings: Any
) -> None:
    settings.THROTTLES = settings.THROTTLES | {"sms-code": "2/day", "sms-network": "5/day"}
    world.report(contact=PHONE)
    run_due_tasks()
    for number in (NUMBER, "+31687654321"):
        assert [ask_code(browser(), number).status_code for _ in range(3)] == [200, 200, 429]
    assert ask_code(browser(), "+31687654320").status_code == 429, "another number, the same network"
    run_due_tasks()
    assert len(gateway.to(NUMBER)) == len(gateway.taken) == 2, "the first code was overtaken by the second"


@pytest.mark.parametrize("typed", ["010 1234567", "+32470123456", "06123", "", "anna@", "1" * 500, f"{'a' * 250}@b.nl"])
def test_what_can_get_no_code_is_refused_with_an_example(world: World, gateway: SmsGateway, typed: str) -> None:
    answer = ask_code(browser(), typed)
    assert answer.status_code == 400
    assert "06 12345678" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_for_a_code_at_once_get_one_that_works(
    committed_world: World, gateway: SmsGateway, settings: Any
) -> None:
    settings.THROTTLES = settings.THROTTLES | {"sms-code": "50/day", "sms": "50/day"}
    sent = committed_world.report(contact=PHONE)
    run_due_tasks()

    def ask(_number: int) -> int:
        try:
            return int(ask_code(browser(), NUMBER).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(ask, range(12))) == {200}
    run_due_tasks()
    digits = re.findall(r"\b\d{6}\b", gateway.to(NUMBER)[-1])[0]
    answer = browser().post("/volgen/meldingen/openen/", {"address": NUMBER, "code": digits})
    assert sent.case.reference in answer.content.decode()
