"""How reports go in an area, in a few figures that everybody may see: nothing of what few people did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from core.areas.queries import AreaRow
from participation.cases.states import Status
from participation.reports.queries import public_reports

TERM = timedelta(days=91)
"""A quarter of a year, and the one before to compare with: of the same length, unlike those of the calendar."""
FEW = 5
"""Of fewer reports no share and no median is told: it would say more of a person than of the wijk."""
MOST = 10_000


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """Public reports that were solved in the last `TERM`, each with the same of the term before.

    `days`: within how many days half of them were; `kept`: the percentage that was in time for what was promised.
    None where there were too `FEW`.
    """

    solved: int
    solved_before: int
    days: int | None
    days_before: int | None
    kept: int | None
    kept_before: int | None


@dataclass(frozen=True, slots=True)
class Solved:
    """A public report that was solved. `promised`: by when that was to be."""

    created_at: datetime
    closed_at: datetime
    promised: datetime | None
    category_id: int | None
    area_id: int


def solved_lately(area: AreaRow, now: datetime) -> list[Solved]:
    """Those of the last two terms, the latest first. One query."""
    solved = public_reports(gemeente_id=area.gemeente_id, area=area, status=Status.RESOLVED)
    rows = solved.select_related(None).filter(closed_at__gt=now - 2 * TERM).order_by("-closed_at")
    found = rows.values_list("created_at", "closed_at", "resolve_by", "category_id", "area_id")[:MOST]
    return [
        Solved(created, closed, promised, category_id, area_id)
        for created, closed, promised, category_id, area_id in found
        if closed is not None
    ]


def report_figures(solved: Sequence[Solved], now: datetime) -> ReportFigures:
    """Of what was solved in the last two terms."""
    times = [(one.created_at, one.closed_at, one.promised) for one in solved]
    last = [one for one in times if one[1] > now - TERM]
    before = [one for one in times if one[1] <= now - TERM]
    return ReportFigures(len(last), len(before), _days(last), _days(before), _kept(last), _kept(before))


def _days(times: list[tuple[datetime, datetime, datetime | None]]) -> int | None:
    if len(times) < FEW:
        return None
    seconds = median((closed - created).total_seconds() for created, closed, _promised in times)
    return max(ceil(seconds / 86_400), 1)


def _kept(times: list[tuple[datetime, datetime, datetime | None]]) -> int | None:
    promised = [closed <= by for _created, closed, by in times if by is not None]
    return round(100 * sum(promised) / len(promised)) if len(promised) >= FEW else None
