"""`/mijn/`: name, language, addresses and devices."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from participation.residents import codes
from participation.residents.access import COOKIE
from participation.residents.models import Code, Resident, SignIn
from tests.participation.residents.signing_in import ANNA, ask, browser, fill_in, mailed_code
from tests.support.live.sms_gateway import SmsGateway
from tests.support.residents import signed_in
from tests.support.world import HOST_B, World

pytestmark = pytest.mark.usefixtures("world")
PAGES = ["", "adres/", "adres/code/", "inzien/", "inzien/bestand/", "wissen/", "wissen/code/"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_for_who_is_signed_in(page: str) -> None:
    answer = browser().get(f"/mijn/{page}")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/mijn/inloggen/")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", ["", "adres/", "adres/code/", "adres/weg/", "apparaten/", "wissen/", "wissen/code/"])
def test_no_form_from_elsewhere_changes_anything(page: str) -> None:
    client = browser(enforce_csrf_checks=True)
    signed_in(client)
    assert client.post(f"/mijn/{page}", {"name": "Eve", "address": "eve@example.nl", "all": "yes"}).status_code == 403
    assert Resident.objects.get().name == "" and not Code.objects.exists()


def test_one_is_called_as_one_likes_and_read_in_ones_own_language() -> None:
    client = browser()
    signed_in(client)
    answer = client.post("/mijn/", {"name": "  Anna  uit de Haven ", "language": "tr"})
    assert answer.status_code == 302
    anna = Resident.objects.get()
    assert (anna.name, anna.language) == ("Anna uit de Haven", "tr")
    page = client.get("/mijn/")
    assert (page["Content-Language"], "Anna uit de Haven" in page.content.decode()) == ("tr", True)


@pytest.mark.parametrize(
    ("name", "language"),
    [("x" * 61, "nl"), ("https://evil.test", "nl"), ("a@b.nl", "nl"), ("Anna", "xx")],
)
def test_what_is_no_name_or_language_is_refused_and_stays_in_the_form(name: str, language: str) -> None:
    client = browser()
    signed_in(client)
    answer = client.post("/mijn/", {"name": name, "language": language})
    assert answer.status_code == 400
    assert "aria-invalid" in answer.content.decode()
    assert Resident.objects.get().name == ""


def test_a_name_is_text_and_nothing_else() -> None:
    client = browser()
    signed_in(client)
    client.post("/mijn/", {"name": "<script>alert(1)</script>", "language": "en"})
    assert "<script>alert(1)" not in client.get("/mijn/").content.decode()


def test_a_new_address_is_proved_before_it_takes_the_place_of_the_old() -> None:
    client = browser()
    signed_in(client)
    page = client.post("/mijn/adres/", {"address": "nieuw@example.nl"})
    assert page.status_code == 200
    assert Resident.objects.get().email == ANNA
    code = mailed_code()
    assert mail.outbox[-1].to == ["nieuw@example.nl"]
    wrong = client.post("/mijn/adres/code/", {"address": "nieuw@example.nl", "code": "12"})
    assert wrong.status_code == 400
    assert client.post("/mijn/adres/code/", {"address": "ander@example.nl", "code": code}).status_code == 400
    assert client.post("/mijn/adres/code/", {"address": "nieuw@example.nl", "code": code}).status_code == 302
    assert Resident.objects.get().email == "nieuw@example.nl"


def test_the_code_of_one_person_changes_nobody_elses_address() -> None:
    """Who reads the mail of an address gives the code to nobody; and if they do, it works in their account alone."""
    anna, eve = browser(), browser()
    signed_in(anna)
    signed_in(eve, "eve@example.nl")
    anna.post("/mijn/adres/", {"address": "nieuw@example.nl"})
    code = mailed_code()
    assert eve.post("/mijn/adres/code/", {"address": "nieuw@example.nl", "code": code}).status_code == 400
    assert fill_in(browser(), code, "nieuw@example.nl").status_code == 400
    assert sorted(Resident.objects.values_list("email", flat=True)) == [ANNA, "eve@example.nl"]


def test_five_wrong_codes_for_a_new_address_are_enough() -> None:
    client = browser()
    signed_in(client)
    client.post("/mijn/adres/", {"address": "nieuw@example.nl"})
    right = mailed_code()
    for _number in range(5):
        client.post("/mijn/adres/code/", {"address": "nieuw@example.nl", "code": "0"})
    assert client.post("/mijn/adres/code/", {"address": "nieuw@example.nl", "code": right}).status_code == 400
    assert Resident.objects.get().email == ANNA


def test_the_address_of_another_account_cannot_be_taken_and_is_not_told_of_before_it_is_proved() -> None:
    client = browser()
    signed_in(client)
    signed_in(browser(), "bert@example.nl")
    assert client.post("/mijn/adres/", {"address": "Bert@example.nl"}).status_code == 200
    answer = client.post("/mijn/adres/code/", {"address": "Bert@example.nl", "code": mailed_code()})
    assert answer.status_code == 400
    assert Resident.objects.filter(email__iexact="bert@example.nl").count() == 1


def test_an_e_mail_address_and_a_number_and_one_of_them_less(gateway: SmsGateway) -> None:
    client = browser()
    anna = signed_in(client)
    client.post("/mijn/adres/", {"address": "0612345678"})
    digits = codes.digits_of(Code.objects.get().seed)
    client.post("/mijn/adres/code/", {"address": "0612345678", "code": digits})
    anna.refresh_from_db()
    assert (anna.email, anna.phone) == (ANNA, "+31612345678")
    assert client.post("/mijn/adres/weg/", {"kind": "email"}).status_code == 302
    assert client.post("/mijn/adres/weg/", {"kind": "phone"}).status_code == 409, "nobody could sign in any more"
    anna.refresh_from_db()
    assert (anna.email, anna.phone) == ("", "+31612345678")


def test_a_device_that_is_not_mine_is_signed_out_and_so_are_all_others() -> None:
    clients = [browser() for _number in range(3)]
    for client in clients:
        signed_in(client)
    here = clients[0]
    page = here.get("/mijn/").content.decode()
    assert page.count('name="device"') == 2
    second = SignIn.objects.order_by("pk")[1]
    here.post("/mijn/apparaten/", {"device": second.pk})
    assert [one.get("/mijn/").status_code for one in clients] == [200, 302, 200]
    here.post("/mijn/apparaten/", {"all": "yes"})
    assert [one.get("/mijn/").status_code for one in clients] == [200, 302, 302]


@pytest.mark.parametrize("device", ["", "x", "-1", "٣", "9" * 30])
def test_a_strange_device_signs_nobody_out(device: str) -> None:
    client, other = browser(), browser()
    signed_in(client)
    signed_in(other)
    assert client.post("/mijn/apparaten/", {"device": device}).status_code == 302
    assert SignIn.objects.count() == 2


def test_nobody_ends_the_device_of_somebody_else() -> None:
    anna, eve = browser(), browser()
    signed_in(anna)
    theirs = SignIn.objects.get()
    signed_in(eve, "eve@example.nl")
    eve.post("/mijn/apparaten/", {"device": theirs.pk})
    assert anna.get("/mijn/").status_code == 200


def test_the_device_is_told_in_words() -> None:
    client = browser()
    ask(client)
    agent = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
    client.post("/mijn/inloggen/code/", {"address": ANNA, "code": mailed_code()}, headers={"user-agent": agent})
    assert SignIn.objects.get().device == "Firefox on Android"


def test_an_account_of_one_municipality_is_unknown_at_another(world: World) -> None:
    client = browser()
    signed_in(client)
    elsewhere = browser(HOST_B)
    elsewhere.cookies[COOKIE] = client.cookies[COOKIE].value
    for page in PAGES:
        assert elsewhere.get(f"/mijn/{page}").status_code == 302
    signed_in(elsewhere, ANNA)
    assert Resident.objects.filter(email=ANNA).count() == 2, "two accounts that know nothing of each other"


def test_the_account_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    client = browser()
    signed_in(client)
    client.get("/mijn/")
    with django_assert_max_num_queries(5):  # who, devices, newest reports, initiatives, polls
        client.get("/mijn/")


def test_my_reports_are_there_on_every_device_where_one_is_signed_in(world: World) -> None:
    sent = world.report()
    client = browser()
    signed_in(client)
    page = client.get("/volgen/meldingen/").content.decode()
    assert sent.case.reference in page
    assert 'value="forget"' not in page.partition("</ul>")[0], "it is not this device that has it"
    opened = client.post("/volgen/meldingen/", {"report": sent.case.reference, "deed": "open"})
    assert opened.status_code == 302
    stranger = browser()
    signed_in(stranger, "eve@example.nl")
    assert sent.case.reference not in stranger.get("/volgen/meldingen/").content.decode()
    assert sent.case.reference not in Client().get("/volgen/meldingen/").content.decode()
