"""A report that was taken back stays so, and the road that its page shows."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from participation.cases.actions import move_case
from participation.cases.models import Case, Message
from participation.reports.models import Contact, Feedback, Listener, Report
from participation.reports.rules import ContactGiven
from tests.support.world import HOST_A, World

ANNA = ContactGiven(email="anna@example.nl", name="Anna")
DEEDS: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "message": ("messages", {"text": "Nog iets"}, "/volgen/bericht/", {"text": "Nog iets"}),
    "no": ("feedback", {"solved": False}, "/volgen/oordeel/", {"solved": "no"}),
    "yes": ("feedback", {"solved": True}, "/volgen/oordeel/", {"solved": "yes"}),
    "contact": ("contact", {"email": "x@example.nl"}, "/volgen/contact/", {"email": "x@example.nl"}),
    "stop": ("contact", {"name": None, "email": None, "phone": None}, "/volgen/contact/", {"stop": "1"}),
    "compliment": ("compliment", {}, "/volgen/compliment/", {}),
}
"""By name: API path and body, page and fields."""


def bearer(sent: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {sent.token}", "Accept-Language": "en"}


def over_api(client: Client, sent: Any, path: str, body: dict[str, Any]) -> Any:
    call = client.patch if path == "contact" else client.post
    return call(f"/api/v1/tracking/{path}", body, content_type="application/json", headers=bearer(sent))


def withdrawn(world: World, client: Client) -> Any:
    sent = world.report(contact=ANNA)
    client.get(f"/volgen/{sent.token}/")
    assert over_api(client, sent, "withdrawal", {}).status_code == 201
    return sent


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_more_can_be_done_with_a_report_that_was_taken_back(client: Client, world: World, deed: str) -> None:
    sent = withdrawn(world, client)
    path, body, page, fields = DEEDS[deed]

    refused = over_api(client, sent, path, body)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "withdrawn")
    assert refused.json()["detail"] == "You took this report back. Is there still something? Then report it again."
    shown = client.post(page, fields, headers={"Accept-Language": "en"})
    assert shown.status_code == 409
    assert "You took this report back. Is there still" in shown.content.decode()

    assert Case.objects.get(pk=sent.case.pk).status == "unresolved"
    assert Report.objects.get(pk=sent.case.pk).complimented_at is None
    assert not (Contact.objects.exists() or Feedback.objects.exists() or Listener.objects.exists())
    assert not Message.objects.filter(case=sent.case, from_resident=True, text="Nog iets").exists()


def test_taking_it_back_again_changes_nothing_and_its_page_has_no_forms(client: Client, world: World) -> None:
    sent = withdrawn(world, client)
    first = Report.objects.get(pk=sent.case.pk).withdrawn_at
    events = client.get("/api/v1/tracking", headers=bearer(sent)).json()["version"]

    assert over_api(client, sent, "withdrawal", {}).status_code == 201
    assert client.post("/volgen/intrekken/").status_code == 302
    assert client.get("/volgen/intrekken/")["Location"] == "/volgen/"

    assert Report.objects.get(pk=sent.case.pk).withdrawn_at == first
    assert client.get("/api/v1/tracking", headers=bearer(sent)).json()["version"] == events
    page = client.get("/volgen/").content.decode()
    for address in ("bericht", "oordeel", "contact", "compliment", "intrekken", "toestel"):
        assert f'"/volgen/{address}/' not in page


def test_a_case_that_others_wait_for_takes_nothing_more_of_who_left(client: Client, world: World) -> None:
    """It goes on, and is closed later; the one who took their report back is not asked any more."""
    sent = world.report(contact=ANNA)
    joined = Client(HTTP_HOST=HOST_A).post(
        f"/api/v1/reports/{sent.case.reference}/supporters", {}, content_type="application/json"
    )
    assert joined.status_code == 201, joined.content
    assert over_api(client, sent, "withdrawal", {}).json()["closed"] is False
    move_case(
        reference=sent.case.reference,
        move="resolve",
        message="Klaar",
        actor=world.actor(world.bram),
        now=timezone.now(),
    )

    for path, body, _page, _fields in DEEDS.values():
        assert over_api(client, sent, path, body).status_code == 409
    assert Case.objects.get(pk=sent.case.pk).status == "resolved"


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_opening_again_at_once_ends_in_one_of_the_two(committed_world: World) -> None:
    world = committed_world
    for _round in range(4):
        sent = world.report(contact=ANNA)
        move_case(
            reference=sent.case.reference,
            move="resolve",
            message="Klaar",
            actor=world.actor(world.bram),
            now=timezone.now(),
        )

        def deed(path: str, sent: Any = sent) -> int:
            try:
                return int(over_api(Client(), sent, path, {"solved": False} if path == "feedback" else {}).status_code)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            codes = list(pool.map(deed, ["feedback", "withdrawal", "contact", "compliment"]))

        assert codes[0] in (201, 409), codes
        assert codes[1] == 201, codes
        followed = Client().get("/api/v1/tracking", headers=bearer(sent)).json()
        assert (followed["withdrawn"], followed["closed"], followed["contact"]) == (True, True, None)


def test_the_road_of_a_report_shows_only_what_happened(client: Client, world: World) -> None:
    def road() -> list[str]:
        html = client.get("/volgen/").content.decode()
        states = html.split('<li class="step" data-status="')[1:]
        return [re.sub(r'^([^"]+)" data-state="([^"]+)".*', r"\1:\2", one, flags=re.DOTALL) for one in states]

    withdrawn(world, client)
    assert road() == ["received:done", "unresolved:now"]

    sent = world.report()
    client.get(f"/volgen/{sent.token}/")
    assert road() == ["received:now", "assigned:next", "in-progress:next", "resolved:next"]
    for move, expected in (
        ("ask", ["received:done", "waiting:now", "resolved:next"]),
        ("start", ["received:done", "in-progress:now", "resolved:next"]),
        ("resolve", ["received:done", "in-progress:done", "waiting:done", "resolved:now"]),
    ):
        message = "" if move == "start" else "Iets"
        move_case(
            reference=sent.case.reference,
            move=move,
            message=message,
            actor=world.actor(world.bram),
            now=timezone.now(),
        )
        assert road() == expected
