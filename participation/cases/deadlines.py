"""When a case becomes late. Pure."""

from __future__ import annotations

from datetime import datetime

from participation.cases.models import Case
from participation.cases.states import CLOSED, Status


def next_due(case: Case) -> datetime | None:
    """The first promise that still has to be kept: the first answer, then the handling.

    None when the case is closed, or while it waits for the resident.
    """
    if case.status in CLOSED or case.status == Status.WAITING:
        return None
    first_answer = case.respond_by if case.responded_at is None else None
    return min((moment for moment in (first_answer, case.resolve_by) if moment is not None), default=None)


def renew_due(case: Case) -> list[str]:
    """Work out `due_at` again; another deadline starts its reminders anew. Answers the fields that changed."""
    due = next_due(case)
    if due == case.due_at:
        return []
    case.due_at = case.escalate_at = due
    case.escalation = 0
    return ["due_at", "escalate_at", "escalation"]
