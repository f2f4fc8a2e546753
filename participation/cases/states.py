"""The workflow of a case: statuses and the moves between them, as one readable table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a case stands. The label is the professional's word."""

    RECEIVED = "received", _("Received")
    ASSIGNED = "assigned", _("With the right person")
    IN_PROGRESS = "in-progress", _("Working on it")
    PLANNED = "planned", _("Planned")
    WAITING = "waiting", _("Waiting for resident")
    RESOLVED = "resolved", _("Resolved")
    UNRESOLVED = "unresolved", _("Not resolved")
    REOPENED = "reopened", _("Reopened")
    MERGED = "merged", _("Linked to another case")


OPEN = frozenset(
    {Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.PLANNED, Status.WAITING, Status.REOPENED}
)
ANSWERED = frozenset({Status.RESOLVED, Status.UNRESOLVED})
CLOSED = ANSWERED | {Status.MERGED}
"""Nobody works on it any more: it was answered, or the case it was linked to is worked on."""

RESIDENT_LABELS = {
    Status.RECEIVED: _("Received"),
    Status.ASSIGNED: _("With the right person"),
    Status.IN_PROGRESS: _("Working on it"),
    Status.PLANNED: _("Planned"),
    Status.WAITING: _("Waiting for you"),
    Status.RESOLVED: _("Resolved"),
    Status.UNRESOLVED: _("Not resolved"),
    Status.REOPENED: _("With the right person"),
    Status.MERGED: _("With the right person"),
}
"""The seven plain words a resident sees."""


@dataclass(frozen=True, slots=True)
class Move:
    """A named step: from which statuses, to which, and whether the resident must be told something."""

    to: Status
    sources: frozenset[Status]
    needs_message: bool = False
    by_resident: bool = False


MOVES: dict[str, Move] = {
    "accept": Move(Status.ASSIGNED, frozenset({Status.RECEIVED, Status.REOPENED})),
    "start": Move(Status.IN_PROGRESS, OPEN - {Status.IN_PROGRESS}),
    "plan": Move(Status.PLANNED, OPEN - {Status.PLANNED}, needs_message=True),
    "ask": Move(Status.WAITING, OPEN - {Status.WAITING}, needs_message=True),
    "resolve": Move(Status.RESOLVED, OPEN, needs_message=True),
    "decline": Move(Status.UNRESOLVED, OPEN, needs_message=True),
    "reopen": Move(Status.REOPENED, ANSWERED, by_resident=True),
    "answer": Move(Status.IN_PROGRESS, frozenset({Status.WAITING}), by_resident=True),
}
"""Every step there is. `by_resident`: a resident may take it too (answering, saying "not solved")."""


def moves_from(status: str, *, part: bool = False) -> list[str]:
    """Names of the steps a professional may take from `status`, in table order. A part has no resident to ask."""
    left_out = {"answer", "ask"} if part else {"answer"}
    return [name for name, move in MOVES.items() if status in move.sources and name not in left_out]
