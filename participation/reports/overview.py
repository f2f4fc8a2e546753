"""What a wijk page shows of the domain: counts, reports, what succeeded, and who works there today.

All of it is public. A report is shown by its category, status and buurt: nothing a resident
wrote, and no address. Everything is kept in the cache under the head of the wijk's own stream,
so an event in the wijk renews exactly its page; an unchanged page costs one query for the head.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from core.areas.queries import AreaRow, tree
from core.events.queries import heads
from participation.cases.events import wijk_stream
from participation.cases.models import Case
from participation.cases.states import OPEN, Status
from participation.organisations.cards import PersonLine, card, present_first
from participation.organisations.queries import people_of
from participation.reports.figures import ReportFigures, report_figures
from participation.reports.queries import public_reports, public_status
from participation.routing.queries import config
from participation.routing.wording import words_of

LINES = 10
"""Reports on one page of the list."""
SHOWN = ("open", "opgelost")
"""What the list may be narrowed to; as it stands in the address."""
SUCCEEDED_WITHIN = timedelta(days=90)
MOST_SUCCESSES = 6
KEEP = 600
"""Seconds; the age of "recently" needs no event."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """What it is about. Kept by number: one copy in the cache serves every language."""

    gemeente_id: int
    category_id: int | None

    def __str__(self) -> str:
        """In the language of who looks, from memory; empty without a category."""
        category = config(self.gemeente_id).settings.categories.get(self.category_id or 0)
        return words_of(category).name if category else ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A public report in a list. `status` is a code; `place` the name of the buurt, or of the wijk."""

    reference: str
    kind: Kind
    status: str
    solved: bool
    place: str
    created_at: datetime
    closed_at: datetime | None

    @property
    def status_label(self) -> str:
        """In the language of who looks."""
        return public_status(self.status)

    @property
    def category(self) -> str:
        return str(self.kind)


@dataclass(frozen=True, slots=True)
class Success:
    """Reports of one kind in one place that were resolved lately."""

    kind: Kind
    place: str
    wijk: str
    many: int
    last_at: datetime

    @property
    def category(self) -> str:
        return str(self.kind)


@dataclass(frozen=True, slots=True)
class WijkOverview:
    """`reports`: the newest, the first page of the list."""

    open: int
    resolved: int
    reports: tuple[ReportLine, ...]
    successes: tuple[Success, ...]
    figures: ReportFigures


@dataclass(frozen=True, slots=True)
class TownOverview:
    """The same for a whole gemeente, for its home page. `recently`: resolved within `SUCCEEDED_WITHIN`."""

    recently: int
    successes: tuple[Success, ...]


def stream_at(area_id: int) -> str | None:
    """Where what is public in the wijk around an area is told; of an area above wijken, its own. From memory."""
    return wijk_stream(area_id)


def streams_of_area(area: AreaRow) -> list[str]:
    """Where all that is public in an area is told: its wijk's stream, or those of all wijken of a stadsdeel."""
    known = tree()
    inside = [known.by_id[pk] for pk in known.descendants(area.id)]
    names = {wijk_stream(area.id), *(f"wijk:{row.code}" for row in inside if row.level == "wijk")}
    return sorted(name for name in names if name)


def public_streams(names: Iterable[str], only: int | None) -> list[str]:
    """Those of these streams that are of an area here, or of this one gemeente. From memory."""
    areas = ((name, tree().by_code.get(name.partition(":")[2])) for name in names)
    return [name for name, area in areas if area is not None and only in (None, area.gemeente_id)]


def wijk_overview(area: AreaRow, now: datetime, seen: Mapping[str, int] | None = None) -> WijkOverview:
    """From the cache: one query for the heads, none when they were just `seen`. Else four queries more."""
    return _under_heads(f"wijk:{area.code}", streams_of_area(area), now, lambda: _read_wijk(area, now), seen)


def town_overview(gemeente: AreaRow, now: datetime) -> TownOverview:
    """The same under the heads of all its wijken together."""
    below = (tree().by_id[pk] for pk in tree().descendants(gemeente.id))
    streams = [f"wijk:{row.code}" for row in below if row.level in {"wijk", "gemeente"}]
    return _under_heads(f"town:{gemeente.code}", streams, now, lambda: _read_town(gemeente, now))


