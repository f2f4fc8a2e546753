"""Helping a group: what was agreed, the check of a stage, the talk, and a coach who follows whose case it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import SYSTEM, Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import record
from core.events.models import Event
from participation.cases import events as case_events
from participation.cases.actions.saving import MESSAGE_LENGTH, clean_text, summary_of, write_message
from participation.cases.actions.saving import save as save_case
from participation.cases.actions.standing_in import replaced
from participation.cases.models import Message
from participation.cases.search import rebuild
from participation.cases.states import Status
from participation.initiatives import signs
from participation.initiatives.actions.holding import hold_both, hold_both_by_id, refuse_stale
from participation.initiatives.actions.saving import save
from participation.initiatives.actions.stepping import refuse_rhythm
from participation.initiatives.events import CHANGED, CHECK, COACH, STALLED, happened, tell
from participation.initiatives.models import Check, Coaching, Initiative
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.desk import QUESTIONS
from participation.initiatives.states import WITH_COACH, Stage
from participation.initiatives.tasks.coaching import owe_to_group
from participation.routing.deadlines import add_working_days
from participation.routing.queries import config
from participation.texts.cleaning import cleaned

LOOK_WITHIN = 5
"""Working days in which a coach looks at a group that was not heard of."""


@transaction.atomic
def agree(
    *,
    slug: str,
    role: str | None = None,
    rhythm: int | None = None,
    public: bool = False,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Initiative:
    """Write down what coach and group agreed: the coach's role, the days between two signs of life. They were in touch,
    so it counts as a sign of life. `public`: from now on everybody may read it.
    """
    initiative = get_initiative_for(actor, slug, Deed.AGREE, lock=True)
    refuse_stale(initiative, version)
    refuse_rhythm(rhythm)
    if role is not None and role not in Coaching.Role.values:
        raise Invalid(FieldError("role", "unknown", _("Choose a role from the list.")))
    fields: dict[str, Any] = signs.renew(initiative, now)
    if rhythm is not None:
        initiative.rhythm = rhythm
        fields = {"rhythm": rhythm} | signs.renew(initiative, now)
    if public and initiative.published_at is None:
        fields["published_at"] = now
    current = initiative.coachings.filter(until=None).first()
    if role is not None and current is not None and current.role != role:
        current.until = now
        current.save(update_fields=["until"])
        Coaching.objects.create(
            initiative=initiative,
            professional_id=current.professional_id,
            role=role,
            given_by_id=current.given_by_id,
            instead_of_id=current.instead_of_id,
            since=now,
        )
    save(initiative, fields, now=now)
    agreed = {"role": role, "rhythm": rhythm, "public": public or None}
    tell(initiative, COACH, actor=actor, now=now, payload={key: one for key, one in agreed.items() if one is not None})
    return initiative


@transaction.atomic
def add_check(*, slug: str, scores: Mapping[str, int | None], remark: str = "", actor: Actor, now: datetime) -> Check:
    """How the group stands now, 1 to 5 for each question that could be answered. For the desk only."""
    initiative = get_initiative_for(actor, slug, Deed.GUIDE, lock=True)
    wrong = [
        FieldError(name, "out-of-reach", _("Choose 1 to 5."))
        for name in QUESTIONS
        if (score := scores.get(name)) is not None and not 1 <= score <= 5
    ]
    remark = cleaned(remark)
    if len(remark) > MESSAGE_LENGTH:
        most = {"most": MESSAGE_LENGTH}
        wrong.append(FieldError("remark", "too-long", _("Use at most %(most)d characters.") % most))
    if not remark and all(scores.get(name) is None for name in QUESTIONS):
        wrong.append(FieldError("energy", "required", _("Answer at least one question.")))
    if wrong:
        raise Invalid(*wrong)
    check = Check.objects.create(
        initiative=initiative,
        professional_id=actor.professional_id,
        stage=initiative.stage,
        remark=remark,
        at=now,
        **{name: scores.get(name) for name in QUESTIONS},
    )
    save(initiative, now=now)
    tell(initiative, CHECK, actor=actor, now=now, payload={"check": check.pk})
    return check


@transaction.atomic
def write_to_coach(*, slug: str, text: str, actor: Actor, now: datetime) -> Message:
    """Somebody of the group writes to the professionals; a case that waited for the group goes on.

    Also when it has succeeded: looking back is done together. To a stop the group answers once (`answer_back`).
    """
    initiative, case = hold_both(actor, slug, Deed.TALK)
    if actor.resident_id is None:
        raise Conflict(_("Write to the group at your desk."))
    text = clean_text(text, "text")
    message = write_message(case, text, actor=actor, now=now, resident_id=actor.resident_id)
    save(initiative, signs.renew(initiative, now), now=now)
    payload: dict[str, Any] = {"message": message.pk}
    what = case_events.MESSAGE
    if case.status == Status.WAITING:
        payload |= {"from": case.status, "to": Status.IN_PROGRESS.value, "move": "answer"}
        case.status, what = Status.IN_PROGRESS, case_events.TRANSITIONED
    save_case(case, ["status"], now=now)
    record(case_events.happened(case, what, actor=actor, now=now, payload=payload))
    return message


@transaction.atomic
def mail_me(*, slug: str, on: bool, actor: Actor, now: datetime) -> None:
    """Whether this member wants mail about how it goes."""
    initiative = get_initiative_for(actor, slug, Deed.LEAVE, lock=True)
    initiative.members.filter(resident_id=actor.resident_id or 0, left_at=None).update(mailed=on)


# --- what follows by itself -------------------------------------------------------------------


@transaction.atomic
def follow_case(*, initiative_id: int, event_id: int, now: datetime) -> Coaching | None:
    """The case went to somebody else: who coaches now, since that event, is written down and told to the group.

    Answers the coaching that began, or ended without another; None when nothing changed, before anybody accepted, and
    when it is over.
    """
    initiative, case = hold_both_by_id(initiative_id)
    if initiative.stage not in WITH_COACH and initiative.stage != Stage.RESTING:
        return None
    last = initiative.coachings.order_by("-pk").first()
    holder = case.assignee_id
    if last is not None and (last.professional_id if last.until is None else None) == holder:
        return None
    event = Event.objects.get(pk=event_id)
    since = max(event.at, last.since) if last is not None else event.at
    if last is not None and last.until is None:
        last.until = since
        last.save(update_fields=["until"])
    told = last
    if holder is not None:
        giver = event.payload.get("giver") or event.payload.get("by")
        told = Coaching.objects.create(
            initiative=initiative,
            professional_id=holder,
            role=last.role if last is not None else Coaching.Role.FACILITATE,
            given_by_id=giver if giver != holder else None,
            instead_of_id=replaced(case),
            since=since,
        )
    if told is None:
        return None
    save(initiative, now=now)
    actor = Actor(kind="professional", user_id=event.actor_id, professional_id=event.payload.get("by"))
    tell(
        initiative,
        COACH,
        actor=actor if event.payload.get("by") else SYSTEM,
        now=now,
        payload={"person": holder, "giver": told.given_by_id if holder else None},
    )
    owe_to_group("coach", initiative, told.pk)
    return told


@transaction.atomic
def follow_words(*, initiative_id: int, now: datetime) -> None:
    """The plan or its group changed: the case is called, placed and found accordingly."""
    try:
        initiative, case = hold_both_by_id(initiative_id)
    except NotFound:
        return
    about = {
        "summary": summary_of(initiative.title),
        "area_id": initiative.area_id or case.area_id,
        "lat": initiative.lat,
        "lon": initiative.lon,
        "address": initiative.address,
    }
    rebuild([case])
    if any(getattr(case, name) != value for name, value in about.items()):
        for name, value in about.items():
            setattr(case, name, value)
        save_case(case, [name.removesuffix("_id") for name in about], now=now)
        case_events.tell(case, case_events.UPDATED, actor=SYSTEM, now=now, payload={"along": True})


@transaction.atomic
def mark_stalled(*, initiative_id: int, now: datetime) -> bool:
    """Nothing was heard in the rhythm that was agreed: the coach's case is due, and the group gets a friendly mail.

    Nothing is closed. False when somebody was heard meanwhile.
    """
    initiative, case = hold_both_by_id(initiative_id)
    if initiative.sign_by is None or initiative.sign_by > now or initiative.stalled_at is not None:
        return False
    case.resolve_by = add_working_days(now, LOOK_WITHIN, config(case.gemeente_id).closed_days)
    save_case(case, ["resolve_by"], now=now)
    save(initiative, {"stalled_at": now}, now=now)
    record(
        case_events.happened(case, case_events.UPDATED, actor=SYSTEM, now=now, payload={"along": True}),
        happened(initiative, STALLED, actor=SYSTEM, now=now),
    )
    owe_to_group("quiet", initiative, initiative.pk)
    return True


@transaction.atomic
def let_coach_off(*, initiative_id: int, now: datetime) -> bool:
    """Something was heard after a silence: the coach need not look any more."""
    initiative, case = hold_both_by_id(initiative_id)
    if initiative.stalled_at is not None or case.resolve_by is None or case.closed_at is not None:
        return False
    case.resolve_by = None
    save_case(case, ["resolve_by"], now=now)
    save(initiative, now=now)
    record(
        case_events.happened(case, case_events.UPDATED, actor=SYSTEM, now=now, payload={"along": True}),
        happened(initiative, CHANGED, actor=SYSTEM, now=now, payload={"heard": True, "along": True}),
    )
    return True
