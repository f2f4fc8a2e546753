"""Answering a request for help, by who handles its case, and asking later how it went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.actor import SYSTEM, Actor
from core.errors import Conflict, FieldError, Invalid
from core.events.log import record
from participation.cases import events as case_events
from participation.cases.actions.parts import refuse_unfinished
from participation.cases.actions.saving import mark_responded, refuse_stale, write_message
from participation.cases.actions.saving import save as save_case
from participation.cases.models import Case
from participation.cases.permissions import Deed as CaseDeed
from participation.cases.policies import get_case_for
from participation.cases.states import CLOSED, Status
from participation.initiatives.actions.asking import FARTHEST, LONGEST, clean, end_of, hold, told, with_case_held
from participation.initiatives.actions.saving import save
from participation.initiatives.models import Challenge, HelpRequest, Initiative
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.tasks.helping import owe_about_help, remind_decider
from participation.texts.cleaning import cleaned

Decision = HelpRequest.Decision
CHOICES = (Decision.GRANTED, Decision.PARTLY, Decision.REFUSED)
LONGEST_EXTENSION = 1000


@transaction.atomic
def decide_help(
    *,
    reference: str,
    decision: str,
    reasons: str,
    conditions: str = "",
    granted_cents: int | None = None,
    lines: Mapping[int, int] | None = None,
    promised_on: date | None = None,
    follow_up_on: date | None = None,
    judged: Mapping[str, Mapping[str, Any]] | None = None,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> HelpRequest:
    """Grant it, a part of it, or refuse it, with reasons that the group reads. Its case is closed with it.

    Of money: `lines` gives what is granted of each budget line (id: cents), without lines `granted_cents`; never more
    than asked. `promised_on`: by when they get it. `follow_up_on`: when the group is asked how it went.
    `judged`: of a challenge, `{key: {"met": bool, "reason": str}}` for each of its criteria.
    """
    request, case, initiative = _hold_at_desk(actor, reference, version)
    wrong = _wrong_answer(decision, reasons, conditions, promised_on, follow_up_on, timezone.localdate(now))
    if wrong:
        raise Invalid(*wrong)
    granted = _grant(request, Decision(decision), granted_cents, lines or {})
    challenge = _challenge_of(request)
    if challenge is not None:
        challenge.judged = _judge(challenge, judged or {})
        challenge.save(update_fields=["judged"])
    refuse_unfinished(case)
    refused = decision == Decision.REFUSED
    request.decision, request.decided_at, request.professional_id = decision, now, actor.professional_id
    request.reasons, request.conditions = cleaned(reasons), "" if refused else cleaned(conditions)
    request.granted_cents = granted
    request.promised_on = None if refused else promised_on
    request.follow_up_on = None if refused else follow_up_on
    request.save()
    said = "\n\n".join(one for one in (request.reasons, request.conditions) if one)
    message = write_message(case, said, actor=actor, now=now)
    origin, move = case.status, "decline" if refused else "resolve"
    case.status, case.closed_at = Status.UNRESOLVED if refused else Status.RESOLVED, now
    fields = ["status", "closed_at", *mark_responded(case, now)]
    if case.assignee_id is None and case.team_id in actor.team_ids:
        case.assignee_id = actor.professional_id
        fields.append("assignee")
    save_case(case, fields, now=now)
    save(initiative, now=now)
    payload = {"from": origin, "to": case.status, "move": move, "message": message.pk, "along": True}
    record(
        case_events.happened(case, case_events.TRANSITIONED, actor=actor, now=now, payload=payload),
        told(request, actor=actor, now=now, payload={"decision": decision}),
    )
    owe_about_help("decided", request)
    return request


@transaction.atomic
def extend_challenge(
    *, reference: str, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> HelpRequest:
    """More time to decide on a challenge: once, as long as the municipality set, with a reason that the group reads."""
    request, case, initiative = _hold_at_desk(actor, reference, version)
    challenge = _challenge_of(request)
    weeks = settings_of(initiative.gemeente_id).challenge_longer
    if challenge is None or not weeks:
        raise Conflict(_("This term cannot be made longer."))
    if challenge.extended:
        raise Conflict(_("This term was made longer already. That happens once."))
    reason = clean(reason, "reason")
    if len(reason) > LONGEST_EXTENSION:
        most = {"most": LONGEST_EXTENSION}
        raise Invalid(FieldError("reason", "too-long", _("Use at most %(most)d characters.") % most))
    challenge.extended, challenge.decide_by = reason, challenge.decide_by + timedelta(weeks=weeks)
    challenge.save(update_fields=["extended", "decide_by"])
    was, case.resolve_by = case.resolve_by, end_of(challenge.decide_by)
    message = write_message(case, reason, actor=actor, now=now)
    save_case(case, ["resolve_by", *mark_responded(case, now)], now=now)
    save(initiative, now=now)
    payload = {
        "message": message.pk,
        "along": True,
        "was": was.isoformat() if was else None,
        "resolveBy": case.resolve_by.isoformat(),
    }
    record(
        case_events.happened(case, case_events.MESSAGE, actor=actor, now=now, payload=payload),
        told(request, actor=actor, now=now, payload={"extended": True}),
    )
    owe_about_help("extended", request)
    return request


@transaction.atomic
def ask_how_it_went(*, reference: str, now: datetime) -> bool:
    """The day to follow it up has come: the group is asked, and who decided is reminded. False when it was done."""
    request, _case, initiative = hold(reference)
    day = request.follow_up_on
    if day is None or day > timezone.localdate(now) or request.followed_up_at is not None:
        return False
    request.followed_up_at = now
    request.save(update_fields=["followed_up_at"])
    save(initiative, now=now)
    record(told(request, actor=SYSTEM, now=now, payload={"followUp": True}))
    if not request.went:
        owe_about_help("follow-up", request)
    remind_decider.enqueue(request.pk)
    return True


def _hold_at_desk(actor: Actor, reference: str, version: int | None) -> tuple[HelpRequest, Case, Initiative]:
    """For who handles the case of a request that has no answer yet."""
    held = with_case_held(get_case_for(actor, reference, CaseDeed.HANDLE, lock=True))
    request, case, _initiative = held
    if request.decision or case.status in CLOSED:
        raise Conflict(_("This request has an answer already, or the group withdrew it."))
    refuse_stale(case, version)
    return held


def _challenge_of(request: HelpRequest) -> Challenge | None:
    return getattr(request, "challenge", None)


def _wrong_answer(
    decision: str, reasons: str, conditions: str, promised_on: date | None, follow_up_on: date | None, today: date
) -> list[FieldError]:
    wrong = []
    if decision not in CHOICES:
        wrong.append(FieldError("decision", "required", _("Choose what you decide.")))
    if not cleaned(reasons):
        wrong.append(FieldError("reasons", "required", _("Say why. The group reads this.")))
    for name, text in (("reasons", reasons), ("conditions", conditions)):
        # Both go into one message.
        if len(text.strip()) > LONGEST // 2:
            most = {"most": LONGEST // 2}
            wrong.append(FieldError(name, "too-long", _("Use at most %(most)d characters.") % most))
    for name, day in (("promisedOn", promised_on), ("followUpOn", follow_up_on)):
        if day is not None and not today <= day <= today + FARTHEST:
            wrong.append(FieldError(name, "out-of-reach", _("Choose a day from today.")))
    return wrong


def _grant(request: HelpRequest, decision: Decision, granted_cents: int | None, given: Mapping[int, int]) -> int | None:
    """What of the money is granted, written to the lines; None for a request of something else."""
    if request.cents is None:
        return None
    lines = list(request.lines.all())
    if decision == Decision.REFUSED:
        amounts = {one.pk: 0 for one in lines}
        total = 0
    elif decision == Decision.GRANTED and not given and granted_cents is None:
        amounts = {one.pk: one.cents for one in lines}
        total = request.cents
    else:
        amounts = {one.pk: given.get(one.pk, 0) for one in lines}
        total = sum(amounts.values()) if lines else granted_cents or 0
        wrong = [
            FieldError(f"lines.{one.pk}", "out-of-reach", _("Grant no more than was asked."))
            for one in lines
            if not 0 <= amounts[one.pk] <= one.cents
        ]
        wrong += [
            FieldError(f"lines.{pk}", "unknown", _("Grant no more than was asked.")) for pk in given.keys() - amounts
        ]
        if wrong:
            raise Invalid(*wrong)
        if not 0 < total <= request.cents:
            raise Invalid(FieldError("grantedCents", "out-of-reach", _("Grant no more than was asked.")))
        if (total == request.cents) != (decision == Decision.GRANTED):
            words = _("This is not the whole amount. Choose “granted in part”.")
            all_of_it = _("This is the whole amount. Choose “granted”.")
            part = decision == Decision.PARTLY
            raise Invalid(FieldError("decision", "does-not-fit", all_of_it if part else words))
    for one in lines:
        one.granted_cents = amounts[one.pk]
        one.save(update_fields=["granted_cents"])
    return total


def _judge(challenge: Challenge, judged: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every criterion, each with a reason."""
    wrong, found = [], []
    for one in challenge.judged:
        said = judged.get(one["key"], {})
        reason = cleaned(str(said.get("reason") or ""))
        if said.get("met") not in (True, False) or not reason or len(reason) > LONGEST:
            words = _("Say of each criterion whether it is met, and why.")
            wrong.append(FieldError(f"judged.{one['key']}", "required", words))
        found.append(one | {"met": said.get("met"), "reason": reason})
    if wrong:
        raise Invalid(*wrong)
    return found
