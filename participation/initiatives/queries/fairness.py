"""Where help goes: initiatives, what was granted, how fast and how much, per wijk. For who leads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from core.areas.queries import AreaRow, tree
from core.ui.money import euros
from participation.initiatives.models import HelpRequest, Initiative, StepTaken
from participation.initiatives.states import OPEN, Stage

TOP = 3
"""The third of the wijken with most initiatives, per inhabitant where those are known: they have most already."""
UNEVEN = 2 / 3
"""From this part of all that was granted in that third, and more than their part of the people, we warn. Where
inhabitants are not known, their part of the initiatives stands for it."""
ENOUGH = 5
"""With fewer granted requests a share says nothing."""
GRANTED = (HelpRequest.Decision.GRANTED, HelpRequest.Decision.PARTLY)


@dataclass(frozen=True, slots=True)
class WijkRow:
    """`days`: the middle number of days until the first answer to an idea, of one that waits the days until now; None
    without any idea. `waiting`: how many wait for a first answer. `cents`: granted.
    `inhabitants`: None where they are not known."""

    code: str
    name: str
    initiatives: int
    running: int
    done: int
    asked: int
    granted: int
    cents: int
    days: float | None
    inhabitants: int | None = None
    waiting: int = 0

    @property
    def euros(self) -> str:
        return euros(self.cents) if self.cents else "–"

    @property
    def per_thousand(self) -> float | None:
        """Initiatives for every thousand inhabitants."""
        return round(1000 * self.initiatives / self.inhabitants, 1) if self.inhabitants else None

    @property
    def euros_each(self) -> str:
        """What was granted for every inhabitant."""
        return euros(round(self.cents / self.inhabitants)) if self.inhabitants and self.cents else "–"


@dataclass(frozen=True, slots=True)
class Uneven:
    """`percent` of what was granted went to `names`, where `initiatives` percent of the initiatives are and `people`
    percent of the inhabitants live (None: not known)."""

    names: tuple[str, ...]
    percent: int
    initiatives: int
    people: int | None


@dataclass(frozen=True, slots=True)
class Fairness:
    """Every wijk, most initiatives first. `without`: names of those where nobody began one."""

    rows: tuple[WijkRow, ...]
    without: tuple[str, ...]
    uneven: Uneven | None


def fairness_of(gemeente_id: int, *, now: datetime, since: datetime | None = None) -> Fairness:
    """Of one municipality, of what was sent in since then. Three queries."""
    known = tree()
    sent = Initiative.objects.filter(gemeente_id=gemeente_id, submitted_at__isnull=False)
    if since is not None:
        sent = sent.filter(submitted_at__gte=since)
    wijk_of: dict[int, int] = {}
    many, running, done = Counter[int](), Counter[int](), Counter[int]()
    submitted: dict[int, datetime] = {}
    idle: set[int] = set()
    for pk, area_id, stage, at in sent.values_list("pk", "area_id", "stage", "submitted_at"):
        wijk = _wijk(area_id)
        if wijk is None or at is None:
            continue
        wijk_of[pk], submitted[pk] = wijk.id, at
        if stage == Stage.IDEA:
            idle.add(pk)
        many[wijk.id] += 1
        running[wijk.id] += stage in OPEN
        done[wijk.id] += stage == Stage.DONE
    asked, granted, cents = Counter[int](), Counter[int](), Counter[int]()
    requests = HelpRequest.objects.filter(initiative__in=sent).values_list("initiative_id", "decision", "granted_cents")
    for pk, decision, amount in requests:
        if (wijk_id := wijk_of.get(pk)) is None:
            continue
        asked[wijk_id] += 1
        if decision in GRANTED:
            granted[wijk_id] += 1
            cents[wijk_id] += amount or 0
    waited: dict[int, list[float]] = defaultdict(list)
    answers = StepTaken.objects.filter(initiative__in=sent, name__in=("accept", "refuse")).order_by("id")
    answered: set[int] = set()
    for pk, at in answers.values_list("initiative_id", "at"):
        if pk in wijk_of and pk not in answered:
            answered.add(pk)
            waited[wijk_of[pk]].append((at - submitted[pk]).total_seconds() / 86400)
    waiting = Counter[int]()
    for pk in idle - answered:
        waiting[wijk_of[pk]] += 1
        waited[wijk_of[pk]].append((now - submitted[pk]).total_seconds() / 86400)
    rows = [
        WijkRow(
            code=one.code,
            name=one.name,
            initiatives=many[one.id],
            running=running[one.id],
            done=done[one.id],
            asked=asked[one.id],
            granted=granted[one.id],
            cents=cents[one.id],
            days=round(median(waited[one.id]), 1) if waited[one.id] else None,
            inhabitants=one.inhabitants,
            waiting=waiting[one.id],
        )
        for one in known.wijken(gemeente_id)
    ]
    rows.sort(key=lambda row: (-row.initiatives, row.name))
    return Fairness(tuple(rows), tuple(row.name for row in rows if not row.initiatives), uneven_in(rows))


def uneven_in(rows: Iterable[WijkRow]) -> Uneven | None:
    """Whether help goes mostly to where most is done already. Pure."""
    ordered = list(rows)
    people = sum(row.inhabitants or 0 for row in ordered) if all(row.inhabitants for row in ordered) else 0
    ordered.sort(key=lambda row: (-row.initiatives / (row.inhabitants or 1) if people else -row.initiatives, row.name))
    top = ordered[: len(ordered) // TOP]
    granted, there = sum(row.granted for row in ordered), sum(row.initiatives for row in ordered)
    if not top or granted < ENOUGH or not there:
        return None
    share = sum(row.granted for row in top) / granted
    of_initiatives = sum(row.initiatives for row in top) / there
    of_people = sum(row.inhabitants or 0 for row in top) / people if people else None
    if share < UNEVEN or share <= (of_initiatives if of_people is None else of_people):
        return None
    return Uneven(
        names=tuple(row.name for row in top),
        percent=round(100 * share),
        initiatives=round(100 * of_initiatives),
        people=None if of_people is None else round(100 * of_people),
    )


def _wijk(area_id: int | None) -> AreaRow | None:
    chain = tree().ancestors(area_id) if area_id in tree().by_id else ()
    return next((one for one in chain if one.level == "wijk"), None)
