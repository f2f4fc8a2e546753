"""How the API shows what hangs together with a case; no query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.accounts.actor import Actor
from participation.cases.models import Case, Forwarding
from participation.cases.permissions import Deed
from participation.cases.policies import deeds_for, may_do
from participation.cases.queries import is_late
from participation.cases.shapes import moment_or_none, person, team
from participation.cases.states import OPEN, Status
from participation.cases.together import Figures, Together


def together_page(near: Together, actor: Actor, now: datetime) -> dict[str, Any]:
    """The members of the case's page that tell of other cases and teams."""
    case = near.case
    return {
        "deeds": deeds_for(actor, case),
        "instruction": case.instruction,
        "whole": other_case(near.whole, actor) if near.whole else None,
        "main": other_case(near.main, actor) if near.main else None,
        "parts": [
            other_case(one, actor)
            | {
                "assignee": person(one.assignee_id),
                "instruction": one.instruction,
                "late": is_late(one, now),
                "resolveBy": moment_or_none(one.resolve_by),
                "closedAt": moment_or_none(one.closed_at),
                "open": one.status in OPEN,
            }
            for one in near.parts
        ],
        "duplicates": [
            other_case(one, actor)
            | {
                "subject": one.summary,
                "address": one.address,
                "createdAt": moment_or_none(one.created_at),
                "supporters": one.supporter_count,
            }
            for one in (() if near.whole else near.duplicates)
        ],
        "supporters": case.supporter_count,
        "offer": hop(near.offer, now) if near.offer else None,
        "forwardings": [hop(one, now) for one in near.forwardings],
    }


def other_case(case: Case, actor: Actor) -> dict[str, Any]:
    """Another case that hangs together with this one; `mayOpen`: there is more to see of it for this person."""
    return {
        "reference": case.reference,
        "team": team(case.team_id),
        "status": case.status,
        "statusLabel": str(Status(case.status).label),
        "mayOpen": may_do(actor, Deed.SEE, case),
    }


def hop(one: Forwarding, now: datetime) -> dict[str, Any]:
    """A case was offered to another team, and what came of it. `stuck`: not answered in time."""
    return {
        "from": team(one.from_team_id),
        "to": team(one.to_team_id),
        "by": person(one.professional_id),
        "reason": one.reason,
        "at": moment_or_none(one.at),
        "answerBy": moment_or_none(one.answer_by),
        "outcome": one.outcome,
        "answer": one.answer,
        "answeredBy": person(one.answered_by_id),
        "answeredAt": moment_or_none(one.answered_at),
        "stuck": one.outcome == Forwarding.Outcome.PENDING and one.answer_by < now,
    }


def figures_row(one: Figures) -> dict[str, Any]:
    """How it went between two teams; the median in hours."""
    return {
        "from": team(one.from_team_id),
        "to": team(one.to_team_id),
        "sent": one.sent,
        "accepted": one.accepted,
        "returned": one.returned,
        "withdrawn": one.withdrawn,
        "waiting": one.waiting,
        "stuck": one.stuck,
        "medianAnswerHours": round(one.median_answer.total_seconds() / 3600, 1) if one.median_answer else None,
        "casesOverTwoHops": one.many_hops,
    }
