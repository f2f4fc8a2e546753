"""Cases on a map: how many lie in each cell of a grid, worked out by the database.

The newest `MOST` that fit are counted and no more: whoever looks at a whole municipality with everything it ever
had sees its recent years, in the same time as a small one, and is told so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core.accounts.actor import Actor
from core.areas.queries import locate, tree
from participation.cases.inbox import CaseFilter, everything
from participation.cases.listing import Row, shown
from participation.cases.models import Case
from participation.cases.queries import late

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

MOST = 10_000
"""Cases counted at most."""
FEW = 120
"""So many are all shown as cases."""
CELL_PIXELS = 72
"""Size of a cell on the screen; markers of two cells then do not cover each other."""
TILE_PIXELS = 256


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cases of one cell: `bbox` is as large as they lie apart, (`lon`, `lat`) their middle."""

    count: int
    late: int
    lon: float
    lat: float
    bbox: Box
    area: str
    """The name of the smallest area around the middle; empty outside all."""


@dataclass(frozen=True, slots=True)
class OnMap:
    """`total` counts clusters and rows together; `capped`: there are more, of which the oldest are left out."""

    total: int
    capped: bool
    clusters: tuple[Cluster, ...]
    rows: tuple[Row, ...]


def on_map(actor: Actor, wanted: CaseFilter, zoom: int, now: datetime) -> OnMap:
    """What lies in `wanted.bbox`, in cells that fit this zoom level. Two queries at most.

    Few cases are all given as rows, else those that are alone in their cell.
    """
    assert wanted.bbox is not None
    assert actor.gemeente_id is not None  # every professional works for one
    found = _found(actor, replace(wanted, bbox=None), wanted.bbox, now)
    if found is None:
        return OnMap(0, False, (), ())
    cells = _cells(found, zoom, tree().by_id[actor.gemeente_id].bbox, now)
    total = sum(cell[0] for cell in cells)
    clusters, alone = [], []
    for count, overdue, lon, lat, west, south, east, north, some_id in cells:
        if total <= FEW or count == 1:
            alone.append(some_id)
        else:
            chain = locate(lon, lat)
            area = chain[0].name if chain else ""
            clusters.append(Cluster(count, overdue, lon, lat, (west, south, east, north), area))
    rows: list[Row] = []
    if 0 < total <= FEW:
        rows = list(shown(found, actor).order_by("-created_at", "-id")[:FEW])
    elif alone:
        rows = list(shown(Case.objects.filter(pk__in=alone), actor).order_by("-created_at", "-id"))
    clusters.sort(key=lambda one: -one.count)
    return OnMap(min(total, MOST), total > MOST, tuple(clusters), tuple(rows))


def _found(actor: Actor, wanted: CaseFilter, box: Box, now: datetime) -> QuerySet[Case] | None:
    """None when nothing can be found, whatever the rows."""
    west, south, east, north = box
    cases = everything(actor, wanted, now)
    cases = cases.filter(lon__range=(west, east), lat__range=(south, north))
    return None if cases.query.is_empty() else cases


def _cells(cases: QuerySet[Case], zoom: int, home: Box, now: datetime) -> list[tuple[Any, ...]]:
    """(count, late, middle lon, middle lat, west, south, east, north, an id) per cell; one query.

    Cells are squares on the screen in the middle of the municipality, and lie still when the map is moved.
    """
    wide = 360 / 2**zoom * CELL_PIXELS / TILE_PIXELS
    high = wide * cos(radians((home[1] + home[3]) / 2))
    newest = cases.annotate(overdue=late(now)).order_by("-created_at", "-id").values("id", "lon", "lat", "overdue")
    sql, params = newest[: MOST + 1].query.sql_with_params()
    # No ORM form groups the rows of a query that was cut off.
    counted = (
        'SELECT count(*), sum(CASE WHEN c."overdue" THEN 1 ELSE 0 END), avg(c."lon"), avg(c."lat"),'  # noqa: S608
        ' min(c."lon"), min(c."lat"), max(c."lon"), max(c."lat"), min(c."id")'
        f' FROM ({sql}) c GROUP BY floor((c."lon" + 180) / %s), floor((c."lat" + 90) / %s)'
    )
    with connection.cursor() as cursor:
        cursor.execute(counted, [*params, wide, high])
        return list(cursor.fetchall())
