"""Text messages to who saw it too: only after they said yes on that phone, and nothing anybody wrote."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.notify.sms import segments
from core.work.worker import run_due_tasks
from participation.cases.actions import link_duplicate
from participation.reports.models import Supporter
from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import hidden
from tests.participation.reports.supporting import count, handle, join, mails_to
from tests.support.live.sms_gateway import SmsGateway
from tests.support.world import HOST_A, World

NUMBER = "+31612345678"
PHONE = {"contact": {"phone": "06 12345678"}, "language": "en"}
ANONYMOUS = ContactGiven()


def texts(gateway: SmsGateway) -> list[str]:
    run_due_tasks()
    return gateway.to(NUMBER)


def browser() -> Client:
    return Client(HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en")


def say_yes(gateway: SmsGateway) -> Client:
    phone = browser()
    [path] = re.findall(r"https?://[^/]+(/melden/ook/bevestig/\S+)", texts(gateway)[-1])
    assert phone.get(path).status_code == 200
    assert phone.post(path, {"yes": "1"}).status_code == 302
    return phone


def test_a_number_is_asked_first_and_hears_every_step_after_its_yes(world: World, gateway: SmsGateway) -> None:
    case = world.report(contact=ANONYMOUS, text="Ottokar dumpt zijn bank").case
    join(Client(), case.reference, PHONE)
    handle(world, case, "start")
    [asked] = texts(gateway)
    assert asked.startswith("Waterstad: do you want text messages about a report?")
    assert segments(asked) == 1
    assert case.reference not in asked

    phone = say_yes(gateway)
    assert "You get a text message when something happens." in phone.get("/melden/ook/volgen/").content.decode()
    handle(world, case, "ask", "start", "resolve")
    [_asked, told] = texts(gateway)
    assert "is now: Resolved." in told
    assert segments(told) == 1
    assert "Ottokar" not in told and "Klaar" not in told
    [path] = re.findall(r"https?://[^/]+(/melden/ook/volgen/\S+)$", told)
    assert browser().get(path, follow=True).status_code == 200
    assert mail.outbox == []


def test_a_stranger_says_no_and_is_forgotten(world: World, gateway: SmsGateway) -> None:
    case = world.report(contact=ANONYMOUS).case
    join(Client(), case.reference, PHONE)
    [path] = re.findall(r"https?://[^/]+(/melden/ook/bevestig/\S+)", texts(gateway)[0])
    assert "You get no messages" in browser().post(path, {"no": "1"}).content.decode()
    assert (Supporter.objects.get().phone, count(case)) == ("", 1)
    handle(world, case, "resolve")
    assert len(texts(gateway)) == 1
    assert browser().get(path).status_code == 404


def test_the_page_takes_a_mobile_number_and_stops_on_request(world: World, gateway: SmsGateway) -> None:
    case = world.report(contact=ANONYMOUS).case
    phone = browser()
    page = phone.get(f"/melden/ook/{case.reference}/")
    refused = phone.post(f"/melden/ook/{case.reference}/", hidden(page) | {"phone": "010 1234567"})
    assert refused.status_code == 400
    assert "This is not a mobile number." in refused.content.decode()
    assert phone.post(f"/melden/ook/{case.reference}/", hidden(page) | {"phone": "06-12345678"}).status_code == 302
    assert "We send you a text message" in phone.get("/melden/ook/volgen/").content.decode()
    say_yes(gateway)
    assert phone.post("/melden/ook/volgen/e-mail/", {"stop": "1"}).status_code == 302
    assert Supporter.objects.get().phone == ""
    wrong = phone.post("/melden/ook/volgen/e-mail/", {"phone": "06"})
    assert (wrong.status_code, 'value="06"' in wrong.content.decode()) == (400, True)
    assert phone.post("/melden/ook/volgen/e-mail/", {"phone": "0612345678"}).status_code == 302
    assert len(texts(gateway)) == 2


def test_an_address_beside_the_number_is_what_is_asked(world: World, gateway: SmsGateway) -> None:
    case = world.report(contact=ANONYMOUS).case
    both = {"contact": {"phone": "06 12345678", "email": "buur@example.nl"}}
    join(Client(), case.reference, both)
    assert len(mails_to("buur@example.nl")) == 1
    assert texts(gateway) == []


def test_a_reporter_who_also_saw_it_hears_it_once(world: World, gateway: SmsGateway) -> None:
    first = world.report(contact=ANONYMOUS).case
    join(Client(), first.reference, PHONE)
    say_yes(gateway)
    own = world.report(contact=ContactGiven(phone="0612345678"), language="en")
    actor = world.actor(world.bram)
    link_duplicate(reference=own.case.reference, of=first.reference, actor=actor, now=timezone.now())
    before = len(texts(gateway))
    handle(world, first, "resolve")
    assert len(texts(gateway)) == before + 1
    assert own.case.reference in texts(gateway)[-1]


def test_the_question_waits_for_the_morning(world: World, gateway: SmsGateway, settings: Any) -> None:
    hour = timezone.localtime().hour
    settings.SMS_QUIET_HOURS = (hour, (hour + 2) % 24)
    join(Client(), world.report(contact=ANONYMOUS).case.reference, PHONE)
    assert texts(gateway) == []
    waiting = DBTaskResult.objects.filter(status="READY", task_path__endswith="ask_consent")
    assert waiting.get().run_after > timezone.now()
    settings.SMS_QUIET_HOURS = None
    waiting.update(run_after=timezone.now() - timedelta(minutes=1))
    assert len(texts(gateway)) == 1


def test_a_number_that_is_gone_is_forgotten_and_stays_counted(world: World, gateway: SmsGateway) -> None:
    case = world.report(contact=ANONYMOUS).case
    join(Client(), case.reference, PHONE)
    gateway.unknown = {NUMBER}
    assert texts(gateway) == []
    assert (Supporter.objects.get().phone, count(case)) == ("", 1)


def test_one_network_cannot_have_many_strangers_asked(world: World, gateway: SmsGateway, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"sms-network": "2/day"}
    case = world.report(contact=ANONYMOUS).case
    for last in range(3):
        body = {"contact": {"phone": f"061234567{last}"}}
        assert join(Client(), case.reference, body).status_code == 201
    page = browser()
    wanted = hidden(page.get(f"/melden/ook/{case.reference}/")) | {"phone": "0612345679"}
    answer = page.post(f"/melden/ook/{case.reference}/", wanted)
    assert (answer.status_code, "Too many text messages" in answer.content.decode()) == (400, True)
    run_due_tasks()
    assert len(gateway.taken) == 2
    assert count(case) == 3


def test_without_a_gateway_no_number_is_asked_for(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    phone = browser()
    assert 'name="phone"' not in phone.get(f"/melden/ook/{case.reference}/").content.decode()
    assert join(phone, case.reference, PHONE).status_code == 201
    phone.get(f"/melden/ook/volgen/{join(phone, case.reference, PHONE).json()['tracking']['token']}/")
    page = phone.get("/melden/ook/volgen/").content.decode()
    assert 'name="phone"' not in page
    assert "text message" not in page
    run_due_tasks()
    assert mail.outbox == []
