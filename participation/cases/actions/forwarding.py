"""Forwarding: a case is offered to another team, mostly of another organisation, with a reason.

The sender stays responsible until the receiver accepts. The receiver has `ANSWER_DAYS` working days to accept the case
or to give it back with a reason; after that both sides are reminded once and the offer shows as stuck. The sender may
withdraw it. A part is not forwarded: its team says why it cannot do it, and the team of the whole asks another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import SYSTEM, Actor
from core.errors import Conflict, FieldError, Invalid
from participation.cases import events
from participation.cases.actions.assigning import present
from participation.cases.actions.holding import keep_present, may_hold
from participation.cases.actions.parts import other_team
from participation.cases.actions.saving import area_ids, clean_text, refuse_stale, save
from participation.cases.forwarding_mail import mail_offer_waits
from participation.cases.models import Case, Forwarding
from participation.cases.permissions import Deed
from participation.cases.placing import Placement, able, pick_person
from participation.cases.policies import get_case_for
from participation.cases.states import CLOSED, Status
from participation.organisations.queries import roster
from participation.routing.deadlines import add_working_days
from participation.routing.queries import config

ANSWER_DAYS = 2
"""Working days in which the receiver answers."""
OUTCOME = Forwarding.Outcome


@transaction.atomic
def offer_case(
    *, reference: str, team_id: int, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> Forwarding:
    """Ask another team to take the case over."""
    reason = clean_text(reason, "reason")
    case = get_case_for(actor, reference, Deed.FORWARD, lock=True)
    refuse_stale(case, version)
    if case.status in CLOSED:
        raise Conflict(_("This case is closed. Reopen it before you forward it."))
    if case.offered_to_id is not None:
        raise Conflict(
            _("This case is offered to %(team)s already. Withdraw that offer first.")
            % {"team": roster().teams[case.offered_to_id].name},
            code="offered",
        )
    team = other_team(case, team_id)
    forwarding = Forwarding.objects.create(
        case=case,
        from_team_id=case.team_id,
        to_team_id=team.id,
        professional_id=actor.professional_id,
        reason=reason,
        at=now,
        answer_by=add_working_days(now, ANSWER_DAYS, config(case.gemeente_id).closed_days),
    )
    case.offered_to_id = team.id
    save(case, ["offered_to"], now=now)
    events.tell(case, events.OFFERED, actor=actor, now=now, payload={"deed": "offered", "team": team.id})
    return forwarding


@transaction.atomic
def accept_case(
    *, reference: str, professional_id: int | None = None, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """The receiver takes the case over, for a person of theirs or for whom the team's own way of dividing names."""
    keep_present(professional_id)
    case = get_case_for(actor, reference, Deed.ACCEPT, lock=True)
    refuse_stale(case, version)
    forwarding = _pending(case)
    team = roster().teams[forwarding.to_team_id]
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    taken = {"code": "accepted", "professional": actor.professional_id, "team": team.id}
    if professional_id is None:
        case.assignee_id, picked = pick_person(team.id, area_ids(case), confidential=confidential, now=now)
        reasons: tuple[dict[str, Any], ...] = (taken, *picked)
    elif professional_id in able(team, confidential=confidential) and may_hold(
        professional_id, team.id, confidential=confidential
    ):
        mine = professional_id == actor.professional_id
        holder = professional_id if mine else present(team, professional_id, confidential=confidential, now=now)
        away = () if holder == professional_id else ({"code": "replaces", "professional": professional_id},)
        case.assignee_id, reasons = holder, (taken, *away)
    else:
        raise Invalid(
            FieldError(
                "professional", "not-a-member", _("This person cannot take this case. Choose someone of the team.")
            )
        )
    _answer(forwarding, OUTCOME.ACCEPTED, actor=actor, now=now)
    left = case.team_id
    case.team_id, case.offered_to_id = team.id, None
    case.decision = Placement(team.id, case.assignee_id, reasons).as_json()
    fields = ["team", "offered_to", "assignee", "decision"]
    if case.assignee_id and case.status in {Status.RECEIVED, Status.REOPENED}:
        case.status = Status.ASSIGNED
        fields.append("status")
    save(case, fields, now=now)
    events.tell(
        case,
        events.ASSIGNED,
        actor=actor,
        now=now,
        payload={
            "team": team.id,
            "person": case.assignee_id,
            "status": case.status,
            "accepted": True,
            "left": left,
        },
        also_teams=((left, confidential),),
    )
    return case


