"""Letters of a poll as the team sees them: what was made, what works, and how many voted with them, per batch and area.

Who voted with which letter is not asked here. Small numbers are not told, nor can they be found by subtracting, nor
that nearly everybody voted; and while people vote numbers go by fives: whoever reloads the page when a neighbour leaves
the desk must not see that one more letter was used.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.areas.queries import AreaRow, tree
from participation.polls.models import Batch, Poll, RollEntry, Turnout
from participation.polls.states import Entered

SMALL = 10
"""Fewer letters or votes than this are not told apart."""
STEP = 5


@dataclass(frozen=True, slots=True)
class Use:
    """How many voted with `letters` that work. `few`: fewer than `SMALL`; `hidden`: too few did, or did not, to say."""

    letters: int
    used: int
    few: bool = False
    hidden: bool = False

    @property
    def percent(self) -> int:
        return round(100 * self.used / self.letters) if self.letters else 0


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch. `state`: making, made, handed or forgotten; of a desk: desk.

    `vague`: `letters` and `voided` would tell how many voted, as when all others were withdrawn: both are rounded, and
    0 stands for fewer than `SMALL`.
    """

    id: int
    name: str
    area: str
    at_desk: bool
    wanted: int
    made: int
    letters: int
    voided: int
    state: str
    use: Use
    created_at: datetime
    handed_at: datetime | None
    exported_at: datetime | None
    replace_from: date | None
    vague: bool = False


def batches_of(poll: Poll) -> list[BatchLine]:
    """Every batch, oldest first. Two queries."""
    rows = _rows(poll)
    used = _used(poll) if rows else Counter()
    return [_line(one, used[one.pk], rounded=not poll.is_over) for one in rows]


def batch_of(poll: Poll, batch_id: int) -> BatchLine | None:
    return next((one for one in batches_of(poll) if one.id == batch_id), None)


def by_area(poll: Poll) -> list[tuple[AreaRow, Use]]:
    """Letters and votes for each wijk (or the whole area), as the batches say where they went. Two queries.

    Everybody in the area got a letter, so the letters stand for the people who may vote.
    """
    rows = _rows(poll)
    used = _used(poll) if rows else Counter()
    told, letters, votes = (defaultdict[AreaRow, int](int) for _each in range(3))
    for one in rows:
        if not one.at_desk:
            area = _wijk_of(one.area_id or poll.area_id)
            letters[area] += _working(one)
            told[area] += _told_letters(one, used[one.pk])
            votes[area] += used[one.pk]
    areas = sorted(letters, key=lambda area: area.name)
    uses = uses_of([(letters[area], votes[area]) for area in areas], rounded=not poll.is_over)
    return [(area, replace(use, letters=told[area])) for area, use in zip(areas, uses, strict=True)]


def entered_of(poll: Poll) -> dict[str, int]:
    """How many ballots came in which way (`states.Entered`); everybody may know. One query."""
    rows: Iterable[tuple[str, int]]
    if poll.is_over:
        rows = Turnout.objects.filter(poll=poll).values_list("entered", "count")
    else:
        counted = RollEntry.objects.filter(poll=poll).order_by().values("entered").annotate(many=Count("pk"))
        rows = counted.values_list("entered", "many")
    found = Counter[str]()
    for way, many in rows:
        found[way] += many
    return {way.value: found[way] for way in Entered}


def use_of(letters: int, used: int, *, rounded: bool) -> Use:
    if letters < SMALL or (used >= SMALL > letters - used):
        return Use(letters, 0, hidden=True)
    if used < SMALL:
        return Use(letters, 0, few=True)
    return Use(letters, used // STEP * STEP if rounded else used)


def uses_of(rows: Sequence[tuple[int, int]], *, rounded: bool) -> list[Use]:
    """Of (letters, used) that together make a total everybody knows. What is not told of one could be found from the
    others: the smallest of those are hidden too, until too many are hidden together to find anything."""
    uses = [use_of(letters, used, rounded=rounded) for letters, used in rows]
    hidden = [at for at, use in enumerate(uses) if use.hidden or use.few]
    told = sorted((at for at in range(len(rows)) if at not in hidden), key=lambda at: (rows[at][1], at))
    while hidden and told:
        letters, used = (sum(rows[at][part] for at in hidden) for part in (0, 1))
        if len(hidden) > 1 and used >= SMALL and letters - used >= SMALL:
            break
        at = told.pop(0)
        uses[at] = Use(rows[at][0], 0, hidden=True)
        hidden.append(at)
    return uses


def _working(one: Batch) -> int:
    voided: int = getattr(one, "voided")  # noqa: B009  (an annotation)
    return one.codes_made - voided


def _is_vague(one: Batch, used: int) -> bool:
    working = _working(one)
    return working < one.codes_made and working - used < SMALL


def _told_letters(one: Batch, used: int) -> int:
    """How many work, as it is told."""
    working = _working(one)
    if not _is_vague(one, used):
        return working
    return working // STEP * STEP if working >= SMALL else 0


def _rows(poll: Poll) -> list[Batch]:
    """Each with `voided`, how many of its codes work no more."""
    voided = Count("codes", filter=Q(codes__voided_at__isnull=False))
    return list(Batch.objects.filter(poll=poll).annotate(voided=voided))


def _used(poll: Poll) -> Counter[int]:
    rows: Iterable[tuple[int, int]]
    if poll.is_over:
        rows = Turnout.objects.filter(poll=poll, batch__isnull=False).values_list("batch_id", "count")
    else:
        roll = RollEntry.objects.filter(poll=poll, batch__isnull=False).order_by()
        rows = roll.values("batch_id").annotate(many=Count("pk")).values_list("batch_id", "many")
    found = Counter[int]()
    for batch_id, many in rows:
        found[batch_id] += many
    return found


def _line(one: Batch, used: int, *, rounded: bool) -> BatchLine:
    letters, vague = _told_letters(one, used), _is_vague(one, used)
    state = (
        "desk"
        if one.at_desk
        else "making"
        if one.codes_made < one.wanted
        else "forgotten"
        if one.exported_at
        else "handed"
        if one.handed_at
        else "made"
    )
    return BatchLine(
        id=one.pk,
        name=one.name or _("Given at a desk"),
        area=tree().by_id[one.area_id].name if one.area_id in tree().by_id else "",
        at_desk=one.at_desk,
        wanted=one.wanted,
        made=one.codes_made,
        letters=letters,
        voided=(one.codes_made - letters) // STEP * STEP if vague else one.codes_made - letters,
        state=state,
        use=replace(use_of(_working(one), used, rounded=rounded), letters=letters),
        created_at=one.created_at,
        handed_at=one.handed_at,
        exported_at=one.exported_at,
        replace_from=one.replace_from,
        vague=vague,
    )


def _wijk_of(area_id: int) -> AreaRow:
    """The wijk an area lies in, or the area itself when it is larger."""
    chain = tree().ancestors(area_id)
    return next((one for one in chain if one.level == "wijk"), chain[0])