def wijk_reports(area: AreaRow, *, shown: str = "", skip: int = 0) -> tuple[ReportLine, ...]:
    """One page of the list, newest first; `shown` is one of `SHOWN` or empty. One query."""
    status = {"open": "open", "opgelost": Status.RESOLVED}.get(shown, "")
    cases = public_reports(gemeente_id=area.gemeente_id, area=area, status=status)
    if not shown:
        cases = cases.exclude(status=Status.UNRESOLVED)
    newest = cases.order_by("-created_at", "-id")
    return tuple(_line(case) for case in newest[skip : skip + LINES])


def people_today(area: AreaRow, now: datetime) -> tuple[PersonLine, ...]:
    """Who works in the wijk, its buurten or the whole gemeente, from memory (no query).

    Who is there today comes first, then who knows the wijk best.
    """
    today = timezone.localdate(now)
    known = tree()
    chain = [row.id for row in known.ancestors(area.id)]
    below = sorted(known.descendants(area.id) - {area.id})
    faces = people_of([area.id, *below, *chain[1:]], today)
    return present_first(card(face, today) for face in faces)


def _under_heads(
    name: str, streams: Sequence[str], now: datetime, read: Callable[[], T], seen: Mapping[str, int] | None = None
) -> T:
    """The heads are read before the rows: an event in between renews once more, never less."""
    found_heads = heads(streams) if seen is None else {one: seen[one] for one in streams if one in seen}
    said = f"{name} {streams} {sorted(found_heads.items())} {tree().fingerprint} {timezone.localdate(now)}"
    key = f"overview:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
    found: T | None = cache.get(key)
    if found is None:
        found = read()
        cache.set(key, found, KEEP)
    return found


def _read_wijk(area: AreaRow, now: datetime) -> WijkOverview:
    rows = public_reports(gemeente_id=area.gemeente_id, area=area).select_related(None).order_by()
    counts = dict(rows.values_list("status").annotate(many=Count("id")))
    return WijkOverview(
        open=sum(many for status, many in counts.items() if status in OPEN),
        resolved=counts.get(Status.RESOLVED, 0),
        reports=wijk_reports(area),
        successes=_successes(area, rows.filter(status=Status.RESOLVED), now),
        figures=_figures(area, now),
    )


def _figures(area: AreaRow, now: datetime) -> ReportFigures:
    """Kept for `KEEP` seconds, whatever happens: they are of half a year, and cost more the more was solved."""
    key = f"figures:{area.code}:{tree().fingerprint}:{timezone.localdate(now)}"
    found: ReportFigures | None = cache.get(key)
    if found is None:
        found = report_figures(area, now)
        cache.set(key, found, KEEP)
    return found


def _read_town(gemeente: AreaRow, now: datetime) -> TownOverview:
    resolved = Case.objects.filter(
        kind=Case.Kind.REPORT,
        visibility=Case.Visibility.PUBLIC,
        status=Status.RESOLVED,
        gemeente_id=gemeente.id,
    )
    recently = resolved.filter(closed_at__gte=now - SUCCEEDED_WITHIN).count()
    return TownOverview(recently=recently, successes=_successes(gemeente, resolved, now))


def _successes(area: AreaRow, resolved: QuerySet[Case], now: datetime) -> tuple[Success, ...]:
    """One line per category and place, the latest first. One query."""
    rows = (
        resolved.filter(closed_at__gte=now - SUCCEEDED_WITHIN, category__isnull=False)
        .values_list("category_id", "area_id")
        .annotate(many=Count("id"), last_at=Max("closed_at"))
        .order_by("-last_at")[:MOST_SUCCESSES]
    )
    return tuple(_success(area, *row) for row in rows)


def _success(area: AreaRow, category_id: int, area_id: int, many: int, last_at: datetime) -> Success:
    return Success(Kind(area.gemeente_id, category_id), _place(area_id), _wijk(area_id), many, last_at)


def _line(case: Case) -> ReportLine:
    return ReportLine(
        reference=case.reference,
        kind=Kind(case.gemeente_id, case.category_id),
        status=case.status,
        solved=case.status == Status.RESOLVED,
        place=_place(case.area_id),
        created_at=case.created_at,
        closed_at=case.closed_at,
    )


def _place(area_id: int) -> str:
    row = tree().by_id.get(area_id)
    return row.name if row else ""


def _wijk(area_id: int) -> str:
    chain = tree().ancestors(area_id) if area_id in tree().by_id else ()
    return next((row.name for row in chain if row.level == "wijk"), "")
