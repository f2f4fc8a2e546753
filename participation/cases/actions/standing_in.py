"""Work that a replacement does for someone away: remembered when it comes (`returning` gives it back).

`Case.decision` says why a person has a case; a reason "replaces" in it makes a `StandIn`. Every write that moves a
case passes `follow`, so a case that was given to someone else on purpose does not come back by itself.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from participation.cases.models import Case, HandoverItem, StandIn
from participation.organisations.models import Absence


def follow(case: Case, now: datetime) -> None:
    """After a case changed hands or was closed: what was agreed about it with its former holder is over."""
    holder = None if case.closed_at is not None else case.assignee_id
    HandoverItem.objects.filter(case=case, outcome=HandoverItem.Outcome.PENDING).exclude(
        handover__from_professional_id=holder
    ).update(outcome=HandoverItem.Outcome.PASSED, answered_at=now)
    StandIn.objects.filter(case=case, ended_at=None).exclude(replacement_id=case.assignee_id).update(ended_at=now)
    stand_in(case, now)


def stand_in(case: Case, now: datetime) -> None:
    """Remember for whom its holder keeps the case. No query unless the decision names someone away."""
    absentee = replaced(case)
    if absentee is None or case.assignee_id is None:
        return
    absence = (
        Absence.objects.filter(professional_id=absentee, ends_on__gte=timezone.localdate(now))
        .order_by("starts_on", "id")
        .first()
    )
    if absence is not None and not StandIn.objects.filter(case=case, ended_at=None).exists():
        StandIn.objects.create(
            case=case, absence=absence, absentee_id=absentee, replacement_id=case.assignee_id, at=now
        )


def replaced(case: Case) -> int | None:
    """Whom its holder replaces, as the decision says: the first of a chain of replacements."""
    if case.decision.get("person") != case.assignee_id:
        return None
    reasons = case.decision.get("reasons", ())
    named = (one.get("professional") for one in reasons if one.get("code") == "replaces")
    return next((pk for pk in named if pk != case.assignee_id), None)
