"""Handing over work: offered with a note each, accepted as a whole or case by case. Until then the giver has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import Happened, record
from participation.cases import events
from participation.cases.actions.holding import keep_present
from participation.cases.actions.saving import MESSAGE_LENGTH, save
from participation.cases.answerable import leads
from participation.cases.handover_mail import ANSWERED, OFFERED, REMINDER, STUCK, mail_handover
from participation.cases.models import Case, CaseQuerySet, Handover, HandoverItem
from participation.cases.permissions import Deed
from participation.cases.placing import Placement, able
from participation.organisations.models import Professional
from participation.organisations.queries import roster
from participation.routing.deadlines import add_working_days
from participation.routing.queries import config

MOST = 1000
"""Cases in one handover."""
NAMED = 5
"""References named in a refusal."""
REMIND_AFTER = (1, 3)
"""Working days without an answer after which the receiver, and then the giver and the team lead, are reminded."""

Outcome = HandoverItem.Outcome


@dataclass(frozen=True, slots=True)
class Given:
    reference: str
    note: str = ""


@transaction.atomic
def offer_handover(
    *,
    from_id: int,
    to_id: int | None,
    cases: Sequence[Given] | None = None,
    note: str = "",
    why: str = Handover.Why.OTHER,
    actor: Actor,
    now: datetime,
) -> Handover:
    """Offer open cases of a person (None: all) to a colleague, or give them back to their teams (`to_id` None).

    One's own, or as lead or administrator those of someone else. A team has them at once; a colleague is asked.
    """
    giver = Professional.objects.filter(pk=from_id, gemeente_id=actor.gemeente_id).first()
    if giver is None:
        raise NotFound
    notes = {one.reference: one.note.strip() for one in cases} if cases is not None else None
    for field, text in [("note", note), *[("cases", text) for text in (notes or {}).values()]]:
        if len(text) > MESSAGE_LENGTH:
            raise Invalid(
                FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": MESSAGE_LENGTH})
            )
    if why not in Handover.Why.values:
        raise Invalid(FieldError("why", "unknown", _("Choose a reason from the list.")))
    theirs = may_hand_over(actor, giver.pk).select_for_update(of=("self",)).select_related("parent").order_by("id")
    held = list(theirs.filter(reference__in=notes) if notes is not None else theirs[: MOST + 1])
    _refuse_wrong_cases(held, notes, giver)
    if to_id is not None:
        _refuse_wrong_receiver(to_id, giver, held, now)
    else:
        _refuse_empty_team(held, giver)
    handover = Handover.objects.create(
        gemeente_id=giver.gemeente_id,
        from_professional=giver,
        to_professional_id=to_id,
        professional_id=actor.professional_id,
        why=why,
        note=note.strip(),
        at=now,
        remind_at=reminds_at(giver.gemeente_id, now, 0) if to_id is not None else None,
    )
    receiver, at_once = to_id or 0, to_id is None
    HandoverItem.objects.bulk_create(
        HandoverItem(
            handover=handover,
            case=case,
            note=(notes or {}).get(case.reference, ""),
            outcome=Outcome.ACCEPTED if at_once else Outcome.PENDING,
            answered_at=now if at_once else None,
        )
        for case in held
    )
    if at_once:
        record(*[hand(case, handover, None, actor=actor, now=now) for case in held])
    else:
        record(*[_told(case, handover, "offered", actor, now) for case in held])
        mail_handover.enqueue(handover.pk, receiver, OFFERED)
    return handover


@transaction.atomic
def accept_handover(
    *, handover_id: int, references: Collection[str] | None = None, actor: Actor, now: datetime
) -> Handover:
    """Take what was offered, all of it or the cases named. What no longer fits is left with who has it."""
    keep_present(actor.professional_id)
    handover = _offered_to(actor, handover_id)
    items = _pending(handover, references)
    cases = _locked(items)
    happened = []
    for item in items:
        case = cases[item.case_id]
        confidential = case.visibility == Case.Visibility.CONFIDENTIAL
        fits = case.closed_at is None and case.assignee_id == handover.from_professional_id
        fits = fits and handover.to_professional_id in able(roster().teams[case.team_id], confidential=confidential)
        item.outcome, item.answered_at = (Outcome.ACCEPTED if fits else Outcome.PASSED), now
        item.save(update_fields=["outcome", "answered_at"])
        if fits:
            happened.append(hand(case, handover, handover.to_professional_id, actor=actor, now=now))
    settle(handover, actor)
    if happened:
        record(*happened)
    return handover


@transaction.atomic
def refuse_handover(
    *, handover_id: int, references: Collection[str] | None = None, answer: str = "", actor: Actor, now: datetime
) -> Handover:
    """Leave what was offered with who has it, with a word why."""
    handover = _offered_to(actor, handover_id)
    if len(answer) > MESSAGE_LENGTH:
        raise Invalid(
            FieldError("answer", "too-long", _("Use at most %(most)d characters.") % {"most": MESSAGE_LENGTH})
        )
    _end(handover, references, Outcome.REFUSED, answer.strip(), actor, now)
    return handover


@transaction.atomic
def withdraw_handover(
    *, handover_id: int, references: Collection[str] | None = None, actor: Actor, now: datetime
) -> Handover:
    """Take back an offer that was not answered: by who gave or arranged it, or who leads the work."""
    handover = (
        Handover.objects.select_for_update(of=("self",)).filter(pk=handover_id, gemeente_id=actor.gemeente_id).first()
    )
    if handover is None:
        raise NotFound
    if actor.professional_id not in {handover.from_professional_id, handover.professional_id}:
        led = {case.pk for case in may_hand_over(actor, handover.from_professional_id)}
        if not led.intersection(handover.items.values_list("case_id", flat=True)):
            raise NotFound
        theirs = Case.objects.filter(pk__in=led, handovers__handover=handover)
        if references is not None:
            theirs = theirs.filter(reference__in=references)
        references = list(theirs.values_list("reference", flat=True))
    _end(handover, references, Outcome.WITHDRAWN, "", actor, now)
    return handover


def is_reminder_due(now: datetime) -> bool:
    """Whether a handover waits longer for an answer than it should. One query."""
    return Handover.objects.filter(remind_at__lte=now).exists()


@transaction.atomic
def remind_of_handovers(*, now: datetime) -> int:
    """Remind the receiver, and the next time the giver and the team's leads; each once, with any number of workers."""
    due = Handover.objects.select_for_update(of=("self",), skip_locked=True).filter(remind_at__lte=now)
    reminded = 0
    for handover in due.order_by("id")[:MOST]:
        told = handover.reminders
        following = reminds_at(handover.gemeente_id, handover.at, told + 1)
        waiting = handover.items.filter(outcome=Outcome.PENDING)
        teams = set(waiting.values_list("case__team_id", flat=True))
        claimed = Handover.objects.filter(pk=handover.pk, reminders=told, remind_at__lte=now).update(
            reminders=told + 1, remind_at=following if teams else None
        )
        if not claimed or not teams or handover.to_professional_id is None:
            continue
        if told == 0:
            mail_handover.enqueue(handover.pk, handover.to_professional_id, REMINDER)
        else:
            heads = {pk for team in teams for pk in leads(roster().teams[team], confidential=False, now=now)}
            for professional_id in sorted({handover.from_professional_id, *heads} - {handover.to_professional_id}):
                mail_handover.enqueue(handover.pk, professional_id, STUCK)
        reminded += 1
    return reminded


