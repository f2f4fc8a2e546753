"""Reading handovers: what waits for me, what I offered, and the register that shows that nothing fell between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from participation.cases.models import Case, Handover, HandoverItem
from participation.cases.permissions import Deed
from participation.organisations.queries import roster

PENDING = HandoverItem.Outcome.PENDING


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a handover, and who has it today."""

    item: HandoverItem
    case: Case
    known: bool
    """Whether this person may see the case now; what it is about is shown only then."""

    @property
    def holder(self) -> str:
        """The name of who has it now; empty when that is the team."""
        person = roster().people.get(self.case.assignee_id or 0)
        return person.name if person else ""

    @property
    def team(self) -> str:
        return roster().teams[self.case.team_id].name

    @property
    def subject(self) -> str:
        if not self.known:
            return ""
        confidential = self.case.visibility == Case.Visibility.CONFIDENTIAL
        return _("Confidential report") if confidential else self.case.summary


@dataclass(frozen=True, slots=True)
class Whole:
    """A handover with its cases; `lines` holds what this person may know of."""

    handover: Handover
    lines: list[Line]
    is_mine: bool
    """Offered to this person and waiting: they may accept or refuse."""
    may_withdraw: bool

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.item.outcome for line in self.lines)

    @property
    def waits(self) -> bool:
        return any(line.item.outcome == PENDING for line in self.lines)


def handovers_for(actor: Actor) -> QuerySet[Handover]:
    """One's own, and those about work of the teams one leads or watches; newest first."""
    me = actor.professional_id
    led = HandoverItem.objects.filter(handover=OuterRef("pk"), case__in=Case.objects.within(actor, Deed.SEE_TEAM))
    mine = Q(from_professional=me) | Q(to_professional=me) | Q(professional=me)
    return Handover.objects.filter(mine | Exists(led), gemeente_id=actor.gemeente_id).order_by("-id")


def waiting(handovers: QuerySet[Handover]) -> QuerySet[Handover]:
    """Those with a case that waits for an answer."""
    return handovers.filter(Exists(HandoverItem.objects.filter(handover=OuterRef("pk"), outcome=PENDING)))


def offered_to(actor: Actor) -> QuerySet[Handover]:
    """What waits for this person's answer."""
    return waiting(Handover.objects.filter(to_professional=actor.professional_id).order_by("id"))


def stuck(actor: Actor, team_id: int, now: datetime) -> QuerySet[Handover]:
    """Handovers of this team's work that are not answered though a reminder was sent."""
    late = waiting(handovers_for(actor)).filter(Q(reminders__gt=0) | Q(remind_at__lte=now))
    return late.filter(Exists(HandoverItem.objects.filter(handover=OuterRef("pk"), case__team=team_id)))


def whole(handovers: QuerySet[Handover] | Iterable[Handover], actor: Actor) -> list[Whole]:
    """Them with their cases, as far as this person may know. Four queries for any number."""
    items = HandoverItem.objects.select_related("case").order_by("id")
    if isinstance(handovers, QuerySet):
        handovers = handovers.select_related("from_professional", "to_professional", "professional")
        found = list(handovers.prefetch_related(Prefetch("items", items)))
    else:
        found = list(handovers)
    ids = {item.case_id for one in found for item in one.items.all()}
    visible = set(Case.objects.visible_to(actor).filter(pk__in=ids).values_list("id", flat=True)) if ids else set()
    led = set(Case.objects.within(actor, Deed.LEAD).filter(pk__in=ids).values_list("id", flat=True)) if ids else set()
    return [_whole(one, actor, visible, led) for one in found]


def _whole(handover: Handover, actor: Actor, visible: set[int], led: set[int]) -> Whole:
    me = actor.professional_id
    gave = me in {handover.from_professional_id, handover.professional_id}
    took = handover.to_professional_id == me
    lines = [
        Line(item, item.case, item.case_id in visible)
        for item in handover.items.all()
        if gave or took or item.case_id in visible
    ]
    pending = [line for line in lines if line.item.outcome == PENDING]
    return Whole(
        handover=handover,
        lines=lines,
        is_mine=took and bool(pending),
        may_withdraw=any(gave or line.case.pk in led for line in pending),
    )
