"""Steps of the stages (`states.STEPS`), and the case that goes along with each, so that the two never disagree:

* A proposal is a case like any other; who accepts it has it. Declined or stopped, it is closed with the reason.
* Opening promises an answer: from then on the case is late when that day has passed (`answer_by`).
* With the answer the case is resolved.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import SYSTEM, Actor
from core.errors import Conflict, FieldError, Invalid
from core.events.log import Happened, record
from participation.cases import events as case_events
from participation.cases.actions.holding import may_hold
from participation.cases.actions.saving import mark_responded, write_message
from participation.cases.actions.saving import refuse_stale as refuse_stale_case
from participation.cases.actions.saving import save as save_case
from participation.cases.models import Case
from participation.cases.placing import Placement
from participation.cases.states import CLOSED, Status
from participation.polls.actions.adopting import adopt_projects
from participation.polls.actions.counting import count_held, recount
from participation.polls.actions.saving import clean, hold_both, hold_both_by_id, refuse_stale, save
from participation.polls.actions.sealing import seal
from participation.polls.actions.voting import standing_of
from participation.polls.events import STEP, happened
from participation.polls.models import Ballot, Poll, RollEntry, StageChange, Standing, Words
from participation.polls.permissions import Deed
from participation.polls.readiness import refuse_unasked, refuse_unready
from participation.polls.states import PUBLIC, STEPS, Stage, Step, steps_from
from participation.routing.deadlines import AMSTERDAM, DAY_ENDS

logger = logging.getLogger(__name__)
_CASE: dict[str, tuple[Status, str]] = {
    "accept": (Status.ASSIGNED, "accept"),
    "decline": (Status.UNRESOLVED, "decline"),
    "open": (Status.IN_PROGRESS, "start"),
    "answer": (Status.RESOLVED, "resolve"),
    "stop": (Status.UNRESOLVED, "decline"),
}
"""Where the case goes with a step, and how the workflow calls that; with another step it stays."""


@transaction.atomic
def take_step(
    *,
    slug: str,
    name: str,
    reason: str = "",
    actor: Actor,
    now: datetime,
    version: int | None = None,
    case_version: int | None = None,
) -> Poll:
    """Take one step as the team. `reason` where the step asks for it: everybody reads it.

    `version` (of the poll) or `case_version`: what they saw; `Stale` when something happened since.

    Raises `Invalid` with everything that is missing before a poll can open, `Conflict` for a step that does not fit.
    """
    step = STEPS.get(name)
    if step is None or name == "answer":  # answering is more than a step (`actions.answering`)
        raise Invalid(FieldError("step", "unknown", _("This step does not exist. Reload the page and choose again.")))
    poll, case = hold_both(actor, slug, Deed.STEP)
    refuse_stale(poll, version)
    refuse_stale_case(case, case_version)
    if name in {"close", "back", "stop"}:
        poll = _hold_against_voters(poll, case)
    reason = clean(reason, "reason", needed=_("Say why. Everybody can read it.") if step.reasoned else "")
    return go(poll, case, name, reason=reason, actor=actor, now=now)


def go(poll: Poll, case: Case, name: str, *, reason: str = "", actor: Actor, now: datetime) -> Poll:
    """The step itself, of a poll and case that are held; records what happened."""
    from participation.polls.tasks import (
        counting,  # tasks take steps too
        telling,
    )

    if name not in steps_from(poll.stage):
        raise Conflict(
            _("This does not fit the stage the poll is in: “%(stage)s”.") % {"stage": poll.get_stage_display()}
        )
    step, origin, was_public = STEPS[name], Stage(poll.stage), poll.is_public
    fields = _fields(poll, name, step, reason, now)
    if name == "back" and origin == Stage.OPEN and RollEntry.objects.filter(poll=poll).exists():
        raise Conflict(_("Somebody has voted. What was asked cannot change any more."))
    if name == "collect":
        refuse_unasked(poll)
    if name in {"plan", "open"}:
        adopt_projects(poll)
        refuse_unready(poll, now=now)
    if name == "plan" and poll.opens_at is None:
        raise Invalid(FieldError("opens_at", "required", _("Choose when it opens, or open it now.")))
    if name == "close" or (name == "stop" and origin == Stage.OPEN):
        _end_voting(poll, name, now=now)
    save(poll, fields, now=now)
    moved = _case_goes_along(poll, case, name, reason=reason, actor=actor, now=now)
    taken = StageChange.objects.create(
        poll=poll,
        name=name,
        from_stage=origin,
        to_stage=step.to,
        professional_id=actor.professional_id,
        reason=reason,
        at=now,
    )
    said = {"step": name, "from": origin.value, "to": step.to.value, "taken": taken.pk}
    record(moved, happened(poll, STEP, actor=actor, now=now, payload=said, also_public=was_public))
    if name == "close":
        counting.work_out.enqueue(poll.pk)
    if name in {"close", "stop"}:
        counting.forget_old_rows.enqueue()
    telling.owe_step(poll, taken)
    return poll


@transaction.atomic
def open_in_time(poll_id: int, *, now: datetime) -> bool:
    """Open a poll whose time has come; False when that was done, or it is not ready after all."""
    poll, case = hold_both_by_id(poll_id)
    if poll.stage != Stage.READY or poll.opens_at is None or poll.opens_at > now:
        return False
    try:
        with transaction.atomic():
            go(poll, case, "open", actor=SYSTEM, now=now)
    except Invalid:  # it was ready when it was planned; the next to look at it finds what changed
        return False
    return True


@transaction.atomic
def close_in_time(poll_id: int, *, now: datetime) -> bool:
    """Close a poll whose time is over; False when that was done."""
    poll, case = hold_both_by_id(poll_id)
    if poll.stage != Stage.OPEN or poll.closes_at is None or poll.closes_at > now:
        return False
    go(poll, case, "close", actor=SYSTEM, now=now)
    return True


def _hold_against_voters(poll: Poll, case: Case) -> Poll:
    """Nobody is voting at this moment, and who comes now finds the poll as it is after this step."""
    held = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
    held.case = case
    return held


def _fields(poll: Poll, name: str, step: Step, reason: str, now: datetime) -> dict[str, Any]:
    fields: dict[str, Any] = {"stage": step.to, "stage_since": now}
    if step.to in PUBLIC and poll.published_at is None:
        fields["published_at"] = now
    if reason:
        fields["reason"] = reason
    if name == "open":
        fields["salt"] = secrets.token_hex(16)
        if poll.opens_at is None or poll.opens_at > now:
            fields["opens_at"] = now
    if name in {"back", "stop"}:
        fields["salt"] = ""
    if name == "back":  # what is being written is nobody else's to read
        fields["published_at"] = None
    if name == "answer":
        fields["answered_at"] = now
    if name == "close":
        fields |= {"closed_at": now, "closes_at": min(poll.closes_at or now, now), "salt": "", "sealed_at": now}
        if fields["closes_at"] <= (poll.opens_at or now):
            fields["closes_at"] = poll.closes_at
    return fields


def _end_voting(poll: Poll, name: str, *, now: datetime) -> None:
    """Count what is left, show it whole, and seal roll and box. Of a stopped poll only how many had voted is kept."""
    standing = standing_of(poll)
    count_held(poll, standing, now=now)
    if name == "stop":
        standing.totals = {}
        Ballot.objects.filter(poll=poll).delete()
        RollEntry.objects.filter(poll=poll).delete()
        Words.objects.filter(question__poll=poll).delete()
    else:
        _settle(poll, standing)
    standing.shown_ballots, standing.shown = standing.ballots, standing.totals
    standing.save(update_fields=["totals", "shown_ballots", "shown"])
    seal(poll)


def _settle(poll: Poll, standing: Standing) -> None:
    """The outcome is what is in the box, counted once more; that it differs from the totals, or from the roll, is told
    to who runs the platform."""
    counted = recount(poll)
    ballots = Ballot.objects.filter(poll=poll).count()
    voters = RollEntry.objects.filter(poll=poll).count()
    if counted != standing.totals or voters != ballots:
        logger.error("poll %s: %d on the roll, %d in the box, totals counted again", poll.pk, voters, ballots)
    standing.totals = counted


def _case_goes_along(poll: Poll, case: Case, name: str, *, reason: str, actor: Actor, now: datetime) -> Happened:
    """Move the locked case with a step; answers what to record of it."""
    origin = Status(case.status)
    to, move = _CASE.get(name, (origin, ""))
    if origin in CLOSED:
        to = origin
    fields: list[str] = []
    payload: dict[str, Any] = {"step": name, "along": True}
    if name == "decline" and poll.proposer_id is not None:
        payload["message"] = write_message(case, reason, actor=actor, now=now).pk
    if actor.professional_id is not None:
        fields += mark_responded(case, now)
    if name == "accept":
        fields += _give(case, actor)
        payload["person"] = case.assignee_id
    case.resolve_by = answer_moment(poll) if name in {"open", "close"} else case.resolve_by
    case.status, case.closed_at = to, (case.closed_at or now) if to in CLOSED else None
    save_case(case, [*fields, "status", "closed_at", "resolve_by"], now=now)
    if to == origin:
        return case_events.happened(case, case_events.UPDATED, actor=actor, now=now, payload=payload)
    payload |= {"from": origin.value, "to": to.value, "move": move}
    return case_events.happened(case, case_events.TRANSITIONED, actor=actor, now=now, payload=payload)


def answer_moment(poll: Poll) -> datetime | None:
    """The end of the working day on which the answer was promised."""
    if poll.answer_by is None:
        return None
    return datetime.combine(poll.answer_by, DAY_ENDS, AMSTERDAM)


def _give(case: Case, actor: Actor) -> list[str]:
    """Whoever accepts has the case from now on, unless it is theirs already."""
    me = actor.professional_id
    if me is None or not may_hold(me, case.team_id, confidential=False):
        raise Conflict(_("Only somebody of the team that has this case can take it up. Give it to your team first."))
    if case.assignee_id == me:
        return []
    case.assignee_id = me
    case.decision = Placement(
        case.team_id, me, ({"code": "accepted", "professional": me, "team": case.team_id},)
    ).as_json()
    return ["assignee", "decision"]
