"""What the tests of parts, duplicates and offers ask over HTTP."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client

from core.events.models import StreamEntry
from participation.cases.models import Case
from tests.support.world import key

EN = {"Accept-Language": "en"}


def post(client: Client, case: Case | str, verb: str, body: dict[str, Any], **headers: str) -> Any:
    """A deed, once, in English."""
    reference = case if isinstance(case, str) else case.reference
    return client.post(
        f"/api/v1/cases/{reference}/{verb}",
        body,
        content_type="application/json",
        headers={**EN, "Idempotency-Key": key(), **headers},
    )


def page(client: Client, case: Case | str) -> Any:
    """The case as the desk shows it."""
    reference = case if isinstance(case, str) else case.reference
    answer = client.get(f"/api/v1/cases/{reference}", headers=EN)
    assert answer.status_code == 200, answer.content
    return answer.json()


def in_stream(name: str) -> list[tuple[str, str]]:
    """(type, reference) of every event of a stream, in order."""
    rows = StreamEntry.objects.filter(stream__name=name).order_by("seq").values_list("event__type", "event__subject")
    return [(kind, subject.removeprefix("case/")) for kind, subject in rows]


def close_connection() -> None:
    """At the end of a test's own thread."""
    connection.close()
