"""Personal data, the trap and the wait on pages without a script; pressure and limits over the API."""

from __future__ import annotations

import json
import re
import time
import tracemalloc
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge
from django.core.cache import cache
from django.test import Client

from core.api.pressure import WAIT
from participation.cases.models import Case
from participation.reports.models import Draft, Held, Report
from participation.texts.models import BlockedWord
from tests.participation.reports.browser import WHOLE, filled, follow, go_on, hidden, press, step_of
from tests.support.world import World, key, report_body

URL = "/api/v1/reports"
TEXT = "Er ligt een bank. Bel mij op 06-12345678"


def send(client: Client, body: dict[str, Any], **headers: str) -> Any:
    return client.post(URL, body, content_type="application/json", headers={"Accept-Language": "en", **headers})


# --- personal data ------------------------------------------------------------------------------


def test_a_phone_number_is_pointed_out_once_and_masked_when_asked(anna: Client, world: World) -> None:
    page = go_on(anna, anna.get("/melden/"), text=TEXT)
    assert step_of(page) == "what"
    html = page.content.decode()
    assert "phone number" in html
    assert "<bdi>06-12345678</bdi>" in html
    page = go_on(anna, page, ("mask", "1"))
    assert step_of(page) == "where"
    assert Draft.objects.get().values["text"] == "Er ligt een bank. Bel mij op phone number ••••"


@pytest.mark.parametrize("button", [("leave", "1"), None])
def test_it_is_left_alone_by_its_button_and_by_going_on(
    button: tuple[str, str] | None, anna: Client, world: World
) -> None:
    page = go_on(anna, anna.get("/melden/"), text=TEXT)
    assert step_of(page) == "what"
    page = go_on(anna, page, button)
    assert step_of(page) == "where"
    assert Draft.objects.get().values["text"] == TEXT
    back = anna.get("/melden/")
    assert step_of(go_on(anna, back)) == "where", "the same text is not asked about again"
    assert step_of(go_on(anna, anna.get("/melden/"), text=f"{TEXT} of 0687654321")) == "what", "another text is"


def test_a_text_without_anything_goes_on_at_once(anna: Client, world: World) -> None:
    assert step_of(go_on(anna, anna.get("/melden/"), text="Er ligt een bank bij nummer 12")) == "where"


def test_a_word_of_the_list_can_be_asked_about_instead(anna: Client, world: World) -> None:
    BlockedWord.objects.create(gemeente=world.a, phrase="rotding", deed="ask")
    page = go_on(anna, anna.get("/melden/"), text="Dat rotding ligt er weer")
    assert (step_of(page), "<bdi>rotding</bdi>" in page.content.decode()) == ("what", True)
    assert send(anna, report_body(text="Dat rotding ligt er weer")).status_code == 201
    assert not Held.objects.exists()


def test_other_clients_can_have_a_text_checked(client: Client, world: World) -> None:
    answer = client.post(
        "/api/v1/reports/_check",
        {"text": TEXT},
        content_type="application/json",
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 200
    assert answer.json() == {
        "findings": [{"kind": "phone", "name": "phone number", "start": 29, "end": 40}],
        "masked": "Er ligt een bank. Bel mij op phone number ••••",
    }
    assert (
        client.post("/api/v1/reports/_check", {"text": "x" * 3001}, content_type="application/json").status_code == 400
    )
    assert client.post("/api/v1/reports/_check", {}, content_type="application/json").status_code == 400


# --- the trap and haste --------------------------------------------------------------------------


def test_a_field_that_nobody_sees_holds_what_fills_it_in(anna: Client, world: World) -> None:
    sent = anna.post(WHOLE, filled(anna.get("/melden/"), website="https://spam.example"))
    assert sent.status_code == 303
    assert "Being checked" in anna.get("/volgen/").content.decode()
    assert Held.objects.get().reasons == [{"code": "trap"}]
    assert not Case.objects.exists()


def test_a_held_report_can_be_taken_back(anna: Client, world: World) -> None:
    anna.post(WHOLE, filled(anna.get("/melden/"), website="x"))
    page = anna.get("/volgen/")
    token = hidden(page)["csrfmiddlewaretoken"]
    assert anna.post("/volgen/intrekken/wachtend/", {"csrfmiddlewaretoken": token}).status_code == 302
    held = Held.objects.get()
    assert (held.state, held.content) == ("withdrawn", None)
    assert "What you wrote is gone" in anna.get("/volgen/").content.decode()


def test_faster_than_anybody_writes_is_looked_at_first(anna: Client, world: World, settings: Any) -> None:
    settings.LEAST_SECONDS = 3
    page = go_on(anna, anna.get("/melden/"), text="Er ligt een bank naast de container")
    page = go_on(anna, page, area="BU91010101")
    answer = press(anna, page)
    while answer.status_code == 303 and not answer["Location"].startswith("/volgen/"):
        answer = press(anna, follow(anna, answer))
    assert Held.objects.get().reasons == [{"code": "too-fast"}]


# --- when very much comes in ---------------------------------------------------------------------


@pytest.fixture
def busy(settings: Any) -> None:
    """One report an hour from one address without a proof."""
    settings.PROOF_COST = 1
    settings.THROTTLES = settings.THROTTLES | {"pressure-network": "1/day"}
    cache.clear()


def solved(challenge: dict[str, Any]) -> str:
    asked = Challenge.from_dict(challenge)
    solution = solve_challenge(asked)
    assert solution is not None
    return Payload(asked, solution).to_base64()


@pytest.mark.usefixtures("busy")
def test_under_pressure_a_device_proves_some_work_and_sends_again_with_its_key(client: Client, world: World) -> None:
    first = send(client, report_body())
    assert first.status_code == 201, "as long as it is quiet nothing is asked"
    body, same = report_body(text="De tweede"), key()
    refused = send(client, body, **{"Idempotency-Key": same})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(WAIT))
    asked = refused.json()
    assert asked["type"].endswith("proof-required")
    proof = solved(asked["challenge"])
    sent = send(client, body, **{"Idempotency-Key": same, "Proof": proof})
    assert sent.status_code == 201
    again = send(client, body, **{"Idempotency-Key": same})
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true"), "an answer that was lost"
    other = send(client, report_body(text="De derde"), **{"Idempotency-Key": key(), "Proof": proof})
    assert other.status_code == 429, "a proof counts once"
    assert Report.objects.count() == 2


