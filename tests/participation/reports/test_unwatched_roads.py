"""What a program does that fills in forms: one POST to the end, tickets harvested side by side, no cookie of ours.

And what people do who must not suffer from it: back, reload, a second report, a cookie that is refused at first.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.api.pressure import WAIT
from participation.reports.models import Draft, Held, Report
from participation.reports.pages.typed import Typed
from tests.participation.reports.browser import WHOLE, filled, go_on, hidden, press, step_of
from tests.support.world import HOST_A, World, key, report_body

TEXT = "Er ligt een bank naast de container"


@pytest.fixture(autouse=True)
def _hasty(settings: Any) -> None:
    settings.LEAST_SECONDS = 3


def begun(page_key: str, ago: timedelta) -> str:
    """The mark of a page that was opened so long ago."""
    return Typed({}, UUID(page_key)).page_mark(timezone.now() - ago)


def filled_long_ago(page: Any, **changes: Any) -> dict[str, Any]:
    fields = filled(page, **changes)
    return fields | {"begun": begun(fields["key"], timedelta(minutes=1))}


@pytest.mark.parametrize("mark", ["as-it-is", "none", "forged", "of-another"])
def test_one_post_to_the_last_step_is_looked_at_first(anna: Client, world: World, mark: str) -> None:
    fields = filled(anna.get("/melden/"))
    fields["begun"] = {
        "as-it-is": fields["begun"],
        "none": "",
        "forged": fields["begun"].replace(":", "1:", 1),
        "of-another": begun(key(), timedelta(minutes=1)),
    }[mark]

    assert anna.post(WHOLE, fields).status_code == 303

    assert Held.objects.get().reasons == [{"code": "too-fast"}]
    assert not Report.objects.exists()


def test_who_took_their_time_is_not_held_also_without_a_draft(anna: Client, world: World) -> None:
    page = go_on(anna, anna.get("/melden/"), text=TEXT)
    page = go_on(anna, page, area="BU91010101", begun=begun(hidden(page)["key"], timedelta(minutes=1)))
    Draft.objects.all().delete()
    assert step_of(page) == "reach"

    sent = press(anna, page, begun=begun(hidden(page)["key"], timedelta(minutes=1)))

    assert sent["Location"] == "/volgen/"
    assert Report.objects.count() == 1


def test_the_draft_counts_from_its_first_page_whatever_later_pages_say(anna: Client, world: World) -> None:
    page = go_on(anna, anna.get("/melden/"), text=TEXT)
    Draft.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    page = go_on(anna, page, area="BU91010101")
    page = anna.get(page.wsgi_request.get_full_path())  # reload
    assert press(anna, page)["Location"] == "/volgen/"
    assert Report.objects.count() == 1


def test_a_browser_whose_cookie_was_refused_at_first_is_not_held(world: World) -> None:
    browser = Client(enforce_csrf_checks=True, HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en")
    fields = filled_long_ago(browser.get("/melden/"))
    browser.cookies.clear()

    refused = browser.post(WHOLE, fields)
    assert (refused.status_code, step_of(refused)) == (403, "reach")
    again = press(browser, refused)

    assert (again.status_code, again["Location"]) == (303, "/volgen/")
    assert Report.objects.count() == 1


def test_sending_again_and_sending_a_second_one_are_not_held(anna: Client, world: World) -> None:
    fields = filled_long_ago(anna.get("/melden/"))
    assert anna.post(WHOLE, fields)["Location"] == "/volgen/"
    assert anna.post(WHOLE, fields)["Location"] == "/volgen/"
    assert Report.objects.count() == 1

    changed = anna.post(WHOLE, fields | {"text": "Er ligt nu ook een matras"})
    assert changed.status_code == 409
    assert press(anna, changed)["Location"] == "/volgen/"
    assert Report.objects.count() == 2
    assert not Held.objects.exists()


def test_a_mistake_at_the_last_step_does_not_begin_anew(anna: Client, world: World) -> None:
    wrong = anna.post(WHOLE, filled_long_ago(anna.get("/melden/"), email="geen-adres"))
    assert wrong.status_code == 400
    assert press(anna, wrong, email="anna@example.nl")["Location"] == "/volgen/"
    assert not Held.objects.exists()


# --- a limit per device ---------------------------------------------------------------------------


def test_a_device_has_its_limit_without_ever_joining_anything(client: Client, world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"report-device": "3/day"}
    cache.clear()

    def send(number: int) -> Any:
        headers = {"Idempotency-Key": key()}
        address = f"192.0.{number}.1"
        body = report_body(text=f"Nummer {number}")
        return client.post("/api/v1/reports", body, "application/json", headers=headers, REMOTE_ADDR=address)

    first = send(1)
    cookie = first.cookies["toestel"]
    assert (cookie["httponly"], cookie["samesite"], len(cookie.value.partition(":")[0])) == (True, "Lax", 22)
    assert [send(number).status_code for number in (2, 3, 4)] == [201, 201, 429]
    assert "toestel" not in send(5).cookies
    assert Report.objects.count() == 3


def test_a_page_gives_the_device_its_cookie_too(anna: Client, world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"report-device": "2/day"}
    cache.clear()
    codes = []
    for number in range(3):
        page = anna.get("/melden/?nieuw=1", REMOTE_ADDR=f"192.0.{number}.1")
        fields = filled_long_ago(page, text=f"Nummer {number}")
        codes.append(anna.post(WHOLE, fields, REMOTE_ADDR=f"192.0.{number}.1").status_code)
    assert codes == [303, 303, 429]
    assert anna.cookies["toestel"]["httponly"]


def test_the_answer_sent_again_is_of_the_same_device(world: World) -> None:
    """The first answer was lost, and its cookie with it."""
    once = {"Idempotency-Key": key()}
    made = [Client().post("/api/v1/reports", report_body(), "application/json", headers=once) for _try in range(2)]
    assert made[0].cookies["toestel"].value == made[1].cookies["toestel"].value
    assert Report.objects.count() == 1


# --- tickets of waiting ---------------------------------------------------------------------------


def test_a_ticket_of_waiting_is_worth_one_report_of_its_own_page(
    anna: Client, world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROOF_COST = 1
    settings.THROTTLES = settings.THROTTLES | {"pressure": "1/day"}
    cache.clear()
    assert anna.post("/api/v1/reports", report_body(), content_type="application/json").status_code == 201
    waits = anna.post(WHOLE, filled_long_ago(anna.get("/melden/")))
    assert waits.status_code == 429
    ticket, own = (
        re.search(rf'name="{name}" value="([^"]+)"', waits.content.decode())[1]  # type: ignore[index]
        for name in ("proof", "key")
    )
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + WAIT + 1)

    for once in (own, key()):
        headers = {"Proof": ticket, "Idempotency-Key": once}
        body = report_body(text="Door de API")
        assert anna.post("/api/v1/reports", body, "application/json", headers=headers).status_code == 429
    other = filled_long_ago(anna.get("/melden/?nieuw=1"), text="Een andere")
    assert anna.post(WHOLE, other | {"proof": ticket}).status_code == 429
    fields = filled_long_ago(anna.get("/melden/?nieuw=1"))
    fields |= {"key": own, "begun": begun(own, timedelta(minutes=1)), "proof": ticket}
    assert anna.post(WHOLE, fields)["Location"] == "/volgen/"
    assert isinstance(Report.objects.latest("pk").case.created_at, datetime)
