"""The area tree in memory, and which area a point lies in.

All areas are read once (`core.snapshots`) and kept as frozen rows and prepared polygons. A
lookup first finds its cell of 1/256 degree; what lies in a cell is worked out with an STRtree
the first time somebody asks. Most cells lie wholly inside one area, the others test two or
three polygons.
"""

from __future__ import annotations

import hashlib
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from core.areas.models import Area
from core.errors import NotFound
from core.snapshots.snapshot import Snapshot

LEVELS = ("gemeente", "stadsdeel", "wijk", "buurt")
"""From large to small."""
CELLS_PER_DEGREE = 256
"""A power of two: cell borders are exact in floating point. A cell is about 270 by 430 m here."""
MOST_CELLS = 100_000
"""Cells remembered at most (about 35 MB)."""

Chain = tuple["AreaRow", ...]


@dataclass(frozen=True, slots=True)
class AreaRow:
    """`bbox` = (west, south, east, north) and `point` = (lon, lat) inside the area, in degrees WGS 84."""

    id: int
    code: str
    name: str
    level: str
    year: int
    parent_id: int | None
    gemeente_id: int
    bbox: tuple[float, float, float, float]
    point: tuple[float, float]
    inhabitants: int | None = None


class Tree:
    """Every area of the installation, immutable; `rows` and `outlines` in the same order."""

    def __init__(self, rows: Sequence[AreaRow], outlines: Sequence[BaseGeometry], fingerprint: str = "") -> None:
        self.by_id = {row.id: row for row in rows}
        self.by_code = {row.code: row for row in sorted(rows, key=lambda row: row.code)}
        """In order of code."""
        self.fingerprint = fingerprint
        """Changes with any row; for ETags."""
        self._outlines = {row.id: outline for row, outline in zip(rows, outlines, strict=True)}
        self._children: dict[int, list[int]] = {}
        for row in rows:
            if row.parent_id is not None:
                self._children.setdefault(row.parent_id, []).append(row.id)
        self._chains = {row.id: self._climb(row) for row in rows}
        # The order in which areas claim a point: the smallest level first, then the lowest code.
        order = sorted(range(len(rows)), key=lambda i: (-LEVELS.index(rows[i].level), rows[i].code))
        self._claims = [(outlines[i], self._chains[rows[i].id]) for i in order]
        polygons = np.array([outlines[i] for i in order], dtype=object)
        self._index = shapely.STRtree(polygons)
        self._cells: dict[tuple[int, int], tuple[tuple[BaseGeometry | None, Chain], ...]] = {}
        self._filling = threading.Lock()
        bounds: list[float] = shapely.total_bounds(polygons).tolist() if rows else [0.0, 0.0, -1.0, -1.0]  # empty: none
        self._west, self._south, self._east, self._north = bounds
        # GEOS builds the index of a prepared polygon at its first use, without a lock: use each one
        # here, in one thread, before others see it.
        shapely.prepare(polygons)
        points = np.array([rows[i].point for i in order], dtype=float).reshape(-1, 2)
        shapely.intersects_xy(polygons, points[:, 0], points[:, 1])

    def ancestors(self, area_id: int) -> Chain:
        """The area itself first, then up to its gemeente."""
        return self._chains[area_id]

    def descendants(self, area_id: int) -> frozenset[int]:
        """Ids of the area itself and everything below it."""
        found = [area_id]
        for one in found:
            found += self._children.get(one, ())
        return frozenset(found)

    def children(self, area_id: int) -> list[AreaRow]:
        """The areas directly below, in order of code."""
        return sorted((self.by_id[one] for one in self._children.get(area_id, ())), key=lambda row: row.code)

    def wijken(self, gemeente_id: int) -> list[AreaRow]:
        """By name."""
        rows = [row for row in self.by_id.values() if row.gemeente_id == gemeente_id and row.level == "wijk"]
        return sorted(rows, key=lambda row: row.name)

    def by_wijk(self, gemeente_id: int) -> list[tuple[AreaRow, list[AreaRow]]]:
        """Every wijk with its buurten, by name; without a buurt that is called as its wijk."""
        return [
            (wijk, [below for below in self.children(wijk.id) if below.name != wijk.name])
            for wijk in self.wijken(gemeente_id)
        ]

    def gemeenten(self) -> list[AreaRow]:
        """The roots, in order of code."""
        return [row for row in self.by_code.values() if row.parent_id is None]

    def outline(self, area_id: int) -> BaseGeometry:
        """The MultiPolygon, in degrees WGS 84."""
        return self._outlines[area_id]

    def locate(self, lon: float, lat: float) -> Chain | None:
        """The areas around a point, smallest first; None outside every area.

        A border belongs to the area with the lowest code; a point in no wijk gives its gemeente alone.
        """
        if not (self._west <= lon <= self._east and self._south <= lat <= self._north):
            return None  # also NaN
        cell = (floor(lon * CELLS_PER_DEGREE), floor(lat * CELLS_PER_DEGREE))
        claims = self._cells.get(cell)
        if claims is None:
            claims = self._fill(cell)
        for outline, chain in claims:
            if outline is None or shapely.intersects_xy(outline, lon, lat):
                return chain
        return None

    def _fill(self, cell: tuple[int, int]) -> tuple[tuple[BaseGeometry | None, Chain], ...]:
        """Who may claim a point of this cell, in order; without an outline when it covers the whole cell."""
        west, south = cell[0] / CELLS_PER_DEGREE, cell[1] / CELLS_PER_DEGREE
        box = shapely.box(west, south, west + 1 / CELLS_PER_DEGREE, south + 1 / CELLS_PER_DEGREE)
        claims: list[tuple[BaseGeometry | None, Chain]] = []
        with self._filling:
            for i in np.sort(self._index.query(box, predicate="intersects")).tolist():
                outline, chain = self._claims[i]
                if shapely.covers(outline, box):
                    claims.append((None, chain))
                    break
                claims.append((outline, chain))
            if len(self._cells) >= MOST_CELLS:
                self._cells.clear()
            filled = self._cells[cell] = tuple(claims)
        return filled

    def _climb(self, row: AreaRow) -> Chain:
        chain = [row]
        while (parent_id := chain[-1].parent_id) is not None and len(chain) < len(LEVELS):
            chain.append(self.by_id[parent_id])
        return tuple(chain)


