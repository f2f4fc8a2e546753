"""What the pages ask before they send: personal data in the text, a short wait when very much comes in."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.api.pressure import new_ticket, still_waiting
from core.errors import DomainError, ProofRequired
from participation.reports.pages.showing import address_of
from participation.reports.pages.typed import Typed, keep, remember
from participation.reports.rules import TEXT_LENGTH
from participation.reports.screening import Signs
from participation.texts.checking import check_text, mark_of

TRAP = "website"
"""A field that nobody sees; what fills it in is looked at by a person first."""


def asks_again(request: HttpRequest, typed: Typed, gemeente_id: int) -> bool:
    """Whether to show the text once more for what was found in it: once for each text. Masks it when asked.

    A text that is too long is refused for that first. Changes only `typed`; the caller keeps it.
    """
    if len(typed.values["text"]) > TEXT_LENGTH:
        return False
    checked = check_text(typed.values["text"], gemeente_id)
    if not checked.findings:
        return False
    masks = "mask" in request.POST
    if masks:
        typed.values["text"] = checked.masked[:TEXT_LENGTH]
    mark = mark_of(typed.values["text"])
    shown, typed.values["guarded"] = typed.values.get("guarded") == mark, mark
    return not shown and not masks and "leave" not in request.POST


def findings_in(typed: Typed, gemeente_id: int) -> list[dict[str, Any]]:
    """What to show of the text as it is now: nothing before its writer sent it once."""
    text = typed.values.get("text", "")
    return check_text(text, gemeente_id).shown() if text and typed.values.get("guarded") == mark_of(text) else []


def signs_of(request: HttpRequest, typed: Typed, *, now: datetime) -> Signs:
    """What was seen of a form that is sent. Who opened no page of it was faster than anybody."""
    seconds = (now - typed.begun).total_seconds() if typed.begun is not None else 0.0
    return Signs(trap=bool(request.POST.get(TRAP)), seconds=seconds)


def wait_page(
    request: HttpRequest, typed: Typed, asked: ProofRequired, *, gemeente_id: int, now: datetime
) -> HttpResponse:
    """Instead of a proof of work the person waits a little and presses once more; all that was typed is kept."""
    with suppress(DomainError):  # the page carries all of it along
        keep(request, typed, gemeente_id=gemeente_id, now=now)
    ticket = request.POST.get("proof", "")
    left = still_waiting(ticket)
    apart = {"csrfmiddlewaretoken", "proof", "draft", "key", "begun"}
    posted = [(name, value) for name, values in request.POST.lists() if name not in apart for value in values]
    context = {
        "action": address_of("reach", typed.handle),
        "posted": [*posted, ("draft", typed.secret), ("key", typed.key), ("begun", typed.page_mark(now))],
        "ticket": ticket if left else new_ticket(typed.key),
        "too_soon": left > 0,
        "wait": asked.wait,
    }
    response = render(request, "reports/wait.html", context, status=429)
    response["Retry-After"] = str(asked.wait)
    if typed.secret:
        remember(request, response, typed.secret)
    return response
