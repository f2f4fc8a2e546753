"""Signing in and the own account by API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from core.api.schema import build_document
from participation.residents.access import COOKIE
from participation.residents.models import Resident
from tests.participation.residents.signing_in import ANNA, browser, mailed_code
from tests.support.residents import signed_in
from tests.support.world import HOST_B

pytestmark = pytest.mark.usefixtures("world")
CODES, SESSIONS, ME = "/api/v1/residents/_codes", "/api/v1/residents/_sessions", "/api/v1/me"


def send(client: Client, method: str, address: str, body: Any = None, **headers: str) -> Any:
    return client.generic(
        method, address, "" if body is None else json.dumps(body), "application/json", headers=headers
    )


def test_a_script_signs_in_changes_its_name_and_signs_out() -> None:
    client = browser(enforce_csrf_checks=True)
    sent = send(client, "POST", CODES, {"address": ANNA})
    assert (sent.status_code, sent.json()) == (202, {"address": ANNA, "validSeconds": 900})
    made = send(client, "POST", SESSIONS, {"address": ANNA, "code": mailed_code()})
    assert made.status_code == 201
    assert made.json()["email"] == ANNA
    assert client.cookies[COOKIE]["httponly"]
    assert send(client, "PATCH", ME, {"name": "Anna"}).status_code == 403, "without the token against forgery"
    token = client.cookies["csrftoken"].value
    changed = send(client, "PATCH", ME, {"name": " Anna ", "language": "pl"}, **{"X-CSRFToken": token})
    assert (changed.status_code, changed.json()["name"], changed.json()["language"]) == (200, "Anna", "pl")
    assert client.get(ME).json() == changed.json()
    assert send(client, "DELETE", SESSIONS).status_code == 403
    assert send(client, "DELETE", SESSIONS, **{"X-CSRFToken": token}).status_code == 204
    assert client.get(ME).status_code == 401


def test_who_is_not_signed_in_gets_a_problem() -> None:
    for method, address in (("GET", ME), ("PATCH", ME), ("DELETE", SESSIONS)):
        answer = send(browser(), method, address)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"] == "Resident"


def test_the_answer_is_the_same_for_every_address() -> None:
    signed_in(browser(), ANNA)
    answers = {
        str(send(browser(), "POST", CODES, {"address": one}).json() | {"address": ""}) for one in (ANNA, "b@example.nl")
    }
    refusals = {
        str(send(browser(), "POST", SESSIONS, {"address": one, "code": "000000"}).json())
        for one in (ANNA, "b@example.nl", "c@example.nl")
    }
    assert (len(answers), len(refusals)) == (1, 1)


@pytest.mark.parametrize("body", [{}, {"address": ""}, {"address": "x"}, {"address": 5}, [], {"address": "a" * 300}])
def test_what_is_no_address_is_a_problem_with_its_field(body: Any) -> None:
    answer = send(browser(), "POST", CODES, body)
    assert answer.status_code == 400
    assert not body or isinstance(body, list) or answer.json()["errors"][0]["field"] == "address"


def test_a_wrong_code_is_a_problem_with_its_field() -> None:
    send(browser(), "POST", CODES, {"address": ANNA})
    answer = send(browser(), "POST", SESSIONS, {"address": ANNA, "code": "abc"})
    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("code", "wrong-code")]
    assert not Resident.objects.exists()


def test_asking_and_trying_are_limited(settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"sign-in-code": "1/hour", "sign-in": "1/hour"}
    assert [send(browser(), "POST", CODES, {"address": ANNA}).status_code for _ in range(2)] == [202, 429]
    body = {"address": ANNA, "code": "000000"}
    assert [send(browser(), "POST", SESSIONS, body).status_code for _ in range(2)] == [400, 429]


def test_a_form_of_another_website_cannot_sign_a_browser_in() -> None:
    """It can send forms, and JSON only after asking first, which is refused."""
    for content_type in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        answer = browser().post(SESSIONS, '{"address": "a@b.nl", "code": "000000"}', content_type=content_type)
        assert answer.status_code == 415
    asked = browser().options(SESSIONS, headers={"origin": "https://evil.test"})
    assert "Access-Control-Allow-Origin" not in asked


def test_the_account_is_that_of_this_municipality() -> None:
    client = browser()
    signed_in(client)
    elsewhere = browser(HOST_B)
    elsewhere.cookies[COOKIE] = client.cookies[COOKIE].value
    assert elsewhere.get(ME).status_code == 401


@pytest.mark.parametrize("body", [{"language": "xx"}, {"name": "x" * 61}, {"name": "https://x.nl"}, {"name": None}])
def test_a_change_that_is_not_right_changes_nothing(body: Any) -> None:
    client = browser()
    signed_in(client, name="Anna")
    answer = send(client, "PATCH", ME, body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, next(iter(body)))
    assert Resident.objects.get().name == "Anna"


def test_it_is_described() -> None:
    paths = build_document()["paths"]
    assert paths["/me"]["get"]["security"] == paths["/residents/_sessions"]["delete"]["security"] == [{"resident": []}]
    assert {"202", "400", "429"} <= set(paths["/residents/_codes"]["post"]["responses"])
    assert "no-store" in browser().get(ME)["Cache-Control"]