def tree() -> Tree:
    """All areas, from memory."""
    return _trees.get()


def locate(lon: float, lat: float) -> Chain | None:
    """The areas around a point in degrees WGS 84: smallest first, up to the gemeente; None outside every area."""
    return _trees.get().locate(lon, lat)


def get_area(code: str, *, gemeente_id: int | None = None) -> AreaRow:
    """One area, of one gemeente when given. Raises NotFound."""
    row = tree().by_code.get(code)
    if row is None or gemeente_id not in (None, row.gemeente_id):
        raise NotFound
    return row


def folded(text: str) -> str:
    """Without case and accents, for searching in names: `Súdwest` and `sudwest` are the same."""
    letters = unicodedata.normalize("NFKD", text.strip()).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _load() -> Tree:
    fields = ("id", "code", "name", "level", "year", "parent_id", "gemeente_id", "west", "south", "east", "north")
    rows: list[AreaRow] = []
    shapes: list[bytes] = []
    digest = hashlib.sha256()
    for *plain, lon, lat, people, shape in Area.objects.order_by("code").values_list(
        *fields, "point_lon", "point_lat", "inhabitants", "geometry"
    ):
        pk, code, name, level, year, parent_id, gemeente_id, west, south, east, north = plain
        bbox = (west, south, east, north)
        row = AreaRow(pk, code, name, level, year, parent_id, gemeente_id or pk, bbox, (lon, lat), people)
        rows.append(row)
        shapes.append(bytes(shape))
        digest.update(repr(row).encode())
        digest.update(shapes[-1])
    outlines: Any = shapely.from_wkb(np.array(shapes, dtype=object)) if shapes else ()
    return Tree(rows, list(outlines), digest.hexdigest()[:20])


_trees = Snapshot("areas", _load)
