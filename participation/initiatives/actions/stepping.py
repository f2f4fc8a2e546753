"""Steps of the stages (`states.STEPS`), and the case that goes along with each, so that the two never disagree:

* An idea is an open case; whoever accepts it coaches it and has the case.
* Done and stopped are a closed case: resolved, not resolved. Taken up again, the case is open again.
* A stage between them is an open case; resting leaves it as it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotAllowed
from core.events.log import Happened, record
from participation.cases import events as case_events
from participation.cases.actions.holding import keep_present, may_hold
from participation.cases.actions.parts import refuse_unfinished
from participation.cases.actions.saving import MESSAGE_LENGTH, mark_responded, write_message
from participation.cases.actions.saving import refuse_stale as refuse_stale_case
from participation.cases.actions.saving import save as save_case
from participation.cases.deadlines import begin_term
from participation.cases.models import Case, Message
from participation.cases.placing import Placement
from participation.cases.queries import category_of
from participation.cases.states import CLOSED, Status
from participation.initiatives import signs
from participation.initiatives.actions.holding import hold_both, refuse_stale
from participation.initiatives.actions.saving import save, wrong_words
from participation.initiatives.actions.submitting import submit_initiative
from participation.initiatives.events import CHANGED, STEP, happened
from participation.initiatives.models import Coaching, Initiative, StepTaken
from participation.initiatives.permissions import Deed, Role
from participation.initiatives.policies import roles_of
from participation.initiatives.queries.settings import needed_in
from participation.initiatives.states import ENDED, STEPS, By, Stage, steps_from
from participation.initiatives.tasks.coaching import owe_to_group
from participation.texts.cleaning import cleaned

TAKES_ON = frozenset({"accept", "resume"})
"""Steps with which a professional becomes the coach."""
LONGEST_RHYTHM = 365
_CASE: dict[str, tuple[Status, str]] = {
    "accept": (Status.ASSIGNED, "accept"),
    "refuse": (Status.UNRESOLVED, "decline"),
    "gather": (Status.IN_PROGRESS, "start"),
    "plan": (Status.IN_PROGRESS, "start"),
    "begin": (Status.IN_PROGRESS, "start"),
    "finish": (Status.RESOLVED, "resolve"),
    "stop": (Status.UNRESOLVED, "decline"),
    "resume": (Status.ASSIGNED, "reopen"),
}
"""Where the case goes with a step, and how the workflow calls that; with another step it stays."""


@transaction.atomic
def take_step(
    *,
    slug: str,
    name: str,
    reason: str = "",
    learned: str = "",
    public: bool = True,
    role: str = "",
    rhythm: int | None = None,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    case_version: int | None = None,
) -> Initiative:
    """Take one step of the stages, as the group or as who helps it.

    `reason` and `learned` where the step asks for them: the group reads both, and everybody when it is public.
    `public`, `role`, `rhythm` (days): with a step by which somebody becomes the coach. Not public is kept until the
    group gathers support, plans or begins: then neighbours must be able to read it. `version` (of the initiative) or
    `case_version`: what they saw; `Stale` when something of concern happened since.
    """
    if name not in STEPS:
        raise Invalid(FieldError("step", "unknown", _("This step does not exist. Reload the page and choose again.")))
    if name == "submit":
        return submit_initiative(slug, actor, now)
    if name in TAKES_ON:
        keep_present(actor.professional_id)
    initiative, case = hold_both(actor, slug, Deed.STEP)
    refuse_stale(initiative, version)
    refuse_stale_case(case, case_version)
    by = side_of(actor, initiative)
    step = STEPS[name]
    if step.by not in (by, By.EITHER):
        raise NotAllowed(_("Your coach takes this step.") if by is By.GROUP else _("The group takes this step itself."))
    if name not in steps_from(initiative.stage, by):
        raise Conflict(
            _("This does not fit the stage the initiative is in: “%(stage)s”.")
            % {"stage": initiative.get_stage_display()}
        )
    reason, learned = _words(reason, learned, needed=step.reasoned)
    if by is By.GROUP and (wrong := wrong_words(initiative, reason=reason, learned=learned)):
        raise Invalid(*wrong)
    if role and role not in Coaching.Role.values:
        raise Invalid(FieldError("role", "unknown", _("Choose a role from the list.")))
    refuse_rhythm(rhythm)
    origin, to = Stage(initiative.stage), step.to or Stage(initiative.stage_before)
    was_public = initiative.is_public
    if name in TAKES_ON and rhythm is not None:
        initiative.rhythm = rhythm
    moved = _case_goes_along(initiative, case, name, reason=reason, actor=actor, now=now)
    fields: dict[str, Any] = {
        "stage": to,
        "stage_before": origin if name == "rest" else "",
        "stage_since": now,
        "ended_at": now if to in ENDED else None,
        "rhythm": initiative.rhythm,
        **signs.renew(initiative, now, stage=to),
    }
    if initiative.published_at is None and (public if name in TAKES_ON else step.opens):
        fields["published_at"] = now
    if name == "gather":
        fields["needed"] = needed_in(case.area_id if initiative.area_id is None else initiative.area_id)
    save(initiative, fields, now=now)
    if name in TAKES_ON:
        _coach(initiative, actor, role, now)
    taken = StepTaken.objects.create(
        initiative=initiative,
        name=name,
        from_stage=origin,
        to_stage=to,
        professional_id=actor.professional_id,
        member=_member(initiative, actor),
        reason=reason,
        learned=learned,
        at=now,
    )
    said = {"step": name, "from": origin.value, "to": to.value, "taken": taken.pk}
    record(moved, happened(initiative, STEP, actor=actor, now=now, payload=said, also_public=was_public))
    owe_to_group("step", initiative, taken.pk, but=actor.resident_id)
    return initiative


@transaction.atomic
def answer_back(*, slug: str, text: str, actor: Actor, now: datetime) -> StepTaken:
    """What the group has to say to a refusal or stop by a professional: once, for the team and beside the reason."""
    initiative, case = hold_both(actor, slug, Deed.ANSWER_BACK)
    step = answerable(initiative)
    if step is None:
        raise Conflict(_("There is nothing to answer now, or your group answered already."))
    text = _text(text, "text", needed=True)
    if wrong := wrong_words(initiative, text=text):
        raise Invalid(*wrong)
    message = write_message(case, text, actor=actor, now=now, resident_id=actor.resident_id)
    step.answer, step.answered_at = text, now
    step.save(update_fields=["answer", "answered_at"])
    save_case(case, [], now=now)
    save(initiative, now=now)
    record(
        case_events.happened(
            case, case_events.MESSAGE, actor=actor, now=now, payload={"message": message.pk, "answersBack": True}
        ),
        happened(initiative, CHANGED, actor=actor, now=now, payload={"answer": step.pk, "along": True}),
    )
    return step


def answerable(initiative: Initiative) -> StepTaken | None:
    """The refusal or stop by a professional that the group has not answered yet. No query but of a stopped one."""
    if initiative.stage != Stage.STOPPED:
        return None
    last = initiative.steps.order_by("-pk").first()
    return last if last is not None and last.professional_id is not None and last.answered_at is None else None


def side_of(actor: Actor, initiative: Initiative) -> By:
    """For whom this person takes steps; a neighbour who also works here speaks for whom they signed in as."""
    roles = roles_of(actor, initiative)
    return By.COACH if roles & {Role.COACH, Role.TEAM} else By.GROUP


def refuse_rhythm(days: int | None) -> None:
    if days is not None and not 1 <= days <= LONGEST_RHYTHM:
        raise Invalid(FieldError("rhythm", "out-of-reach", _("Choose 1 to %(most)d days.") % {"most": LONGEST_RHYTHM}))


def _case_goes_along(
    initiative: Initiative, case: Case, name: str, *, reason: str, actor: Actor, now: datetime
) -> Happened:
    """Move the locked case with a step of the group or its coach; answers what to record of it."""
    origin = Status(case.status)
    to, move = _CASE.get(name, (origin, ""))
    fields: list[str] = []
    message: Message | None = None
    if to in CLOSED:
        refuse_unfinished(case)
        if reason:
            message = write_message(case, reason, actor=actor, now=now, resident_id=actor.resident_id)
    if name == "resume":
        fields += begin_term(case, category_of(case), now, unanswered=False)
    if actor.professional_id is not None:
        fields += mark_responded(case, now)
    if name in TAKES_ON or initiative.stalled_at is not None:
        # An initiative has no day on which it must be finished; a coach who was asked to look did.
        case.resolve_by = None
        fields.append("resolve_by")
    given = False
    if name in TAKES_ON:
        given = _give(case, actor)
        fields += ["assignee", "decision"] if given else []
    case.status, case.closed_at = to, (case.closed_at or now) if to in CLOSED else None
    save_case(case, [*fields, "status", "closed_at"], now=now)
    payload: dict[str, Any] = {"step": name, "along": True}
    payload |= {"message": message.pk} if message else {}
    payload |= {"person": case.assignee_id} if given else {}
    if to == origin:
        return case_events.happened(case, case_events.UPDATED, actor=actor, now=now, payload=payload)
    payload |= {"from": origin.value, "to": to.value, "move": move}
    return case_events.happened(case, case_events.TRANSITIONED, actor=actor, now=now, payload=payload)


def _give(case: Case, actor: Actor) -> bool:
    """Whoever accepts has the case from now on, unless it is theirs already."""
    me = actor.professional_id
    if me is None or not may_hold(me, case.team_id, confidential=False):
        raise Conflict(
            _("Only somebody of the team that has this case can coach the group. Give it to your team first.")
        )
    if case.assignee_id == me:
        return False
    case.assignee_id = me
    reason = {"code": "accepted", "professional": me, "team": case.team_id}
    case.decision = Placement(case.team_id, me, (reason,)).as_json()
    return True


def _coach(initiative: Initiative, actor: Actor, role: str, now: datetime) -> None:
    """From now on this professional is the coach; the same one again only where the role is another."""
    last = initiative.coachings.order_by("-pk").first()
    role = role or (last.role if last is not None else Coaching.Role.FACILITATE)
    if last is not None and last.until is None:
        if last.professional_id == actor.professional_id and last.role == role:
            return
        last.until = now
        last.save(update_fields=["until"])
    Coaching.objects.create(initiative=initiative, professional_id=actor.professional_id or 0, role=role, since=now)


def _member(initiative: Initiative, actor: Actor) -> Any:
    if actor.resident_id is None:
        return None
    return initiative.members.filter(resident_id=actor.resident_id, left_at=None).first()


def _words(reason: str, learned: str, *, needed: bool) -> tuple[str, str]:
    """Both at once, so that somebody who forgot both hears of both."""
    wrong: list[FieldError] = []
    found = []
    for name, text in (("reason", reason), ("learned", learned)):
        try:
            found.append(_text(text, name, needed=needed))
        except Invalid as error:
            wrong += error.errors
    if wrong:
        raise Invalid(*wrong)
    return found[0], found[1]


_MISSING = {
    "reason": lambda: _("Say why. The group and the neighbourhood can read it."),
    "learned": lambda: _("Say what was learned from it. Others can use that."),
    "text": lambda: _("Write something first."),
}


def _text(text: str, field: str, *, needed: bool) -> str:
    text = cleaned(text)
    if needed and not text:
        raise Invalid(FieldError(field, "required", _MISSING[field]()))
    if len(text) > MESSAGE_LENGTH:
        raise Invalid(FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": MESSAGE_LENGTH}))
    return text
