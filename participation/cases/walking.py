"""In which order to walk past places. Pure.

Nearest neighbour first, then 2-opt: stretches of the walk are turned round while that makes it shorter.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, hypot, radians

Place = tuple[float, float]
"""(lon, lat) in degrees WGS 84."""

METRES_PER_DEGREE = 111_195.0
DETOUR = 1.3
"""Streets are about so much longer than the straight line."""


def shortest_walk(places: Sequence[Place | None], start: Place | None = None) -> list[int]:
    """Indexes of `places` in the order to walk; it begins near `start`, or wherever that is shortest.

    What has no place comes last, in the order given. The same input gives the same walk.
    """
    known = [index for index, place in enumerate(places) if place is not None]
    without = [index for index, place in enumerate(places) if place is None]
    if not known:
        return without
    points = _flat([place for place in places if place is not None], start)
    if start is None:
        walks = (_improved(_nearest(points, first), points, fixed=0) for first in range(len(points)))
        best = min(walks, key=lambda walk: (_length(walk, points), walk))
    else:
        origin = len(points) - 1  # the start is the last point
        best = _improved(_nearest(points, origin), points, fixed=1)[1:]
    return [known[index] for index in best] + without


def metres(places: Sequence[Place | None], start: Place | None = None) -> int:
    """About how far it is along these places in this order, through streets."""
    points = _flat([place for place in (start, *places) if place is not None], None)
    return round(_length(range(len(points)), points) * DETOUR)


def _flat(places: Sequence[Place], start: Place | None) -> list[Place]:
    """Metres on a plane: true enough within a town."""
    every = [*places, *([start] if start else [])]
    if not every:
        return []
    middle = sum(lat for _lon, lat in every) / len(every)
    wide = METRES_PER_DEGREE * cos(radians(middle))
    return [(lon * wide, lat * METRES_PER_DEGREE) for lon, lat in every]


def _far(one: Place, other: Place) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _length(walk: Sequence[int], points: Sequence[Place]) -> float:
    return sum(_far(points[a], points[b]) for a, b in pairwise(walk))


def _nearest(points: Sequence[Place], first: int) -> list[int]:
    walk, left = [first], set(range(len(points))) - {first}
    while left:
        here = points[walk[-1]]
        following = min(left, key=lambda index: (_far(here, points[index]), index))
        walk.append(following)
        left.remove(following)
    return walk


def _improved(walk: list[int], points: Sequence[Place], *, fixed: int) -> list[int]:
    """2-opt on an open path; the first `fixed` places stay where they are."""
    better = True
    while better:
        better = False
        for i in range(fixed, len(walk) - 1):
            for j in range(i + 1, len(walk)):
                before = _far(points[walk[i - 1]], points[walk[i]]) if i else 0.0
                after = _far(points[walk[j]], points[walk[j + 1]]) if j + 1 < len(walk) else 0.0
                turned_before = _far(points[walk[i - 1]], points[walk[j]]) if i else 0.0
                turned_after = _far(points[walk[i]], points[walk[j + 1]]) if j + 1 < len(walk) else 0.0
                if turned_before + turned_after < before + after - 1e-9:
                    walk[i : j + 1] = reversed(walk[i : j + 1])
                    better = True
    return walk