@transaction.atomic
def return_case(*, reference: str, reason: str, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """The receiver gives the case back and says why; the sender never lost it."""
    reason = clean_text(reason, "reason")
    case = get_case_for(actor, reference, Deed.ACCEPT, lock=True)
    refuse_stale(case, version)
    return _end_offer(case, OUTCOME.RETURNED, reason=reason, actor=actor, now=now)


@transaction.atomic
def withdraw_offer(*, reference: str, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """The sender keeps the case after all."""
    case = get_case_for(actor, reference, Deed.FORWARD, lock=True)
    refuse_stale(case, version)
    return _end_offer(case, OUTCOME.WITHDRAWN, actor=actor, now=now)


def _end_offer(case: Case, outcome: Forwarding.Outcome, *, reason: str = "", actor: Actor, now: datetime) -> Case:
    forwarding = _pending(case)
    _answer(forwarding, outcome, reason=reason, actor=actor, now=now)
    case.offered_to_id = None
    save(case, ["offered_to"], now=now)
    events.tell(
        case,
        events.OFFERED,
        actor=actor,
        now=now,
        payload={"deed": outcome.value, "team": forwarding.to_team_id},
        also_teams=((forwarding.to_team_id, case.visibility == Case.Visibility.CONFIDENTIAL),),
    )
    return case


def _pending(case: Case) -> Forwarding:
    forwarding = Forwarding.objects.filter(case=case, outcome=OUTCOME.PENDING).first()
    if forwarding is None:
        raise Conflict(_("This case is not offered to anyone now."))
    return forwarding


def _answer(
    forwarding: Forwarding, outcome: Forwarding.Outcome, *, reason: str = "", actor: Actor, now: datetime
) -> None:
    forwarding.outcome, forwarding.answer = outcome, reason
    forwarding.answered_by_id, forwarding.answered_at = actor.professional_id, now
    forwarding.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])


def is_reminder_due(now: datetime) -> bool:
    """Whether an offer waits too long of which nobody was told."""
    return _unanswered(now).exists()


def remind_of_offers(*, now: datetime) -> int:
    """Tell both sides of each offer that was not answered in time; answers how many."""
    return sum(_remind_of_offer(pk, now) for pk in list(_unanswered(now).order_by("id").values_list("id", flat=True)))


def _unanswered(now: datetime) -> QuerySet[Forwarding]:
    return Forwarding.objects.filter(outcome=OUTCOME.PENDING, reminded_at__isnull=True, answer_by__lt=now)


@transaction.atomic
def _remind_of_offer(forwarding_id: int, now: datetime) -> bool:
    """Once: an event for both teams and a mail to those who lead them. Not when it was answered meanwhile."""
    case_id = Forwarding.objects.values_list("case_id", flat=True).get(pk=forwarding_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    forwarding = Forwarding.objects.get(pk=forwarding_id)
    if forwarding.outcome != OUTCOME.PENDING or forwarding.reminded_at is not None:
        return False
    forwarding.reminded_at = now
    forwarding.save(update_fields=["reminded_at"])
    save(case, [], now=now)
    events.tell(case, events.OFFERED, actor=SYSTEM, now=now, payload={"deed": "stuck", "team": forwarding.to_team_id})
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    for pk in sorted(_leads((forwarding.from_team_id, forwarding.to_team_id), confidential=confidential)):
        mail_offer_waits.enqueue(forwarding.pk, pk)
    return True


def _leads(team_ids: Iterable[int], *, confidential: bool) -> set[int]:
    """Of each team those who lead it and may open the case; a team without them hears it as a whole."""
    found: set[int] = set()
    for team_id in team_ids:
        team = roster().teams[team_id]
        readers = able(team, confidential=confidential)
        leads = {one.professional_id for one in team.members if one.is_lead} & readers
        found |= leads or readers
    return found