def may_hand_over(actor: Actor, from_id: int) -> CaseQuerySet:
    """The open cases of this person that the actor may hand over: their own, or those they lead."""
    deed = Deed.ASSIGN if from_id == actor.professional_id else Deed.LEAD
    return Case.objects.within(actor, deed).filter(assignee_id=from_id, closed_at=None)


def reminds_at(gemeente_id: int, at: datetime, reminders: int) -> datetime | None:
    """When an offer made at `at` is brought to mind again, after so many reminders; None after the last."""
    if reminders >= len(REMIND_AFTER):
        return None
    return add_working_days(at, REMIND_AFTER[reminders], config(gemeente_id).closed_days)


def hand(
    case: Case, handover: Handover, to_id: int | None, *, kept_for: int | None = None, actor: Actor, now: datetime
) -> Happened:
    """The case passes on. What is handed over for an absence comes back when it ends (`standing_in`).

    `kept_for`: for whom the giver kept it, who gets it back all the same.
    """
    if handover.why == Handover.Why.ABSENCE:
        kept_for = kept_for or handover.from_professional_id
    case.assignee_id = to_id
    reasons = [{"code": "handed-over", "professional": handover.from_professional_id}]
    if to_id is not None and kept_for not in {None, to_id}:
        reasons.append({"code": "replaces", "professional": kept_for})
    case.decision = Placement(case.team_id, to_id, tuple(reasons)).as_json()
    save(case, ["assignee", "decision"], now=now)
    return _told(case, handover, "accepted", actor, now)


def _told(case: Case, handover: Handover, step: str, actor: Actor, now: datetime) -> Happened:
    payload = {"step": step, "giver": handover.from_professional_id, "person": handover.to_professional_id}
    return events.happened(case, events.HANDED_OVER, actor=actor, now=now, payload=payload)


