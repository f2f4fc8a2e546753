"""Messages on a resident's device: about which reports, to whom, how often, and nothing of anybody in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.work.worker import run_due_tasks
from participation.cases.actions import link_duplicate, message_resident, move_case
from participation.cases.models import Case
from participation.reports import actions
from participation.reports.listening.actions import KEPT_AFTER, MOST_BROWSERS, sweep
from participation.reports.models import Listener
from participation.reports.tasks import owe_questions
from tests.participation.reports.browser import hidden
from tests.support.push_service import FakeBrowser, PushService, push_service, sender_of
from tests.support.world import HOST_A, HOST_B, World

ON_REPORT, ON_SUPPORT = "/volgen/toestel/", "/melden/ook/volgen/toestel/"


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[PushService]:
    with push_service() as running:
        settings.PUSH_SERVICES = [running.origin]
        settings.DATA_DIR = tmp_path
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        settings.SMS_QUIET_HOURS = None
        yield running


def phone(language: str = "en") -> Client:
    return Client(enforce_csrf_checks=True, HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE=language)


def press(resident: Client, browser: FakeBrowser, *, path: str = ON_REPORT, **more: str) -> Any:
    """As the script sends it."""
    page = path.removesuffix("toestel/")
    token = hidden(resident.get(page))["csrfmiddlewaretoken"]
    given = {"endpoint": browser.subscription["endpoint"]}
    given |= {"key": browser.subscription["keys"]["p256dh"], "secret": browser.subscription["keys"]["auth"]}
    return resident.post(path, given | {"csrfmiddlewaretoken": token} | more)


def listening(
    world: World, service: PushService, name: str = "phone", language: str = "en"
) -> tuple[Any, Client, FakeBrowser]:
    """A report, the device that follows it, and its browser that listens."""
    sent, resident, browser = world.report(language=language), phone(language), service.browser(name)
    resident.get(f"/volgen/{sent.token}/")
    assert press(resident, browser).status_code == 200
    return sent, resident, browser


def step(world: World, reference: str, move: str = "plan", message: str = "Wij komen dinsdag bij Anna.") -> None:
    move_case(reference=reference, move=move, message=message, actor=world.actor(world.bram), now=timezone.now())
    run_due_tasks()


def supporting(world: World, service: PushService, reference: str) -> tuple[Client, FakeBrowser]:
    neighbour, browser = phone(), service.browser("neighbour")
    joined = neighbour.post(f"/api/v1/reports/{reference}/supporters", {}, "application/json").json()
    neighbour.get("/melden" + joined["tracking"]["url"].partition("/melden")[2])
    assert press(neighbour, browser, path=ON_SUPPORT).status_code == 200
    return neighbour, browser


# --- what is told -----------------------------------------------------------------------------


def test_a_message_says_the_number_in_the_residents_language_and_nothing_else(
    world: World, service: PushService
) -> None:
    sent, resident, browser = listening(world, service)
    step(world, sent.case.reference)
    [message] = browser.messages()
    assert message == {
        "title": "There is news about your report",
        "body": sent.case.reference,
        "lang": "en",
        "tag": f"melding-{sent.case.reference}",
        "url": f"/volgen/melding/{sent.case.reference}/",
    }
    [delivery] = browser.deliveries()
    sender_of(delivery, service.origin)
    assert sent.token not in str(delivery)
    page = resident.get(message["url"], follow=True)
    assert page.redirect_chain[-1][0] == "/volgen/"
    assert "Wij komen dinsdag bij Anna." in page.content.decode()


def test_each_report_is_switched_on_by_itself_and_its_message_opens_it(world: World, service: PushService) -> None:
    first, resident, browser = listening(world, service)
    second = world.report(language="en")
    resident.get(f"/volgen/{second.token}/")
    step(world, second.case.reference)
    assert browser.messages() == []
    step(world, first.case.reference)
    [message] = browser.messages()
    page = resident.get(message["url"], follow=True).content.decode()
    assert first.case.reference in page
    assert second.case.reference not in page


def test_what_the_reporter_did_is_not_told_to_them(world: World, service: PushService) -> None:
    sent, _resident, browser = listening(world, service)
    actions.send_message(token=sent.token, text="Nog iets", now=timezone.now())
    actions.praise(token=sent.token, now=timezone.now())
    run_due_tasks()
    assert browser.messages() == []


def test_a_message_of_the_professional_is_told(world: World, service: PushService) -> None:
    sent, _resident, browser = listening(world, service)
    bram, now = world.actor(world.bram), timezone.now()
    message_resident(reference=sent.case.reference, text="Welke kleur?", actor=bram, now=now)
    run_due_tasks()
    assert len(browser.messages()) == 1


def test_who_saw_it_too_hears_the_steps_and_opens_their_own_page(world: World, service: PushService) -> None:
    sent = world.report()
    neighbour, browser = supporting(world, service, sent.case.reference)
    bram, now = world.actor(world.bram), timezone.now()
    message_resident(reference=sent.case.reference, text="Alleen voor Anna", actor=bram, now=now)
    step(world, sent.case.reference, "ask", "Welke kleur?")
    assert browser.messages() == []
    step(world, sent.case.reference, "resolve", "Opgehaald.")
    [message] = browser.messages()
    assert (message["title"], message["body"]) == ("There is news about a report you follow", sent.case.reference)
    other = world.report(text="Een matras")
    joined = neighbour.post(f"/api/v1/reports/{other.case.reference}/supporters", {}, "application/json").json()
    neighbour.get("/melden" + joined["tracking"]["url"].partition("/melden")[2])
    page = neighbour.get(message["url"], follow=True)
    assert page.redirect_chain[-1][0] == "/melden/ook/volgen/"
    assert sent.case.reference in page.content.decode()
    stranger = phone().get(message["url"], follow=True)
    assert stranger.status_code == 404


def test_a_report_that_is_no_longer_public_is_told_to_its_reporter_alone(world: World, service: PushService) -> None:
    sent, _resident, browser = listening(world, service)
    _neighbour, theirs = supporting(world, service, sent.case.reference)
    Case.objects.filter(pk=sent.case.pk).update(visibility="limited")
    step(world, sent.case.reference)
    assert (len(browser.messages()), theirs.messages()) == (1, [])


def test_of_a_report_that_was_linked_the_main_ones_news_is_told_once(world: World, service: PushService) -> None:
    sent, _resident, browser = listening(world, service)
    main = world.report()
    bram, now = world.actor(world.bram), timezone.now()
    link_duplicate(reference=sent.case.reference, of=main.case.reference, actor=bram, now=now)
    run_due_tasks()
    before = len(browser.messages())
    step(world, main.case.reference)
    [message] = browser.messages()[before:]
    assert message["body"] == sent.case.reference


def test_weeks_later_a_device_without_an_address_is_asked_once_too(world: World, service: PushService) -> None:
    sent, _resident, browser = listening(world, service)
    actions.change_contact(token=sent.token, changes={"name": "", "email": "", "phone": ""})
    Listener.objects.create(
        report=sent.report,
        endpoint=browser.subscription["endpoint"],
        key=browser.subscription["keys"]["p256dh"],
        secret=browser.subscription["keys"]["auth"],
        language="en",
        created_at=timezone.now(),
    )
    step(world, sent.case.reference, "resolve", "Opgehaald.")
    before = len(browser.messages())
    later = timezone.now() + timedelta(weeks=4, days=1)
    assert [owe_questions(now=later), owe_questions(now=later)] == [1, 0]
    run_due_tasks()
    [message] = browser.messages()[before:]
    assert (message["title"], message["body"]) == ("Is it still good?", sent.case.reference)


def test_in_the_quiet_hours_it_waits(world: World, service: PushService, settings: Any) -> None:
    sent, _resident, browser = listening(world, service)
    hour = timezone.localtime().hour
    settings.SMS_QUIET_HOURS = ((hour - 1) % 24, (hour + 2) % 24)
    step(world, sent.case.reference)
    assert browser.messages() == []
    settings.SMS_QUIET_HOURS = None
    assert DBTaskResult.objects.filter(status="READY", run_after__gt=timezone.now()).update(run_after=timezone.now())
    run_due_tasks()
    assert len(browser.messages()) == 1


# --- when it ends -----------------------------------------------------------------------------


def test_it_is_switched_off_on_the_same_page_for_this_report(world: World, service: PushService) -> None:
    first, resident, browser = listening(world, service)
    second = world.report(language="en")
    resident.get(f"/volgen/{second.token}/")
    assert press(resident, browser).json() == {"needed": True}
    assert press(resident, browser, stop="1").json() == {"needed": True}
    step(world, second.case.reference)
    assert browser.messages() == []
    step(world, first.case.reference)
    assert len(browser.messages()) == 1
    resident.get(f"/volgen/{first.token}/")
    assert press(resident, browser, stop="1").json() == {"needed": False}
    assert not Listener.objects.exists()


def test_a_browser_that_is_gone_is_forgotten_everywhere(world: World, service: PushService) -> None:
    sent, resident, browser = listening(world, service)
    other = world.report(language="en")
    resident.get(f"/volgen/{other.token}/")
    press(resident, browser)
    service.answers[browser.path] = [410]
    step(world, sent.case.reference)
    assert not Listener.objects.exists()


def test_a_service_that_asks_to_wait_is_tried_again(world: World, service: PushService) -> None:
    sent, _resident, browser = listening(world, service)
    service.answers[browser.path] = [503]
    step(world, sent.case.reference)
    assert browser.messages() == []
    waiting = DBTaskResult.objects.filter(task_path__endswith="push_news", status="READY")
    assert waiting.update(run_after=timezone.now()) == 1
    run_due_tasks()
    assert len(browser.messages()) == 1


@pytest.mark.parametrize("how", ["details", "withdrawn"])
def test_it_is_erased_with_the_contact_data(world: World, service: PushService, how: str) -> None:
    _sent, resident, browser = listening(world, service)
    token = hidden(resident.get("/volgen/"))["csrfmiddlewaretoken"]
    path, fields = ("/volgen/contact/", {"stop": "1"}) if how == "details" else ("/volgen/intrekken/", {})
    assert resident.post(path, {"csrfmiddlewaretoken": token} | fields).status_code == 302
    assert not Listener.objects.exists()
    if how == "withdrawn":
        assert 'id="push"' not in resident.get("/volgen/").content.decode()
        keys = browser.subscription["keys"]
        body = {"endpoint": browser.subscription["endpoint"], "key": keys["p256dh"], "secret": keys["auth"]}
        assert resident.post(ON_REPORT, body | {"csrfmiddlewaretoken": token}).status_code == 409


def test_changing_an_address_keeps_it(world: World, service: PushService) -> None:
    sent, _resident, _browser = listening(world, service)
    actions.change_contact(token=sent.token, changes={"email": "nieuw@example.nl"})
    assert Listener.objects.count() == 1


def test_what_was_closed_long_ago_is_forgotten(world: World, service: PushService) -> None:
    sent, _resident, _browser = listening(world, service)
    supporting(world, service, sent.case.reference)
    step(world, sent.case.reference, "resolve", "Opgehaald.")
    now = timezone.now()
    assert sweep(now=now + KEPT_AFTER - timedelta(days=1)) == 0
    assert sweep(now=now + KEPT_AFTER + timedelta(days=1)) == 2
    assert not Listener.objects.exists()


# --- who may ----------------------------------------------------------------------------------


def test_the_page_tells_a_browser_of_itself_alone(world: World, service: PushService) -> None:
    _sent, resident, browser = listening(world, service)
    page = resident.get("/volgen/").content.decode()
    assert 'id="push"' in page
    assert browser.subscription["endpoint"] not in page
    assert 'id="push"' not in resident.get("/volgen/?part=live").content.decode()


def test_without_the_link_or_from_elsewhere_nobody_listens(world: World, service: PushService) -> None:
    sent, resident, browser = listening(world, service)
    keys = browser.subscription["keys"]
    body = {"endpoint": browser.subscription["endpoint"], "key": keys["p256dh"], "secret": keys["auth"]}
    assert resident.post(ON_REPORT, body).status_code == 403
    for path in (ON_REPORT, ON_SUPPORT):
        assert Client(HTTP_HOST=HOST_A).post(path, body).status_code == 404
        assert Client(HTTP_HOST=HOST_A).get(path).status_code == 405
    elsewhere = Client(HTTP_HOST=HOST_B)
    elsewhere.cookies["volgen"] = sent.token
    assert elsewhere.post(ON_REPORT, body).status_code == 404
    assert Listener.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://evil.example/x"},
        {"endpoint": "http://localhost:1/"},
        {"key": "AAAA"},
        {"secret": "kort"},
        {"endpoint": ""},
    ],
)
def test_an_address_that_is_no_push_service_is_refused(
    world: World, service: PushService, wrong: dict[str, str]
) -> None:
    sent, resident = world.report(), phone()
    resident.get(f"/volgen/{sent.token}/")
    assert press(resident, service.browser("phone"), **wrong).status_code == 400
    assert not Listener.objects.exists()


def test_the_newest_browsers_of_a_report_are_kept(world: World, service: PushService) -> None:
    _sent, resident, first = listening(world, service)
    for number in range(MOST_BROWSERS):
        assert press(resident, service.browser(f"more-{number}")).status_code == 200
    assert press(resident, service.browser(f"more-{number}")).status_code == 200
    endpoints = set(Listener.objects.values_list("endpoint", flat=True))
    assert len(endpoints) == MOST_BROWSERS
    assert first.subscription["endpoint"] not in endpoints


def test_the_page_behind_a_message_gives_a_stranger_nothing(world: World) -> None:
    sent = world.report()
    for reference in (sent.case.reference, "M-000000", "x", "é"):
        answer = phone().get(f"/volgen/melding/{reference}/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/volgen/meldingen/?melding=")
        assert not answer.cookies
