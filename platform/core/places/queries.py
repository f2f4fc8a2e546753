"""Finding a place in words: what was typed, what is around a point.

Addresses and streets come from the Locatieserver (`core.places.locatieserver`), quarters from our own area tree, so
that something is found also when the Locatieserver is off, slow or gone. Then `available` is False, nothing is
raised, and nobody waits longer than `upstream.PATIENCE` seconds.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from core.areas.queries import LEVELS, AreaRow, folded, tree
from core.places import locatieserver, upstream
from core.places.locatieserver import Doc
from core.places.upstream import Unavailable

AREA = "area-"
"""In front of the code of one of our own areas it is the id of a place."""
MOST_QUARTERS = 3
"""Of our own quarters among addresses, unless there are few of those."""
KINDS = {"adres": "address", "weg": "street", "postcode": "postcode"}
Point = tuple[float, float]
"""(lon, lat), degrees WGS 84."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something with a name. `kind`: address, street, postcode, stadsdeel, wijk or buurt; `label` as shown to people.

    `id` is for `lookup`; `point` is the middle of it, and may be missing in suggestions.
    """

    id: str
    label: str
    kind: str
    point: Point | None


@dataclass(frozen=True, slots=True)
class Street:
    """A street near a point: `point` lies in its middle, `distance` in metres to its nearest part."""

    name: str
    point: Point
    distance: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`available`: whether addresses were searched too, or only our own quarters."""

    available: bool
    results: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """`place` is None when nothing has this id, or when `available` is False and we cannot know."""

    available: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class Streets:
    available: bool
    results: tuple[Street, ...]
    """Nearest first."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is at a point: the nearest address, and the streets near it, nearest first."""

    available: bool
    address: Place | None
    streets: tuple[Street, ...]


def suggest(q: str, gemeente: AreaRow | None, *, limit: int = 7) -> Suggestions:
    """Addresses, streets, postcodes and quarters of one gemeente (None: of any here) for what was typed, best first."""
    areas = _areas(q, gemeente, limit=limit)
    try:
        docs = locatieserver.suggest(q, [gemeente.code] if gemeente else [], rows=limit)
    except Unavailable:
        return Suggestions(False, areas)
    found = [place for doc in docs if (place := _place(doc)) is not None]
    quarters = areas[: max(MOST_QUARTERS, limit - len(found))]
    return Suggestions(True, (*found[: max(0, limit - len(quarters))], *quarters))


def lookup(place_id: str) -> Lookup:
    """The place that `suggest` gave, with its point."""
    if place_id.startswith(AREA):
        area = tree().by_code.get(place_id.removeprefix(AREA))
        return Lookup(True, _quarter(area) if area else None)
    try:
        doc = locatieserver.lookup(place_id)
    except Unavailable:
        return Lookup(False, None)
    return Lookup(True, _place(doc) if doc else None)


def streets_near(lon: float, lat: float, gemeente: AreaRow | None = None, *, limit: int = 8) -> Streets:
    """The streets around a point, of one gemeente (None: of any of this installation)."""
    try:
        return Streets(True, _streets(lon, lat, gemeente, limit=limit))
    except Unavailable:
        return Streets(False, ())


def around(lon: float, lat: float, gemeente: AreaRow | None = None, *, limit: int = 8) -> Around:
    """The nearest address and the streets around a point; both within the time for one."""
    until = time.monotonic() + upstream.PATIENCE
    try:
        doc = locatieserver.address_at(lon, lat)
        streets = _streets(lon, lat, gemeente, limit=limit, patience=until - time.monotonic())
    except Unavailable:
        return Around(False, None, ())
    return Around(True, _place(doc) if doc and _is_here(doc, gemeente) else None, streets)


def gemeente_at(lon: float, lat: float) -> str:
    """The name of the municipality around a point of the Netherlands; empty when nobody tells in time."""
    try:
        doc = locatieserver.gemeente_at(lon, lat)
    except Unavailable:
        return ""
    return doc.town if doc else ""


def _streets(
    lon: float, lat: float, gemeente: AreaRow | None, *, limit: int, patience: float | None = None
) -> tuple[Street, ...]:
    docs = locatieserver.streets_at(lon, lat, rows=2 * limit, patience=patience)
    found: dict[str, Street] = {}
    for doc in docs:
        if doc.type == "weg" and doc.point and _is_here(doc, gemeente):
            name = doc.street or doc.name
            found.setdefault(name, Street(name, doc.point, round(doc.distance)))
    return tuple(found.values())[:limit]


def _is_here(doc: Doc, gemeente: AreaRow | None) -> bool:
    if not doc.gemeente:
        return True
    return doc.gemeente == gemeente.code if gemeente else doc.gemeente in tree().by_code


def _place(doc: Doc) -> Place | None:
    kind = KINDS.get(doc.type)
    return Place(doc.id, doc.name, kind, doc.point) if kind else None


def _areas(q: str, gemeente: AreaRow | None, *, limit: int) -> tuple[Place, ...]:
    """Our own quarters with this in their name: those with a word that starts so first, large before small."""
    wanted = folded(q)
    if not wanted:
        return ()
    rows = [tree().by_id[one] for one in tree().descendants(gemeente.id)] if gemeente else tree().by_code.values()
    found = [(folded(row.name), row) for row in rows if row.level != "gemeente" or gemeente is None]
    found = [(name, row) for name, row in found if wanted in name]
    found.sort(key=lambda one: (f" {wanted}" not in f" {one[0]}", LEVELS.index(one[1].level), one[1].name))
    return tuple(_quarter(row) for _name, row in found[:limit])


def _quarter(row: AreaRow) -> Place:
    above = tree().by_id.get(row.parent_id) if row.parent_id is not None else None
    return Place(AREA + row.code, f"{row.name}, {above.name}" if above else row.name, row.level, row.point)
