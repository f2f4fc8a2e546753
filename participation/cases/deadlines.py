"""When a case becomes late, and who hears of it next.

The rules, in the order in which they apply:

* A case has two promises, counted in working days from the moment it was opened: a first answer (`respond_by`) and
  the handling (`resolve_by`). `due_at` is the first of the two that still has to be kept.
* While the case waits for the resident nothing is due. When it goes on, the handling moves by the working days it
  waited (`waited_days`, also when it waited several times); the first answer was given by asking.
* Reopened by the resident, both promises begin anew: someone who says "it is not solved" is owed an answer again.
  Reopened by a professional, only the handling does.
* Another category brings its own promises, counted from the same beginning (`term_from`, else `created_at`) with the
  days waited added.
* A deadline that passes is told at once (`escalation` 1), a working day later (2) and three working days later (3).
  A case that comes back to a deadline it had told of before (`escalated_for`) goes on where it was.
"""

from __future__ import annotations

from datetime import datetime

from participation.cases.models import Case
from participation.cases.states import CLOSED, Status
from participation.routing.deadlines import add_working_days, move_deadline, working_days_between
from participation.routing.models import Category
from participation.routing.queries import config

ESCALATES_AFTER = (0, 1, 3)
"""Working days after the deadline at which it is told to the person, the team lead and the organisation."""


def next_due(case: Case) -> datetime | None:
    """The first promise that still has to be kept: the first answer, then the handling.

    None when the case is closed, or while it waits for the resident.
    """
    if case.status in CLOSED or case.status == Status.WAITING:
        return None
    first_answer = case.respond_by if case.responded_at is None else None
    return min((moment for moment in (first_answer, case.resolve_by) if moment is not None), default=None)


def escalates_at(case: Case, due: datetime, told: int) -> datetime | None:
    """When the next reminder of the deadline `due` goes out, after so many; None when all did."""
    if told >= len(ESCALATES_AFTER):
        return None
    return move_deadline(due, ESCALATES_AFTER[told], config(case.gemeente_id).closed_days)


def renew_due(case: Case, now: datetime) -> list[str]:
    """Stop or restart the clock as the status asks, and work out what is due; answers the fields that changed."""
    changed = _pause(case, now)
    due = next_due(case)
    if due == case.due_at:
        return changed
    case.due_at = due
    if due is None:
        case.escalate_at = None
    else:
        if due != case.escalated_for:
            case.escalation = 0
        case.escalate_at = escalates_at(case, due, case.escalation)
    return [*changed, "due_at", "escalate_at", "escalation"]


def _pause(case: Case, now: datetime) -> list[str]:
    if case.status == Status.MERGED:
        return []  # the clock stands as it stood, for when the link is undone
    waits = case.status == Status.WAITING
    if waits and case.waiting_since is None:
        case.waiting_since = now
        return ["waiting_since"]
    if waits or case.waiting_since is None:
        return []
    closed = config(case.gemeente_id).closed_days
    days = working_days_between(case.waiting_since, now, closed)
    case.waiting_since = None
    case.waited_days += days
    if case.resolve_by is not None:
        case.resolve_by = move_deadline(case.resolve_by, days, closed)
    return ["waiting_since", "waited_days", "resolve_by"]


def set_promises(case: Case, category: Category) -> None:
    """Give the case the promises of `category`: from the beginning of its term, with the days it waited."""
    start, closed = case.term_from or case.created_at, config(case.gemeente_id).closed_days
    case.respond_by = add_working_days(start, category.response_days, closed)
    case.resolve_by = None
    if category.resolve_days is not None:
        handled = add_working_days(start, category.resolve_days, closed)
        case.resolve_by = move_deadline(handled, case.waited_days, closed)


def begin_term(case: Case, category: Category | None, now: datetime, *, unanswered: bool) -> list[str]:
    """A reopened case: the handling begins anew, and with `unanswered` the first answer too."""
    case.term_from, case.waited_days, case.waiting_since = now, 0, None
    first_answer = case.respond_by
    if category is not None:
        set_promises(case, category)
    if unanswered:
        case.responded_at = None
    else:
        case.respond_by = first_answer
    return ["term_from", "waited_days", "waiting_since", "respond_by", "resolve_by", "responded_at"]
