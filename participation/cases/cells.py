"""The grid over the country by which public cases near a place are found, however many there are.

A cell is 1/500 of a degree high and 1/300 wide: some 220 by 230 metres. The indexes `cases_near_open` and
`cases_near_solved` hold each case's row and column; the factors stand in the SQL itself, as in the index, because a
parameter would not match it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, IntegerField

ROWS, COLUMNS = 500, 300
"""Cells per degree of latitude and of longitude."""
DEGREE_METRES = 111_320
LON_TO_LAT = 0.6157
"""A degree east in degrees north, at 52° N."""


class CellRow(Func):
    """Which row a latitude lies in."""

    template = f"CAST((%(expressions)s) * {ROWS} AS integer)"
    arity = 1
    output_field: Any = IntegerField()


class CellColumn(Func):
    """Which column a longitude lies in."""

    template = f"CAST((%(expressions)s) * {COLUMNS} AS integer)"
    arity = 1
    output_field: Any = IntegerField()


ROW, COLUMN = CellRow(F("lat")), CellColumn(F("lon"))


def cells_around(lon: float, lat: float, metres: float) -> tuple[list[int], list[int]]:
    """Rows and columns that hold everything within `metres`.

    One more to the north and east than needed: of a number between two cells one database rounds, another cuts.
    """
    north = metres / DEGREE_METRES
    east = north / LON_TO_LAT
    rows = range(int((lat - north) * ROWS), int((lat + north) * ROWS) + 2)
    columns = range(int((lon - east) * COLUMNS), int((lon + east) * COLUMNS) + 2)
    return list(rows), list(columns)


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance over a flat Netherlands: within 1 % below a few kilometres."""
    east = (lon - other_lon) * DEGREE_METRES * LON_TO_LAT
    north = (lat - other_lat) * DEGREE_METRES
    return float((east * east + north * north) ** 0.5)
