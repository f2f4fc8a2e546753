"""Finding a place in words: what was typed, what is around a point.

Addresses and streets come from the Locatieserver (`core.places.locatieserver`), quarters from our own area tree, so
that something is found also when the Locatieserver is off, slow or gone. Then `available` is False, nothing is
raised, and nobody waits longer than `upstream.PATIENCE` seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.areas.queries import AreaRow

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
    """Addresses, streets, postcodes and quarters of one gemeente (None: of any) for what was typed."""
    return Suggestions(False, ())


def lookup(place_id: str) -> Lookup:
    """The place that `suggest` gave, with its point."""
    return Lookup(False, None)


def streets_near(lon: float, lat: float, gemeente: AreaRow | None = None, *, limit: int = 8) -> Streets:
    """The streets around a point, of one gemeente (None: of any of this installation)."""
    return Streets(False, ())


def around(lon: float, lat: float, gemeente: AreaRow | None = None, *, limit: int = 8) -> Around:
    """The nearest address and the streets around a point."""
    return Around(False, None, ())
