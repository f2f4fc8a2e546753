"""What a group asks of others: for the group, for everybody as far as it shows it, and for the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from core.accounts.actor import Actor
from core.ui.money import euros
from participation.cases.models import Case
from participation.cases.shapes import moment_or_none
from participation.cases.states import RESIDENT_LABELS, Status
from participation.initiatives.models import HelpRequest, Initiative, Offer
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.states import Act, allows
from participation.organisations.queries import public_person, roster
from participation.routing.models import Category
from participation.routing.queries import config

SLUGS = {
    HelpRequest.Kind.MONEY: "geld",
    HelpRequest.Kind.PERMIT: "vergunning",
    HelpRequest.Kind.SPACE: "ruimte",
    HelpRequest.Kind.MATERIALS: "materiaal",
    HelpRequest.Kind.HANDS: "handen",
    HelpRequest.Kind.ADVICE: "advies",
    HelpRequest.Kind.CONTACTS: "contacten",
    HelpRequest.Kind.CHALLENGE: "uitdaagrecht",
}
"""The category that a kind is filed under."""


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a budget, in cents."""

    id: int
    label: str
    cents: int
    granted: int | None

    @property
    def euros(self) -> str:
        return euros(self.cents)

    @property
    def granted_euros(self) -> str:
        return euros(self.granted or 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its group sees it. `state`: the decision, else where its case stands.

    `answer_by`: when there is an answer at the latest. `team`, `person`: who answers. All money in cents.
    """

    id: int
    reference: str
    kind: str
    kind_label: str
    what: str
    by: str
    state: str
    state_label: str
    is_open: bool
    seen_by: str
    needed_on: date | None
    cents: int | None
    lines: tuple[Line, ...]
    answer_by: datetime | None
    team: str
    organisation: str
    person: Mapping[str, Any] | None
    decision: str
    decided_at: datetime | None
    reasons: str
    conditions: str
    granted: int | None
    promised_on: date | None
    follow_up_on: date | None
    went: str
    challenge: Mapping[str, Any] | None
    created_at: datetime

    @property
    def shown(self) -> bool:
        return self.seen_by == HelpRequest.SeenBy.EVERYBODY

    @property
    def euros(self) -> str:
        """Empty for what is not money."""
        return euros(self.cents) if self.cents is not None else ""

    @property
    def granted_euros(self) -> str:
        return euros(self.granted or 0)

    @property
    def is_granted(self) -> bool:
        return self.decision in {HelpRequest.Decision.GRANTED, HelpRequest.Decision.PARTLY}


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as everybody sees it, with where it stands; `mine`: whether the one who looks offered to help."""

    reference: str
    kind: str
    kind_label: str
    what: str
    cents: int | None
    granted: int | None
    needed_on: date | None
    state: str
    state_label: str
    is_open: bool
    mine: bool

    @property
    def euros(self) -> str:
        """Empty for what is not money."""
        return euros(self.cents) if self.cents is not None else ""

    @property
    def granted_euros(self) -> str:
        return euros(self.granted or 0)


@dataclass(frozen=True, slots=True)
class Help:
    """The part of an initiative's page about help. `open`: whether neighbours may offer theirs now."""

    requests: tuple[Shown, ...]
    open: bool


def category_for(gemeente_id: int, kind: str) -> Category | None:
    """What a request of this kind is filed under: its own category, else the first; from memory."""
    there = config(gemeente_id).help_kinds()
    slug = SLUGS.get(HelpRequest.Kind(kind), "")
    return next((one for one in there if one.slug == slug), next(iter(there), None))


def kinds_offered(gemeente_id: int) -> list[str]:
    """The kinds a group may ask for here; the right to challenge only where it is switched on. From memory."""
    if not config(gemeente_id).help_kinds():
        return []
    off = set() if settings_of(gemeente_id).challenge_on else {HelpRequest.Kind.CHALLENGE.value}
    return [kind for kind in HelpRequest.Kind.values if kind not in off]


def requests_of(initiative: Initiative) -> list[Asked]:
    """Everything the group asked, what waits first, then the newest. Two queries."""
    found = [asked(one) for one in asked_by(initiative).order_by("-id")]
    return sorted(found, key=lambda one: not one.is_open)


def asked_by(initiative: Initiative) -> QuerySet[HelpRequest]:
    """With all that `asked` needs."""
    return _whole().filter(initiative=initiative)


def shown_by(initiative: Initiative) -> QuerySet[HelpRequest]:
    """What everybody may know of, with all that `shown` needs."""
    there = HelpRequest.objects.filter(initiative=initiative, seen_by=HelpRequest.SeenBy.EVERYBODY)
    return there.exclude(decision=HelpRequest.Decision.WITHDRAWN).select_related("case")


def request_with(initiative: Initiative, reference: str) -> Asked | None:
    """Two queries."""
    found = _whole().filter(initiative=initiative, case__reference=reference).first()
    return asked(found) if found is not None else None


def help_of(initiative: Initiative, actor: Actor) -> Help:
    """What everybody may know. One query; another one for a resident who is signed in where something is asked."""
    rows = list(shown_by(initiative).order_by("-id"))
    mine: set[int | None] = set()
    if actor.resident_id is not None and rows:
        offers = Offer.objects.filter(initiative=initiative, resident_id=actor.resident_id, state=Offer.State.OPEN)
        mine = set(offers.values_list("request_id", flat=True))
    told = sorted((shown(one, one.pk in mine) for one in rows), key=lambda one: not one.is_open)
    return Help(tuple(told), allows(initiative.stage, Act.OFFER))


def shown(one: HelpRequest, mine: bool = False) -> Shown:
    return Shown(
        reference=one.case.reference,
        kind=one.kind,
        kind_label=one.get_kind_display(),
        what=one.what,
        cents=one.cents,
        granted=one.granted_cents,
        needed_on=one.needed_on,
        state=one.decision or one.case.status,
        state_label=_state_label(one),
        is_open=not one.decision,
        mine=mine,
    )


def _whole() -> QuerySet[HelpRequest]:
    return HelpRequest.objects.select_related("case", "challenge", "member").prefetch_related("lines")


def _state_label(one: HelpRequest) -> str:
    """“Received” is what a report is; of help it would say that the help came."""
    if not one.decision and one.case.status == Status.RECEIVED:
        return gettext("Asked")
    return str(HelpRequest.Decision(one.decision).label if one.decision else RESIDENT_LABELS[Status(one.case.status)])


def asked(one: HelpRequest) -> Asked:
    """A row with its case, challenge, member and lines. No query."""
    team = roster().teams[one.case.team_id]
    person = roster().people.get(one.case.assignee_id or 0)
    challenge = getattr(one, "challenge", None)
    return Asked(
        id=one.pk,
        reference=one.case.reference,
        kind=one.kind,
        kind_label=one.get_kind_display(),
        what=one.what,
        by=one.member.name if one.member is not None else "",
        state=one.decision or one.case.status,
        state_label=_state_label(one),
        is_open=not one.decision,
        seen_by=one.seen_by,
        needed_on=one.needed_on,
        cents=one.cents,
        lines=tuple(Line(line.pk, line.label, line.cents, line.granted_cents) for line in one.lines.all()),
        answer_by=one.case.resolve_by or one.case.respond_by,
        team=team.name,
        organisation=team.organisation,
        person=public_person(person) if person else None,
        decision=one.decision,
        decided_at=one.decided_at,
        reasons=one.reasons,
        conditions=one.conditions,
        granted=one.granted_cents,
        promised_on=one.promised_on,
        follow_up_on=one.follow_up_on,
        went=one.went,
        challenge=None
        if challenge is None
        else {
            "task": challenge.task,
            "better": challenge.better,
            "able": challenge.able,
            "costs": challenge.costs,
            "judged": challenge.judged,
            "decideBy": challenge.decide_by,
            "extended": challenge.extended,
        },
        created_at=one.created_at,
    )


def shape_of(one: Asked) -> dict[str, Any]:
    """For the API: everything that the group and who answers it may know."""
    return {
        "reference": one.reference,
        "kind": one.kind,
        "kindLabel": one.kind_label,
        "what": one.what,
        "by": one.by,
        "state": one.state,
        "stateLabel": one.state_label,
        "seenBy": one.seen_by,
        "neededOn": _day(one.needed_on),
        "cents": one.cents,
        "lines": [
            {"id": line.id, "label": line.label, "cents": line.cents, "grantedCents": line.granted}
            for line in one.lines
        ],
        "answerBy": moment_or_none(one.answer_by),
        "team": {"name": one.team, "organisation": one.organisation},
        "person": one.person,
        "decision": one.decision,
        "decidedAt": moment_or_none(one.decided_at),
        "reasons": one.reasons,
        "conditions": one.conditions,
        "grantedCents": one.granted,
        "promisedOn": _day(one.promised_on),
        "followUpOn": _day(one.follow_up_on),
        "went": one.went,
        "challenge": {**one.challenge, "decideBy": _day(one.challenge["decideBy"])} if one.challenge else None,
        "createdAt": moment_or_none(one.created_at),
    }


def public_shape(one: Shown) -> dict[str, Any]:
    """For the API: what everybody may know."""
    return {
        "reference": one.reference,
        "kind": one.kind,
        "kindLabel": one.kind_label,
        "what": one.what,
        "state": one.state,
        "stateLabel": one.state_label,
        "neededOn": _day(one.needed_on),
        "cents": one.cents,
        "grantedCents": one.granted,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def request_of_case(case: Case) -> HelpRequest | None:
    """The request behind a case, or behind the case it is a part of; with all of it."""
    return _whole().select_related("initiative__case").filter(case_id=case.parent_id or case.pk).first()
