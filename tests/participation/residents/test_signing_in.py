"""Signing in with a code, as a resident does it: by form, without a script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.residents import codes
from participation.residents.access import COOKIE
from participation.residents.models import Code, Resident, SignIn
from tests.participation.reports.browser import hidden
from tests.participation.residents.signing_in import ANNA, ask, browser, fill_in, mailed_code
from tests.support.live.sms_gateway import SmsGateway
from tests.support.residents import rows_with, signed_in
from tests.support.world import HOST_A, HOST_B, World

NUMBER = "+31612345678"
pytestmark = pytest.mark.usefixtures("world")


def test_a_code_by_mail_signs_in_and_leads_back_to_where_one_was() -> None:
    client = browser(enforce_csrf_checks=True)
    page = client.get("/mijn/inloggen/?next=/initiatieven/tuin/%3Fa%3D1")
    form = hidden(page)
    assert form["next"] == "/initiatieven/tuin/?a=1"
    page = client.post("/mijn/inloggen/", form | {"address": " Anna@example.nl "})
    assert page.status_code == 200
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert not Resident.objects.exists(), "nothing is made before the code came back"
    code = mailed_code()
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["Anna@example.nl"], f"{code} is your code to sign in")
    form = hidden(page)
    answer = client.post("/mijn/inloggen/code/", form | {"code": f" {code[:3]} {code[3:]}"})
    assert (answer.status_code, answer["Location"]) == (303, "/initiatieven/tuin/?a=1")
    anna = Resident.objects.get()
    assert (anna.email, anna.phone, anna.name, anna.language) == ("Anna@example.nl", "", "", "en")
    assert client.get("/mijn/").status_code == 200
    assert not Code.objects.exists(), "used up"


def test_the_same_person_on_another_device_is_the_same_person() -> None:
    for address in (ANNA, "ANNA@EXAMPLE.NL"):
        client = browser()
        ask(client, address)
        assert fill_in(client, mailed_code(), address)["Location"] == "/mijn/"
    assert Resident.objects.get().sign_ins.count() == 2


def test_a_code_by_text_message_signs_in(gateway: SmsGateway) -> None:
    client = browser()
    page = ask(client, "06-12345678")
    assert hidden(page)["address"] == NUMBER
    run_due_tasks()
    [code] = re.findall(r"\b\d{6}\b", gateway.to(NUMBER)[-1])
    assert fill_in(client, code, NUMBER).status_code == 303
    assert Resident.objects.get().phone == NUMBER


def test_without_a_gateway_only_mail_is_promised_and_taken(settings: Any) -> None:
    settings.SMS_GATEWAY = ""
    assert "mobile number" not in browser().get("/mijn/inloggen/").content.decode()
    refused = ask(browser(), "06-12345678")
    assert refused.status_code == 400
    assert 'value="06-12345678"' in refused.content.decode(), "what was typed stays"


@pytest.mark.parametrize("typed", ["", "anna", "anna@", "a b@example.nl", "\0", "x" * 5000, "a@b.nl\r\nBcc: c@d.nl"])
def test_what_is_no_address_is_refused_and_stays_in_the_form(typed: str) -> None:
    assert ask(browser(), typed).status_code == 400
    assert not Code.objects.exists()


def test_the_answer_is_the_same_for_who_is_known_and_who_is_not() -> None:
    signed_in(browser(), ANNA)
    pages, queries = set(), set()
    for address in (ANNA, "bert@example.nl"):
        with_queries = browser()
        answer = ask(with_queries, address)
        assert answer.status_code == 200
        pages.add(re.sub(r'value="[^"]{20,}"', "", answer.content.decode()).replace(address, "…"))
        wrong = fill_in(with_queries, "000000", address)
        pages.add(re.sub(r'value="[^"]{20,}"', "", wrong.content.decode()).replace(address, "…"))
        queries.add((answer.status_code, wrong.status_code, COOKIE in with_queries.cookies))
    assert (len(pages), queries) == (2, {(200, 400, False)})
    run_due_tasks()
    assert sorted(one.to[0] for one in mail.outbox) == [ANNA, "bert@example.nl"], "both get one"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３", "\0", "1" * 5000])
def test_a_wrong_code_says_so_and_signs_nobody_in(code: str) -> None:
    client = browser()
    ask(client)
    answer = fill_in(client, code)
    assert answer.status_code == 400
    assert hidden(answer)["address"] == ANNA
    assert COOKIE not in client.cookies and not Resident.objects.exists()


def test_digits_of_another_keyboard_are_digits() -> None:
    client = browser()
    ask(client)
    arabic = mailed_code().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert fill_in(client, arabic).status_code == 303


def test_a_code_works_once_for_its_own_address_and_a_quarter_of_an_hour() -> None:
    client = browser()
    ask(client)
    code = mailed_code()
    assert fill_in(browser(), code, "bert@example.nl").status_code == 400
    assert fill_in(client, code).status_code == 303
    assert fill_in(browser(), code).status_code == 400
    ask(client)
    Code.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    assert fill_in(browser(), mailed_code()).status_code == 400
    assert codes.sweep(now=timezone.now()) == 1


def test_a_code_of_one_municipality_opens_nothing_at_another() -> None:
    ask(browser())
    code = mailed_code()
    assert fill_in(browser(HOST_B), code).status_code == 400
    assert not Resident.objects.exists()


def test_a_code_for_something_else_signs_nobody_in(world: World) -> None:
    now = timezone.now()
    codes.send_code(
        purpose="reports", address=ANNA, gemeente_ids=[world.a.pk], network=("sms-network", "-"), language="nl", now=now
    )
    digits = codes.digits_of(Code.objects.get().seed)
    assert fill_in(browser(), digits).status_code == 400


def test_codes_are_few_for_one_address_and_for_one_network(settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"mail-code": "2/hour", "sign-in-code": "4/hour", "sign-in": "2/hour"}
    assert [ask(browser()).status_code for _number in range(3)] == [200, 200, 429]
    assert [ask(browser(), f"b{number}@example.nl").status_code for number in range(2)] == [200, 429]
    assert [fill_in(browser(), "000000").status_code for _number in range(3)] == [400, 400, 429]


def test_a_planted_cookie_is_replaced_and_the_old_one_ends() -> None:
    """Session fixation: whoever put a secret in this browser does not come along."""
    client = browser()
    signed_in(client, "eve@example.nl")
    planted = client.cookies[COOKIE].value
    client.cookies["csrftoken"] = "a" * 32
    ask(client)
    fill_in(client, mailed_code())
    assert client.cookies[COOKIE].value != planted
    assert client.cookies["csrftoken"].value != "a" * 32
    eve = browser()
    eve.cookies[COOKIE] = planted
    assert eve.get("/mijn/").status_code == 302
    assert {one.resident.email for one in SignIn.objects.select_related("resident")} == {ANNA}


def test_the_cookie_is_for_this_site_alone_and_the_table_opens_nothing(settings: Any) -> None:
    settings.TLS = True
    client = browser()
    ask(client)
    fill_in(client, mailed_code())
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert len(cookie.value) >= 22
    assert cookie.value not in str(list(SignIn.objects.values())) + str(list(Code.objects.values()))


@pytest.mark.parametrize(
    "bad", ["//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "/api/v1/me"]
)
def test_nobody_is_led_away_by_next(bad: str) -> None:
    client = browser()
    page = client.get("/mijn/inloggen/", {"next": bad})
    assert hidden(page)["next"] == ""
    ask(client, next=bad)
    assert fill_in(client, mailed_code(), next=bad)["Location"] == "/mijn/"
    assert client.get("/mijn/inloggen/", {"next": bad})["Location"] == "/mijn/"


def test_signing_out_ends_it_on_the_server_too() -> None:
    client = browser()
    signed_in(client)
    kept = client.cookies[COOKIE].value
    assert client.get("/mijn/uitloggen/").status_code == 405
    assert client.post("/mijn/uitloggen/").status_code == 302
    client.cookies[COOKIE] = kept
    assert client.get("/mijn/").status_code == 302
    assert not SignIn.objects.exists()


def test_a_form_from_elsewhere_signs_nobody_in_or_out() -> None:
    client = browser(enforce_csrf_checks=True)
    assert ask(client).status_code == 403
    assert fill_in(client, "000000").status_code == 403
    signed_in(client)
    assert client.post("/mijn/uitloggen/").status_code == 403


def test_a_municipality_keeps_the_devices_of_one_person_within_bounds() -> None:
    for _number in range(22):
        signed_in(browser())
    assert SignIn.objects.count() == 20


def test_the_pages_are_kept_by_nobody_and_found_by_no_search() -> None:
    page = browser().get("/mijn/inloggen/")
    assert "no-store" in page["Cache-Control"]
    assert 'name="robots" content="noindex"' in page.content.decode()
    assert Client(headers={"host": HOST_A}).get("/mijn/inloggen/code/").status_code == 302


def test_an_address_stands_in_its_own_table_only_and_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """No task, event, session, cache key or line of a log knows it."""
    caplog.set_level("DEBUG")
    client = browser()
    ask(client, "zilverling@example.nl")
    assert rows_with("zilverling") == ["residents_code"]
    fill_in(client, "000000", "zilverling@example.nl")
    answer = fill_in(client, mailed_code(), "zilverling@example.nl")
    client.get(answer["Location"])
    assert rows_with("zilverling") == ["residents_resident"]
    assert "zilverling" not in caplog.text + answer["Location"] + str(client.cookies)


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_the_letter_is_short_says_what_it_is_for_and_reads_in_ones_own_language(language: str) -> None:
    client = Client(headers={"host": HOST_A, "accept-language": language})
    ask(client)
    code = mailed_code()
    [letter] = mail.outbox
    html = str(letter.alternatives[0].content)  # type: ignore[attr-defined]
    assert letter.extra_headers["Content-Language"] == language
    assert f'lang="{language}"' in html and ('dir="rtl"' in html) == (language == "ar")
    assert code in letter.subject and f"<strong>{code}</strong>" in html
    assert "Waterstad" in letter.body and "http" not in letter.body, "no link to press: a code is typed"
    assert len(letter.body) < 500


def test_a_page_for_everybody_is_the_same_for_who_is_signed_in() -> None:
    """The link to the account in its header leads both of them on."""
    stranger, anna = browser(), browser()
    signed_in(anna, name="Anna")
    pages = {one.get("/initiatieven/").content for one in (stranger, anna)}
    assert len(pages) == 1 and b'href="/mijn/"' in pages.pop()
