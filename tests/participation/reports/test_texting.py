"""Text messages to reporters, through a real gateway beside the test: who gets which, when, and what it says."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.events.models import Event
from core.notify.sms import PLAIN, segments
from core.work.worker import run_due_tasks
from participation.cases.actions import link_duplicate, message_resident, move_case
from participation.cases.models import Case
from participation.reports import actions, texts
from participation.reports.models import Contact
from participation.reports.rules import ContactGiven, tidy_phone
from participation.reports.tasks import owe_questions
from participation.reports.texts import Text
from participation.residents.tasks import text_of
from tests.participation.reports.browser import filled
from tests.support.live.sms_gateway import SmsGateway
from tests.support.world import HOST_A, World, report_body

NUMBER = "+31612345678"
PHONE = ContactGiven(phone="06 12345678")
BOTH = ContactGiven(phone="06 12345678", email="anna@example.nl")
ENGLISH = {"accept-language": "en"}


def step(world: World, sent: Any, move: str) -> None:
    move_case(
        reference=sent.case.reference,
        move=move,
        message="" if move == "start" else "Ottokar vraagt het",
        actor=world.actor(world.bram),
        now=timezone.now(),
    )


def write(world: World, sent: Any) -> None:
    bram = world.actor(world.bram)
    message_resident(reference=sent.case.reference, text="Ottokar schrijft", actor=bram, now=timezone.now())


def post(client: Client, **changes: Any) -> Any:
    return client.post("/api/v1/reports", report_body(**changes), "application/json", headers={"host": HOST_A})


def again() -> None:
    """All that waits for its next attempt is due."""
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run_due_tasks()


def quiet_now() -> tuple[int, int]:
    """Quiet hours that it is now."""
    hour = timezone.localtime().hour
    return hour, (hour + 2) % 24


# --- who gets which ---------------------------------------------------------------------------


def test_who_gives_only_a_mobile_number_gets_the_private_link_on_it(
    client: Client, world: World, gateway: SmsGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    answer = post(client, contact={"phone": "06 - 1234 5678"}, language="en", text="Bank van Pietersen")
    assert answer.status_code == 201
    run_due_tasks()

    [text] = gateway.to(NUMBER)
    assert text.startswith("Waterstad: we have your report " + answer.json()["reference"])
    assert "Pietersen" not in text
    assert segments(text) == 1
    [path] = re.findall(r"https?://[^/]+(/volgen/\S+)$", text)
    phone = Client(headers={"host": HOST_A})
    assert phone.get(path, follow=True).status_code == 200
    assert mail.outbox == []
    held = json.dumps([list(DBTaskResult.objects.values_list("args_kwargs", "return_value", "traceback"))], default=str)
    told = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    for place in (held, told, caplog.text):
        assert "612345678" not in place
        assert answer.json()["tracking"]["token"] not in place


def test_every_step_and_message_reaches_a_phone_without_what_was_written(world: World, gateway: SmsGateway) -> None:
    sent = world.report(contact=PHONE, language="en")
    for move in ("start", "ask"):
        step(world, sent, move)
    write(world, sent)
    step(world, sent, "resolve")
    run_due_tasks()

    said = [text.partition("report ")[2].partition("http")[0] for text in gateway.to(NUMBER)]
    reference = sent.case.reference
    assert said == [
        f"{reference}. Follow it (private): ",
        f"{reference} is now: Working on it. See: ",
        f"{reference}. Answer: ",
        f"{reference}. Read it: ",
        f"{reference} is now: Resolved. See: ",
    ]
    assert all(sent.token in text and "Ottokar" not in text for text in gateway.to(NUMBER))
    assert mail.outbox == []


def test_with_an_e_mail_address_too_only_a_question_reaches_the_phone(world: World, gateway: SmsGateway) -> None:
    sent = world.report(contact=BOTH, language="en")
    for move in ("start", "ask", "resolve"):
        step(world, sent, move)
    run_due_tasks()
    [text] = gateway.to(NUMBER)
    assert "a question about your report" in text
    assert len(mail.outbox) == 4


def test_a_number_that_no_text_reaches_gets_none(world: World, gateway: SmsGateway) -> None:
    for phone in ("010 123 45 67", "+32 470 12 34 56", "0900 8844", "12345678"):
        step(world, world.report(contact=ContactGiven(phone=phone)), "start")
    run_due_tasks()
    assert gateway.asked == []


def test_what_the_reporter_does_is_not_told_to_them(world: World, gateway: SmsGateway) -> None:
    sent = world.report(contact=PHONE)
    actions.send_message(token=sent.token, text="Hallo", now=timezone.now())
    run_due_tasks()
    assert len(gateway.to(NUMBER)) == 1


def test_who_reported_the_same_twice_hears_it_once(world: World, gateway: SmsGateway) -> None:
    main, double, other = (world.report(contact=one) for one in (PHONE, PHONE, ContactGiven(phone="0687654321")))
    bram = world.actor(world.bram)
    for one in (double, other):
        link_duplicate(reference=one.case.reference, of=main.case.reference, actor=bram, now=timezone.now())
    run_due_tasks()
    before = len(gateway.to(NUMBER)), len(gateway.to("+31687654321"))
    step(world, main, "start")
    run_due_tasks()
    assert (len(gateway.to(NUMBER)), len(gateway.to("+31687654321"))) == (before[0] + 1, before[1] + 1)
    assert other.token in gateway.to("+31687654321")[-1]


def test_who_took_the_contact_away_meanwhile_gets_nothing(world: World, gateway: SmsGateway) -> None:
    sent = world.report(contact=PHONE)
    actions.change_contact(token=sent.token, changes={"phone": ""})
    run_due_tasks()
    assert gateway.asked == []


def test_weeks_later_a_phone_is_asked_whether_it_is_still_good(world: World, gateway: SmsGateway) -> None:
    sent = world.report(contact=PHONE, language="en")
    silent = world.report(contact=ContactGiven(phone="0101234567"))
    for one in (sent, silent):
        step(world, one, "resolve")
    Case.objects.update(closed_at=timezone.now() - timedelta(weeks=4.2))
    run_due_tasks()
    assert [owe_questions(now=timezone.now()) for _ in range(2)] == [1, 0]
    run_due_tasks()
    assert "is it still good" in gateway.to(NUMBER)[-1]


# --- without a gateway ------------------------------------------------------------------------


def test_without_a_gateway_nothing_is_owed_or_promised(anna: Client, world: World) -> None:
    page = anna.get("/melden/").content.decode()
    assert "text message" not in page
    assert "With your phone number we can call you." in page
    sent = world.report(contact=PHONE)
    step(world, sent, "ask")
    assert not DBTaskResult.objects.filter(task_path__startswith="participation.reports").exists()
    anna.get(f"/volgen/{sent.token}/")
    assert "text message" not in anna.get("/volgen/").content.decode()
    assert "text message" not in anna.get("/volgen/meldingen/").content.decode()


def test_the_pages_say_truly_how_news_comes(world: World, gateway: SmsGateway) -> None:
    said = {}
    for name, contact in {
        "phone": PHONE,
        "both": BOTH,
        "house": ContactGiven(phone="010 1234567"),
        "nobody": ContactGiven(),
    }.items():
        sent = world.report(contact=contact)
        browser = Client(HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en")
        browser.get(f"/volgen/{sent.token}/")
        [told, *_rest] = re.findall(r'"how-we-reach">([^<]+)<', browser.get("/volgen/").content.decode())
        api = browser.get("/api/v1/tracking", headers={"authorization": f"Bearer {sent.token}"}).json()
        said[name] = (told.strip(), api["updatesBy"])
    assert said == {
        "phone": ("You get a text message when something happens.", ["sms"]),
        "both": ("You get an e-mail when something happens.", ["mail"]),
        "house": ("We have your phone number if we want to ask something. News you read on this page.", []),
        "nobody": ("We cannot send you anything. News you read on this page.", []),
    }


def test_the_reach_step_says_what_a_mobile_number_is_for(anna: Client, world: World, gateway: SmsGateway) -> None:
    page = anna.get("/melden/")
    assert "you only get a text message when we ask something" in page.content.decode()
    answer = anna.post("/melden/bereiken/", filled(page, email="", name="", phone="0612345678"))
    assert answer.status_code == 303
    run_due_tasks()
    assert len(gateway.to(NUMBER)) == 1


# --- when, and when it goes wrong --------------------------------------------------------------


def test_at_night_news_waits_for_the_morning_and_the_confirmation_does_not(
    world: World, gateway: SmsGateway, settings: Any
) -> None:
    settings.SMS_QUIET_HOURS = quiet_now()
    sent = world.report(contact=PHONE)
    step(world, sent, "start")
    run_due_tasks()
    assert len(gateway.to(NUMBER)) == 1
    [waiting] = DBTaskResult.objects.filter(status="READY", task_path__endswith="send_text")
    assert timezone.localtime(waiting.run_after).hour == settings.SMS_QUIET_HOURS[1]
    settings.SMS_QUIET_HOURS = None
    again()
    assert len(gateway.to(NUMBER)) == 2


def test_a_confirmation_that_comes_late_waits_for_the_morning_too(
    world: World, gateway: SmsGateway, settings: Any
) -> None:
    settings.SMS_QUIET_HOURS = quiet_now()
    world.report(contact=PHONE, now=timezone.now() - timedelta(hours=2))
    run_due_tasks()
    assert gateway.asked == []
    assert DBTaskResult.objects.filter(status="READY", task_path__endswith="send_text").count() == 1


def test_a_gateway_that_fails_is_asked_again_until_it_took_it_once(
    world: World, gateway: SmsGateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.answers = [500, 429]
    gateway.slow = 0.0
    world.report(contact=PHONE)
    run_due_tasks()
    [task] = DBTaskResult.objects.filter(task_path__endswith="send_text")
    assert (task.status, task.run_after > timezone.now()) == ("READY", True)
    again()
    gateway.slow = 1.0  # it takes it, but says so too late
    again()
    gateway.slow = 0.0
    again()
    task.refresh_from_db()
    assert (task.status, len(gateway.to(NUMBER)), gateway.asked) == ("SUCCESSFUL", 1, [500, 429, 202, 409])
    assert "612345678" not in caplog.text + task.traceback


def test_a_gateway_that_never_takes_it_ends_in_the_list_of_tasks(world: World, gateway: SmsGateway) -> None:
    gateway.answers = [400]
    world.report(contact=PHONE)
    run_due_tasks()
    again()
    assert gateway.asked == [400]
    [task] = DBTaskResult.objects.filter(task_path__endswith="send_text")
    assert (task.status, "612345678" in task.traceback) == ("FAILED", False)


def test_a_number_that_is_gone_is_remembered_and_not_asked_again(
    client: Client, world: World, gateway: SmsGateway
) -> None:
    gateway.unknown = {NUMBER}
    sent = world.report(contact=PHONE)
    run_due_tasks()
    step(world, sent, "ask")
    run_due_tasks()
    again()
    assert gateway.asked == [422]
    bearer = {"authorization": f"Bearer {sent.token}"} | ENGLISH
    told = client.get("/api/v1/tracking", headers=bearer).json()
    assert (told["phoneRefused"], told["updatesBy"]) == (True, [])
    client.get(f"/volgen/{sent.token}/")
    assert "did not reach your number" in client.get("/volgen/", headers=ENGLISH).content.decode()

    same = client.patch("/api/v1/tracking/contact", {"name": "Anna"}, "application/json", headers=bearer).json()
    assert same["phoneRefused"] is True
    sure = client.patch("/api/v1/tracking/contact", {"phone": "0612345678"}, "application/json", headers=bearer)
    assert sure.json()["phoneRefused"] is False, "who gives the number once more is believed once more"
    other = client.patch("/api/v1/tracking/contact", {"phone": "0687654321"}, "application/json", headers=bearer)
    assert (other.json()["phoneRefused"], other.json()["updatesBy"]) == (False, ["sms"])


# --- cost -------------------------------------------------------------------------------------


def test_one_number_gets_so_many_confirmations_a_day(world: World, gateway: SmsGateway, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"sms": "2/day"}
    sent = [world.report(contact=PHONE) for _ in range(4)]
    run_due_tasks()
    assert len(gateway.to(NUMBER)) == 2
    step(world, sent[-1], "ask")
    run_due_tasks()
    assert len(gateway.to(NUMBER)) == 3, "what a professional asks always goes"


def test_all_confirmations_together_have_a_limit(world: World, gateway: SmsGateway, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"sms-total": "3/day"}
    for last in range(5):
        world.report(contact=ContactGiven(phone=f"061234567{last}"))
    run_due_tasks()
    assert len(gateway.taken) == 3


def test_one_network_cannot_send_texts_to_many_strangers(
    client: Client, world: World, gateway: SmsGateway, settings: Any
) -> None:
    settings.THROTTLES = settings.THROTTLES | {"sms-network": "3/day"}
    statuses = [post(client, contact={"phone": f"061234567{last}"}).status_code for last in range(4)]
    browser = Client(HTTP_HOST=HOST_A)
    body = filled(browser.get("/melden/"), email="", name="", phone="0612345679")
    statuses.append(browser.post("/melden/bereiken/", body).status_code)
    run_due_tasks()
    assert statuses == [201, 201, 201, 201, 303], "the reports themselves come in"
    assert len(gateway.taken) == 3
    assert Contact.objects.count() == 5


def test_a_report_without_contact_costs_no_more_with_a_gateway(
    client: Client, world: World, gateway: SmsGateway, settings: Any
) -> None:
    post(client)
    counts = []
    for name in ("", "http"):
        settings.SMS_GATEWAY = name
        with CaptureQueriesContext(connection) as asked:
            assert post(client).status_code == 201
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- the words --------------------------------------------------------------------------------


def test_every_message_is_short_in_every_language(world: World, settings: Any, gateway: SmsGateway) -> None:
    languages = dict(settings.LANGUAGES)
    assert {"nl", "en", "ar"} <= set(languages)
    too_long = []
    for language in languages:
        sent = world.report(contact=PHONE, language=language)
        for move in ("start", "ask", "answer", "resolve"):
            if move == "answer":
                actions.send_message(token=sent.token, text="Ja", now=timezone.now())
            else:
                step(world, sent, move)
        write_to = Event.objects.filter(subject=f"case/{sent.case.reference}")
        made = [texts.text_about(event) for event in write_to if event.type in ("case.received", "case.transitioned")]
        made.append(texts.text_asking_again(sent.report.pk))
        made.append(Text(to=NUMBER, text=text_of("123456", language=language, gemeente_id=world.a.pk)))
        assert len(made) >= 6 and all(made)
        most = 1 if language in PLAIN else 2
        too_long += [(language, one.text) for one in made if one and segments(one.text) > most]
    assert too_long == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12345678", "+31612345678"),
        ("06-12 34 56 78", "+31612345678"),
        ("+31 (0)6 12345678", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("+31612345678", "+31612345678"),
        ("010-1234567", "+31101234567"),
        ("+32 470 12.34.56", "+32470123456"),
        ("0900 8844", "09008844"),
        ("12345678", "12345678"),
        ("06 1234", None),
        ("bel mij", None),
    ],
)
def test_numbers_are_kept_as_the_whole_world_writes_them(typed: str, kept: str | None) -> None:
    assert tidy_phone(typed) == kept


def test_a_colleague_sees_the_text_message_before_it_goes_without_the_link(world: World, gateway: SmsGateway) -> None:
    desk = world.client(world.bram)
    seen = {}
    for name, contact in {"phone": PHONE, "both": BOTH}.items():
        sent = world.report(contact=contact, language="en")
        for move in ("start", "ask"):
            body = {"message": "Welke kleur?", "move": move} if move == "ask" else {"move": move}
            answer = desk.post(f"/api/v1/cases/{sent.case.reference}/preview", body, "application/json").json()
            seen[name, move] = (answer["willBeSent"], answer["textMessage"])
            assert sent.token not in json.dumps(answer)
            assert "612345678" not in json.dumps(answer)
    assert {key: (mailed, bool(text)) for key, (mailed, text) in seen.items()} == {
        ("phone", "start"): (False, True),
        ("phone", "ask"): (False, True),
        ("both", "start"): (True, False),
        ("both", "ask"): (True, True),
    }
    shown = desk.get(f"/api/v1/cases/{world.report(contact=PHONE).case.reference}").json()
    assert shown["reachableBy"] == {"email": False, "phone": True, "sms": True}
    assert seen["both", "ask"][1].endswith("Answer: ...")
    assert gateway.asked == []
