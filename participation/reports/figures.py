"""How reports go in an area, in a few figures that everybody may see: nothing of what few people did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, IntegerField, Q

from core.areas.queries import AreaRow
from participation.cases.states import Status
from participation.reports.queries import public_reports

TERM = timedelta(days=91)
"""A quarter of a year, and the one before to compare with: of the same length, unlike those of the calendar."""
FEW = 5
"""Of fewer reports no share and no median is told: it would say more of a person than of the wijk."""


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


class Days(Func):
    """How many days lie between two moments, the later one first; a day that began counts.

    Reckoned by the database's own functions: Django's difference of moments calls Python for every row of SQLite.
    """

    arity = 2
    output_field = IntegerField()
    template = "CAST(CEIL(EXTRACT(EPOCH FROM (%(expressions)s)) / 86400) AS integer)"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        seconds = "CAST(ROUND((JULIANDAY(%(expressions)s)) * 86400) AS integer)"
        template = f"(({seconds} + 86399) / 86400)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - JULIANDAY(", **extra)


@dataclass(frozen=True, slots=True)
class Alike:
    """How many reports were solved within so many days; of them `promised` by a day, and `kept` by that day."""

    days: int
    many: int
    promised: int
    kept: int


def report_figures(area: AreaRow, now: datetime) -> ReportFigures:
    """Of what was solved in the last two terms. One query, which answers by days taken, not by report."""
    solved = public_reports(gemeente_id=area.gemeente_id, area=area, status=Status.RESOLVED)
    rows = (
        solved.select_related(None)
        .filter(closed_at__gt=now - 2 * TERM)
        .values_list(
            ExpressionWrapper(Q(closed_at__gt=now - TERM), output_field=BooleanField()),
            Days("closed_at", "created_at"),
        )
        .annotate(
            many=Count("id"),
            promised=Count("id", filter=Q(resolve_by__isnull=False)),
            kept=Count("id", filter=Q(closed_at__lte=F("resolve_by"))),
        )
        .order_by()
    )
    last: list[Alike] = []
    before: list[Alike] = []
    for is_last, *counted in rows:
        (last if is_last else before).append(Alike(*counted))
    return ReportFigures(_many(last), _many(before), _days(last), _days(before), _kept(last), _kept(before))


def _many(solved: Sequence[Alike]) -> int:
    return sum(one.many for one in solved)


def _days(solved: Sequence[Alike]) -> int | None:
    """The fewest days within which at least half were solved."""
    total, so_far = _many(solved), 0
    if total < FEW:
        return None
    for one in sorted(solved, key=lambda one: one.days):
        so_far += one.many
        if 2 * so_far >= total:
            return max(one.days, 1)
    return None


def _kept(solved: Sequence[Alike]) -> int | None:
    promised = sum(one.promised for one in solved)
    return round(100 * sum(one.kept for one in solved) / promised) if promised >= FEW else None
