"""What belongs together: which areas' news, wins and events stand on the page of an area."""

from __future__ import annotations

from core.areas.queries import AreaRow, tree

LEVELS = ("stadsdeel", "wijk", "buurt")
"""Areas that pages are about; what is of the municipality is for everyone."""


def areas_shown(area_id: int) -> frozenset[int]:
    """The one rule of every list by area: what is of the area itself, of all in it, and of the wijk around it."""
    known = tree()
    around = {one.id for one in known.ancestors(area_id) if one.level == "wijk"}
    return known.descendants(area_id) | around


def area_called(code: str, gemeente_id: int | None) -> AreaRow | None:
    """The area of this municipality with this code, if pages are about it. From memory."""
    found = tree().by_code.get(code)
    fits = found is not None and found.gemeente_id == gemeente_id and found.level in LEVELS
    return found if fits else None


def whole_name(area: AreaRow) -> str:
    """A quarter after its wijk, for many have the name of another: "Westerwijk – Haven"."""
    inside = [one.name for one in tree().ancestors(area.id) if one.level in LEVELS and one.level != "stadsdeel"]
    return " – ".join(reversed(inside)) or area.name