@pytest.mark.usefixtures("busy")
def test_a_page_without_a_script_waits_and_loses_nothing(
    anna: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(anna, report_body())
    waits = anna.post(WHOLE, filled(anna.get("/melden/"), text="Het hek is stuk"))
    assert waits.status_code == 429
    assert f"{WAIT} seconds" in waits.content.decode()

    def again(page: Any) -> Any:
        html = page.content.decode()
        form = re.search(r'<form class="form" method="post" action="([^"]+)".*?</form>', html, re.DOTALL)
        assert form
        fields: dict[str, list[str]] = {}
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0]):
            fields.setdefault(name, []).append(value)
        return anna.post(form[1].partition("#")[0], fields)

    early = again(waits)
    assert (early.status_code, "too soon" in early.content.decode()) == (429, True)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + WAIT + 1)
    sent = again(early)
    assert (sent.status_code, sent["Location"]) == (303, "/volgen/")
    assert Report.objects.filter(text="Het hek is stuk").count() == 1


def test_a_network_and_a_device_have_their_limit(client: Client, world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"report-network": "2/day"}
    cache.clear()
    answers = [send_from(client, f"192.0.2.{number}") for number in range(1, 4)]
    assert [one.status_code for one in answers] == [201, 201, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert json.loads(answers[2].content)["type"].endswith("too-many")
    assert send_from(client, "198.51.100.1").status_code == 201
    settings.THROTTLES = settings.THROTTLES | {"report-device": "1/day"}
    cache.clear()  # the device counts from here; it brings the cookie of its first report
    assert [send_from(client, f"203.0.{number}.1").status_code for number in range(1, 4)] == [201, 429, 429]
    client.cookies["toestel"] = "A" * 22
    assert send_from(client, "203.0.4.1").status_code == 201, "a device that somebody made up is none we know"


def send_from(client: Client, address: str) -> Any:
    return client.post(URL, report_body(), content_type="application/json", REMOTE_ADDR=address)


def test_what_has_a_wrong_shape_does_not_hide_what_else_is_wrong(client: Client, world: World) -> None:
    body = report_body(text=" ", photos=["no-uuid"], contact={"email": "x"}, observedAt="2099-01-01T00:00:00Z", odd=1)
    found = {(one["field"], one["code"]) for one in send(client, body).json()["errors"]}
    assert found == {
        ("photos.0", "invalid"),
        ("odd", "unknown"),
        ("text", "required"),
        ("contact.email", "invalid"),
        ("observedAt", "future"),
    }
    assert [one["field"] for one in send(client, ["no", "object"]).json()["errors"]] == [""]  # type: ignore[arg-type]


def test_a_text_of_a_hundred_thousand_characters_costs_no_memory(client: Client, world: World) -> None:
    """The words of a proposal take the square of a long word."""
    body = report_body(text="a" * 100_000)
    del body["category"]
    tracemalloc.start()
    try:
        assert send(client, body).status_code == 400
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
