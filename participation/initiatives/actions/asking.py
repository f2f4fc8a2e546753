"""Asking for help: each request is a case of its own, for who can grant it.

The case of the request is held before the initiative, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.actor import SYSTEM, Actor
from core.areas.queries import tree
from core.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from core.events.log import Happened, record
from participation.cases import events as case_events
from participation.cases.actions import Opening, open_case, summary_of
from participation.cases.actions.saving import save as save_case
from participation.cases.actions.saving import write_message
from participation.cases.models import Case
from participation.cases.search import index
from participation.cases.states import CLOSED, Status
from participation.initiatives import signs
from participation.initiatives.actions.saving import save
from participation.initiatives.events import HELP, happened
from participation.initiatives.models import BudgetLine, Challenge, HelpRequest, Initiative, Offer
from participation.initiatives.permissions import Deed, Role
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries.asked import category_for, kinds_offered
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.tasks.helping import mail_offer, owe_about_help
from participation.routing.deadlines import AMSTERDAM, DAY_ENDS
from participation.texts.cleaning import cleaned
from participation.texts.screening import marks_of

LONGEST = 3000
MOST_LINES = 20
MOST_OPEN = 20
MOST_CENTS = 10_000_000_00
FARTHEST = timedelta(days=3 * 366)
GROUP = frozenset({Role.MEMBER, Role.CONTACT, Role.STARTER})
TOLD = ("task", "better", "able")
"""What a group must tell to challenge; `costs` may be left out."""
CRITERIA = (
    ("task", gettext_lazy("It is a task that the municipality may hand over.")),
    ("better", gettext_lazy("The group does it at least as well.")),
    ("able", gettext_lazy("The group can keep it up.")),
    ("costs", gettext_lazy("The costs are reasonable.")),
    ("support", gettext_lazy("The neighbourhood stands behind it.")),
    ("everybody", gettext_lazy("Everybody keeps the use of it.")),
)
"""By which a challenge is judged where the municipality set no criteria of its own."""


@transaction.atomic
def ask_help(
    *,
    slug: str,
    kind: str,
    what: str,
    cents: int | None = None,
    lines: Sequence[tuple[str, int]] = (),
    needed_on: date | None = None,
    seen_by: str = HelpRequest.SeenBy.GROUP,
    challenge: Mapping[str, str] | None = None,
    actor: Actor,
    now: datetime,
) -> HelpRequest:
    """Ask for one thing. The rules say which team answers; the group hears who and by when.

    `lines`: (label, cents) of a budget, which together are the amount. `challenge`: `task`, `better`, `able`, `costs`
    of a request to take over a task; its term and criteria are those of today.
    """
    initiative = get_initiative_for(actor, slug, Deed.ASK_HELP, lock=True)
    what = cleaned(what)
    said = {name: cleaned((challenge or {}).get(name, "")) for name in (*TOLD, "costs")}
    given = [(cleaned(label), amount) for label, amount in lines]
    today = timezone.localdate(now)
    wrong = _wrong_words(initiative, kind, what, said, seen_by) + _wrong_money(kind, cents, given)
    if needed_on is not None and not today <= needed_on <= today + FARTHEST:
        wrong.append(FieldError("neededOn", "out-of-reach", _("Choose a day from today.")))
    if wrong:
        raise Invalid(*wrong)
    if initiative.help_requests.filter(decision="").count() >= MOST_OPEN:
        raise Conflict(_("So much was asked that has no answer yet. Wait for an answer first."))
    category = category_for(initiative.gemeente_id, kind)
    chain = tree().ancestors(initiative.area_id or 0)
    if category is None or not chain:
        raise Conflict(_("Help cannot be asked here yet. Talk about it with your coach."))
    if kind != HelpRequest.Kind.MONEY:
        cents, given = None, []
    elif given:
        cents = sum(amount for _label, amount in given)
    case = open_case(
        Opening(
            kind=Case.Kind.HELP,
            category=category,
            chain=chain,
            lat=initiative.lat,
            lon=initiative.lon,
            address=initiative.address,
            summary=summary_of(what),
            language=initiative.language,
            visibility=Case.Visibility.LIMITED,
        ),
        riders=lambda case: (index(case, texts=(what, initiative.title, *said.values(), *(one for one, _ in given))),),
        now=now,
    )
    request = HelpRequest.objects.create(
        initiative=initiative,
        case=case,
        member=initiative.members.filter(resident_id=actor.resident_id or 0, left_at=None).first(),
        kind=kind,
        what=what,
        needed_on=needed_on,
        seen_by=seen_by,
        cents=cents,
        created_at=now,
    )
    BudgetLine.objects.bulk_create(BudgetLine(request=request, label=label, cents=amount) for label, amount in given)
    if kind == HelpRequest.Kind.CHALLENGE:
        _begin_challenge(request, case, said, now)
    save(initiative, signs.renew(initiative, now), now=now)
    record(
        case_events.happened(case, case_events.RECEIVED, actor=actor, now=now, payload={"person": case.assignee_id}),
        told(request, actor=actor, now=now, payload={"asked": True}),
    )
    owe_about_help("asked", request, but=actor.resident_id)
    return request


@transaction.atomic
def withdraw_help(*, slug: str, reference: str, actor: Actor, now: datetime) -> HelpRequest:
    """The group needs it no more; whoever was busy with it hears so."""
    request, case, initiative = hold_as_group(actor, slug, reference)
    if request.decision:
        raise Conflict(_("This request has an answer already."))
    _withdraw(request, case, initiative, actor=actor, now=now)
    return request


@transaction.atomic
def write_about_help(*, slug: str, reference: str, text: str, actor: Actor, now: datetime) -> HelpRequest:
    """Somebody of the group writes to who answers it; a case that waited for them goes on."""
    request, case, initiative = hold_as_group(actor, slug, reference)
    if case.status in CLOSED:
        raise Conflict(_("This request has an answer already. Write to your coach."))
    message = write_message(case, clean(text, "text"), actor=actor, now=now, resident_id=actor.resident_id)
    payload: dict[str, Any] = {"message": message.pk}
    what = case_events.MESSAGE
    if case.status == Status.WAITING:
        payload |= {"from": case.status, "to": Status.IN_PROGRESS.value, "move": "answer"}
        case.status, what = Status.IN_PROGRESS, case_events.TRANSITIONED
    save_case(case, ["status"], now=now)
    save(initiative, signs.renew(initiative, now), now=now)
    record(
        case_events.happened(case, what, actor=actor, now=now, payload=payload),
        told(request, actor=actor, now=now, payload={"said": True}),
    )
    return request


@transaction.atomic
def tell_how_it_went(*, slug: str, reference: str, text: str, actor: Actor, now: datetime) -> HelpRequest:
    """What the group did with what it got; who decided reads it."""
    request, case, initiative = hold_as_group(actor, slug, reference)
    if request.decision not in {HelpRequest.Decision.GRANTED, HelpRequest.Decision.PARTLY}:
        raise Conflict(_("This can be told when you got what you asked."))
    request.went = clean(text, "text")
    request.save(update_fields=["went"])
    message = write_message(case, request.went, actor=actor, now=now, resident_id=actor.resident_id)
    save_case(case, [], now=now)
    save(initiative, signs.renew(initiative, now), now=now)
    record(
        case_events.happened(case, case_events.MESSAGE, actor=actor, now=now, payload={"message": message.pk}),
        told(request, actor=actor, now=now, payload={"went": True}),
    )
    return request


def end_help(*, initiative_id: int, now: datetime) -> int:
    """An initiative has ended: nothing is asked or offered any more. Answers how many requests that were."""
    open_ones = HelpRequest.objects.filter(initiative_id=initiative_id, decision="").order_by("pk")
    ended = 0
    for reference in list(open_ones.values_list("case__reference", flat=True)):
        with transaction.atomic():
            request, case, initiative = hold(reference)
            if request.decision or initiative.ended_at is None:
                continue
            _withdraw(request, case, initiative, actor=SYSTEM, now=now)
            ended += 1
    with transaction.atomic():
        initiative = Initiative.objects.select_for_update(of=("self",), no_key=True).get(pk=initiative_id)
        if initiative.ended_at is not None:
            for offer in initiative.offers.filter(state=Offer.State.OPEN):
                offer.state, offer.answered_at = Offer.State.DECLINED, now
                offer.save(update_fields=["state", "answered_at"])
                mail_offer.enqueue("declined", offer.pk)
    return ended


def hold(reference: str) -> tuple[HelpRequest, Case, Initiative]:
    """A request with its case and its initiative, the rows of the last two held. `NotFound` without one."""
    case = Case.objects.select_for_update(of=("self",)).select_related("parent").filter(reference=reference).first()
    if case is None:
        raise NotFound
    return with_case_held(case)


def with_case_held(case: Case) -> tuple[HelpRequest, Case, Initiative]:
    initiatives = Initiative.objects.select_for_update(of=("self",), no_key=True).select_related("case")
    initiative = initiatives.filter(help_requests__case=case).first()
    if initiative is None:
        raise NotFound
    request = HelpRequest.objects.select_related("challenge").get(case=case)
    request.case, request.initiative = case, initiative
    return request, case, initiative


def hold_as_group(actor: Actor, slug: str, reference: str) -> tuple[HelpRequest, Case, Initiative]:
    """The same for somebody of the group."""
    cases = Case.objects.select_for_update(of=("self",)).select_related("parent")
    case = cases.filter(reference=reference, help_request__initiative__slug=slug).first()
    initiative = get_initiative_for(actor, slug, Deed.SEE_INSIDE, lock=True)
    if case is None:
        raise NotFound
    if GROUP.isdisjoint(roles_of(actor, initiative)):
        raise NotAllowed(_("This is for the people who carry it."))
    return with_case_held(case)


def told(request: HelpRequest, *, actor: Actor, now: datetime, payload: dict[str, Any]) -> Happened:
    """What happened to a request, for everybody only where the group shows it."""
    payload = {"request": request.pk} | payload
    inside = request.seen_by != HelpRequest.SeenBy.EVERYBODY
    return happened(request.initiative, HELP, actor=actor, now=now, payload=payload, inside=inside)


def clean(text: str, field: str) -> str:
    text = cleaned(text)
    if not text:
        raise Invalid(FieldError(field, "required", _("Write something first.")))
    if len(text) > LONGEST:
        raise Invalid(FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": LONGEST}))
    return text


def end_of(day: date) -> datetime:
    """Until when something may still be done on that day."""
    return datetime.combine(day, DAY_ENDS, AMSTERDAM)


def _withdraw(request: HelpRequest, case: Case, initiative: Initiative, *, actor: Actor, now: datetime) -> None:
    """A case of which another team still does a part stays open, and its team hears of it."""
    request.decision, request.decided_at = HelpRequest.Decision.WITHDRAWN, now
    request.save(update_fields=["decision", "decided_at"])
    save(initiative, now=now)
    event = told(request, actor=actor, now=now, payload={"decision": "withdrawn"})
    if case.status in CLOSED or case.parts.filter(closed_at=None).exists():
        save_case(case, [], now=now)
        withdrawn = {"withdrawn": True, "along": True}
        record(case_events.happened(case, case_events.MESSAGE, actor=actor, now=now, payload=withdrawn), event)
    else:
        origin, case.status, case.closed_at = case.status, Status.UNRESOLVED, now
        case.offered_to = None
        save_case(case, ["status", "closed_at", "offered_to"], now=now)
        taken = {"from": origin, "to": case.status, "move": "take-back", "along": True}
        record(case_events.happened(case, case_events.TRANSITIONED, actor=actor, now=now, payload=taken), event)
    owe_about_help("withdrawn", request, but=actor.resident_id)


def _begin_challenge(request: HelpRequest, case: Case, told: Mapping[str, str], now: datetime) -> None:
    """The criteria and the term of today; its case is due at the end of the term."""
    chosen = settings_of(case.gemeente_id)
    last = timezone.localdate(now) + timedelta(weeks=chosen.challenge_weeks)
    with translation.override(settings.LANGUAGE_CODE):
        ours = [{"key": key, "label": str(label)} for key, label in CRITERIA]
    criteria = [one for one in chosen.challenge_criteria if isinstance(one, dict) and one.get("label")] or ours
    judged = [
        {"key": str(one.get("key") or at), "label": str(one["label"]), "met": None, "reason": ""}
        for at, one in enumerate(criteria, 1)
    ]
    Challenge.objects.create(request=request, decide_by=last, judged=judged, **told)
    case.resolve_by = end_of(last)
    save_case(case, ["resolve_by"], now=now)


def _wrong_words(
    initiative: Initiative, kind: str, what: str, told: Mapping[str, str], seen_by: str
) -> list[FieldError]:
    wrong = []
    if kind not in kinds_offered(initiative.gemeente_id):
        wrong.append(FieldError("kind", "unknown", _("Choose what kind of help you need.")))
    if not what:
        wrong.append(FieldError("what", "required", _("Say what you need.")))
    if seen_by not in HelpRequest.SeenBy.values:
        wrong.append(FieldError("seenBy", "unknown", _("Choose who may see it.")))
    texts = {"what": what} | (dict(told) if kind == HelpRequest.Kind.CHALLENGE else {})
    for name, text in texts.items():
        field = name if name == "what" else f"challenge.{name}"
        if len(text) > LONGEST:
            wrong.append(FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": LONGEST}))
        elif name in TOLD and not text:
            wrong.append(FieldError(field, "required", _("Fill this in too. It is needed to decide.")))
    if what and seen_by == HelpRequest.SeenBy.EVERYBODY and marks_of(initiative.gemeente_id, what):
        words = _(
            "There is something in it that we do not show to everybody. Say it differently, or show it to the group."
        )
        wrong.append(FieldError("what", "blocked", words))
    return wrong


def _wrong_money(kind: str, cents: int | None, lines: Sequence[tuple[str, int]]) -> list[FieldError]:
    if kind != HelpRequest.Kind.MONEY:
        return []
    wrong = []
    if not lines and not cents:
        wrong.append(FieldError("cents", "required", _("Say how much you need.")))
    if len(lines) > MOST_LINES:
        wrong.append(FieldError("lines", "too-many", _("Use at most %(most)d lines.") % {"most": MOST_LINES}))
    for at, (label, amount) in enumerate(lines):
        if not label or len(label) > 120:
            wrong.append(FieldError(f"lines.{at}.label", "required", _("Say what it is for, in a few words.")))
        if amount <= 0:
            wrong.append(FieldError(f"lines.{at}.cents", "required", _("Say how much it costs.")))
    total = sum(amount for _label, amount in lines) if lines else cents or 0
    if total > MOST_CENTS or total < 0:
        wrong.append(FieldError("cents", "out-of-reach", _("This amount is too large to ask here.")))
    return wrong
