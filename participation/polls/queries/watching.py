"""What the team looks at while people vote: patterns, ballots set aside, and how many came.

Never who, never what: a pattern is a number of ballots with one label, and labels die with the poll's key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import Substr

from participation.organisations.models import Professional
from participation.polls import voter as voters
from participation.polls.models import Ballot, Pattern, Poll, SetAside, Standing
from participation.polls.patterns import DESK, LINE, LINE_LETTERS, NETWORK, SPAN, Found, Sort, look
from participation.polls.states import Entered, Level


@dataclass(frozen=True, slots=True)
class Watched:
    """One pattern for a page. `since`, `until`: of a burst; `who`: the professional of a desk; `proposed`: to be set
    aside, nobody decided yet."""

    found: Found
    since: datetime | None = None
    until: datetime | None = None
    who: str = ""
    proposed: bool = False

    @property
    def can_be_set_aside(self) -> bool:
        return self.found.sort in {Sort.LINE, Sort.NETWORK, Sort.DESK}


@dataclass(frozen=True, slots=True)
class Aside:
    """Ballots that were set aside, or that somebody proposed to. `undo`: the proposal to count them after all."""

    id: int
    count: int
    reason: str
    by_receipt: bool
    proposed_by: str
    mine: bool
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    agreed: bool
    undo: Aside | None = None

    @property
    def stands(self) -> bool:
        """These do not count."""
        return self.agreed and not (self.undo and self.undo.agreed)

    @property
    def waits(self) -> bool:
        return self.decided_at is None

    @property
    def was_taken_back(self) -> bool:
        return self.agreed and not self.stands


@dataclass(frozen=True, slots=True)
class Number:
    """What everybody reads of ballots set aside: how many and why."""

    count: int
    reason: str
    decided_at: datetime | None


def patterns_of(poll: Poll) -> list[Watched]:
    """What stands out now, the most first; nothing for a poll that is not open. Up to six queries."""
    if not poll.salt:
        return []
    with_origin = Ballot.objects.filter(poll=poll, aside=None).exclude(origin="").order_by()
    lines = with_origin.values("origin").annotate(many=Count("pk")).filter(many__gte=min(LINE, LINE_LETTERS, DESK))
    wide = with_origin.annotate(wide=Substr("origin", 1, voters.HALF)).values("wide").annotate(many=Count("pk"))
    counts = [("line", label, many) for label, many in lines.values_list("origin", "many")]
    counts += [("network", label, many) for label, many in wide.filter(many__gte=NETWORK).values_list("wide", "many")]
    counts += Pattern.objects.filter(poll=poll).order_by().values_list("kind", "label", "count")
    desks = _desks(poll)
    total = Ballot.objects.filter(poll=poll, aside=None).count()
    found = look(counts, total=total, letters=poll.level == Level.LETTER, desks=set(desks), half=voters.HALF)
    waiting = set(
        SetAside.objects.filter(poll=poll, decided_at=None).exclude(origin="").values_list("origin", flat=True)
    )
    return [_watched(one, desks, waiting) for one in found]


def guessing(poll: Poll) -> int:
    """Wrong codes that were tried, from all lines together. One query."""
    return sum(Pattern.objects.filter(poll=poll, kind="guess").values_list("count", flat=True))


def aside_of(poll: Poll, professional_id: int | None) -> list[Aside]:
    """Every proposal to set ballots aside, the newest first, each with the last one to count them after all.

    What waits is told with how many it would be now, as ballots may have come since. Two queries.
    """
    rows = list(SetAside.objects.filter(poll=poll).select_related("proposed_by", "decided_by").order_by("pk"))
    _count_now(poll, [one for one in rows if one.origin and one.decided_at is None])
    undo = {one.undoes_id: one for one in rows if one.undoes_id is not None}
    return [
        _aside(one, professional_id, undo=_aside(undo[one.pk], professional_id) if one.pk in undo else None)
        for one in reversed(rows)
        if one.undoes_id is None
    ]


def _count_now(poll: Poll, waiting: list[SetAside]) -> None:
    if not waiting:
        return
    about = Q()
    for one in waiting:
        about |= Q(origin__startswith=one.origin)
    rows = Ballot.objects.filter(about, poll=poll, aside=None).order_by()
    counts = list(rows.values("origin").annotate(many=Count("pk")).values_list("origin", "many"))
    for one in waiting:
        one.count = sum(many for label, many in counts if label.startswith(one.origin))


def set_aside_of(poll: Poll) -> list[Number]:
    """For the results: what does not count, by two people, and why. One query."""
    rows = SetAside.objects.filter(poll=poll, agreed=True, undoes=None).exclude(undone__agreed=True)
    return [Number(*one) for one in rows.order_by("pk").values_list("count", "reason", "decided_at")]


def standing_now(poll: Poll) -> Standing:
    return Standing.objects.get(poll=poll)


def _desks(poll: Poll) -> dict[str, str]:
    """Names of professionals by the label of what they entered; only where somebody did."""
    if not Ballot.objects.filter(poll=poll, entered=Entered.DESK).exists():
        return {}
    people: Iterable[tuple[int, str]] = Professional.objects.filter(gemeente_id=poll.gemeente_id).values_list(
        "pk", "name"
    )
    return {voters.origin(poll.salt, voters.desk_network(pk)): name for pk, name in people}


def _watched(one: Found, desks: dict[str, str], waiting: set[str]) -> Watched:
    since = datetime.fromtimestamp(int(one.label) * SPAN, UTC) if one.sort == Sort.BURST else None
    return Watched(
        one,
        since=since,
        until=since + timedelta(seconds=SPAN) if since else None,
        who=desks.get(one.label, "") if one.sort == Sort.DESK else "",
        proposed=one.label in waiting,
    )


def _aside(one: SetAside, me: int | None, *, undo: Aside | None = None) -> Aside:
    return Aside(
        id=one.pk,
        count=one.count,
        reason=one.reason,
        by_receipt=bool(one.receipt),
        proposed_by=one.proposed_by.name,
        mine=one.proposed_by_id == me,
        proposed_at=one.proposed_at,
        decided_by=one.decided_by.name if one.decided_by else "",
        decided_at=one.decided_at,
        agreed=one.agreed,
        undo=undo,
    )