def _refuse_long(text: str, field: str) -> None:
    if len(text) > MESSAGE_LENGTH:
        raise Invalid(FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": MESSAGE_LENGTH}))


def _refuse_wrong_cases(held: list[Case], notes: dict[str, str] | None, giver: Professional) -> None:
    if notes is not None and (missing := set(notes) - {case.reference for case in held}):
        raise Invalid(
            FieldError(
                "cases",
                "unknown",
                _("%(cases)s: not an open case of %(name)s that you may hand over.")
                % {"cases": _names(missing), "name": giver.name},
            )
        )
    if not held:
        raise Invalid(FieldError("cases", "required", _("Choose at least one case.")))
    if len(held) > MOST:
        raise Invalid(FieldError("cases", "too-many", _("Hand over at most %(most)d cases at once.") % {"most": MOST}))
    offered = HandoverItem.objects.filter(case__in=held, outcome=Outcome.PENDING).values_list(
        "case__reference", flat=True
    )
    if double := set(offered):
        raise Invalid(
            FieldError(
                "cases",
                "offered",
                _("%(cases)s: offered to someone already. Withdraw that first.") % {"cases": _names(double)},
            )
        )


def _refuse_wrong_receiver(to_id: int, giver: Professional, held: list[Case], now: datetime) -> None:
    receiver = roster().people.get(to_id)
    if receiver is None or receiver.gemeente_id != giver.gemeente_id or to_id == giver.pk:
        raise Invalid(FieldError("to", "unknown", _("Choose a colleague from the list.")))
    if away := roster().away(to_id, timezone.localdate(now)):
        raise Invalid(
            FieldError(
                "to",
                "away",
                _("%(name)s is away until %(day)s. Choose someone else.")
                % {"name": receiver.name, "day": date_format(away.ends_on, "j F")},
            )
        )
    barred = {
        case.reference
        for case in held
        if to_id not in able(roster().teams[case.team_id], confidential=case.visibility == Case.Visibility.CONFIDENTIAL)
    }
    if barred:
        raise Invalid(
            FieldError(
                "to",
                "may-not-open",
                ngettext(
                    "%(name)s may not open %(cases)s. Choose someone else, or leave it out.",
                    "%(name)s may not open %(cases)s. Choose someone else, or leave them out.",
                    len(barred),
                )
                % {"name": receiver.name, "cases": _names(barred)},
            )
        )


def _refuse_empty_team(held: list[Case], giver: Professional) -> None:
    for case in held:
        others = able(roster().teams[case.team_id], confidential=case.visibility == Case.Visibility.CONFIDENTIAL)
        if not others - {giver.pk}:
            raise Invalid(
                FieldError(
                    "to",
                    "nobody-may-read",
                    _("Nobody else of the team may open %(case)s. Add someone to the team first.")
                    % {"case": case.reference},
                )
            )


def _names(references: Collection[str]) -> str:
    """The first references, and how many more."""
    first, rest = sorted(references)[:NAMED], max(0, len(references) - NAMED)
    named = ", ".join(first)
    return _("%(cases)s and %(more)d more") % {"cases": named, "more": rest} if rest else named


def _offered_to(actor: Actor, handover_id: int) -> Handover:
    handover = (
        Handover.objects.select_for_update(of=("self",))
        .filter(pk=handover_id, to_professional_id=actor.professional_id, to_professional__isnull=False)
        .first()
    )
    if handover is None:
        raise NotFound
    return handover


def _pending(handover: Handover, references: Collection[str] | None) -> list[HandoverItem]:
    """Its unanswered items, those of these cases only; `Conflict` when there is none left."""
    items = handover.items.filter(outcome=Outcome.PENDING)
    if references is not None:
        items = items.filter(case__reference__in=references)
    found = list(items)
    if not found:
        raise Conflict(_("This was answered or withdrawn already."))
    return found


def _locked(items: list[HandoverItem]) -> dict[int, Case]:
    """The cases, held in order of id (as everyone does who needs several)."""
    ids = [item.case_id for item in items]
    rows = Case.objects.select_for_update(of=("self",)).select_related("parent").filter(pk__in=ids).order_by("id")
    return {case.pk: case for case in rows}


def _end(
    handover: Handover,
    references: Collection[str] | None,
    outcome: HandoverItem.Outcome,
    answer: str,
    actor: Actor,
    now: datetime,
) -> None:
    items = _pending(handover, references)
    cases = _locked(items)
    HandoverItem.objects.filter(pk__in=[item.pk for item in items]).update(
        outcome=outcome, answer=answer, answered_at=now
    )
    settle(handover, actor)
    record(*[_told(cases[item.case_id], handover, outcome.value, actor, now) for item in items])


def settle(handover: Handover, actor: Actor) -> None:
    """Once nothing waits for an answer nobody is reminded of it, and who gave it hears what came of it."""
    if handover.items.filter(outcome=Outcome.PENDING).exists():
        return
    handover.remind_at = None
    handover.save(update_fields=["remind_at"])
    for professional_id in {handover.from_professional_id, handover.professional_id} - {actor.professional_id}:
        if professional_id is not None:
            mail_handover.enqueue(handover.pk, professional_id, ANSWERED)
