"""Imports areas: one level of one file, in one transaction, as often as you like.

    import_areas(path=Path("wijken.gpkg"), level="wijk", now=now)

The tree follows from the codes (BU05183601 → WK051836 → GM0518). A gemeente that is missing is
made from its parts and grows with them until its own outline is imported; a wijk that comes
after its buurten adopts them; a stadsdeel takes in the wijken that lie in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import shapely
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from core.areas.formats import Feature, joined, read_area_file, wrong_file
from core.areas.models import Area
from core.areas.queries import LEVELS
from core.errors import Conflict, FieldError, Invalid

after_import: list[Callable[[set[int]], None]] = []
"""Called in the import's transaction with the ids of the gemeenten in the file; must be idempotent."""

Progress = Callable[[str, int, int], None]
"""`progress(step, done, total)`; steps are "read", "check" and "save"."""

_VALUES = [
    "name", "level", "year", "inhabitants", "parent_id", "gemeente_id", "geometry", "is_derived",
    "west", "south", "east", "north", "point_lon", "point_lat",
]  # fmt: skip
_WRITTEN = [name.removesuffix("_id") for name in _VALUES]
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Unusable:
    """A feature that was left out: its code, or "#7" for the seventh of the file, and why."""

    code: str
    reason: str


@dataclass(slots=True)
class Imported:
    """What an import did. `changed` counts rows; `repaired` holds the codes whose outline was mended."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    water: int = 0
    elsewhere: int = 0
    """Features of other gemeenten, left out by `parent`."""
    repaired: list[str] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    made_gemeenten: list[str] = field(default_factory=list)
    gemeente_ids: set[int] = field(default_factory=set)

    @property
    def changed(self) -> int:
        return self.created + self.updated


@dataclass(slots=True)
class _Part:
    """One area to write: the features of the same code together."""

    code: str
    name: str
    year: int | None
    inhabitants: int | None
    gemeente_code: str
    stadsdeel_code: str
    outline: BaseGeometry


def import_areas(
    *,
    path: Path,
    level: str,
    now: datetime,
    year: int | None = None,
    parent: str | None = None,
    progress: Progress = lambda _step, _done, _total: None,
) -> Imported:
    """Import the features of `level` from `path`; `parent` limits them to one gemeente, stadsdeel or wijk.

    Raises Invalid (with advice; nothing is imported) when the file or an option is wrong, Conflict when
    another import ran meanwhile. Features that cannot be used are left out and listed in the answer.
    """
    if level not in LEVELS:
        detail = _("There is no level %(level)s. Use %(levels)s.") % {"level": level, "levels": ", ".join(LEVELS)}
        raise Invalid(FieldError("level", "unknown-level", detail), message=detail)
    found = read_area_file(path, level=level)
    progress("read", len(found.features), len(found.features))
    done = Imported()
    with transaction.atomic():
        existing = {area.code: area for area in Area.objects.all()}
        above = _parent(parent, level, existing)
        parts, gemeente_names = _usable(found.features, level, above, parent, path, done)
        try:
            _Writing(existing, level, year, above, now, progress).write(parts, gemeente_names, done)
        except IntegrityError as error:
            raise Conflict(
                _("Another import ran at the same time. Nothing was imported; run the command again.")
            ) from error
        for hook in after_import:
            hook(set(done.gemeente_ids))
    return done


def _parent(code: str | None, level: str, existing: dict[str, Area]) -> Area | None:
    """The area named by `parent`; a gemeente need not exist yet."""
    if code is None:
        return None
    area = existing.get(code)
    if area is None and not (code.startswith("GM") and len(code) == 6 and code[2:].isdigit()):
        detail = _("There is no area %(code)s. Import it first, or name a gemeente such as GM0518.") % {"code": code}
        raise Invalid(FieldError("parent", "unknown-parent", detail), message=detail)
    if area is not None and level != "gemeente" and LEVELS.index(area.level) >= LEVELS.index(level):
        detail = _("%(code)s is a %(above)s and cannot hold a %(level)s.") % {
            "code": code,
            "above": area.level,
            "level": level,
        }
        raise Invalid(FieldError("parent", "wrong-parent", detail), message=detail)
    return area


def _usable(
    features: Iterable[Feature], level: str, above: Area | None, parent: str | None, path: Path, done: Imported
) -> tuple[list[_Part], dict[str, str]]:
    """One part per code, and the names of the gemeenten around them; the rest is counted in `done`."""
    parts: dict[str, _Part] = {}
    names: dict[str, str] = {}
    more: dict[str, list[BaseGeometry]] = {}
    present: set[str] = set()
    for one in features:
        gemeente = _gemeente_code(one, level, above, parent)
        label = one.code or f"#{one.number}"
        if one.is_water:
            done.water += 1
            continue
        if gemeente:
            present.add(gemeente)
        if parent is not None and one.level == level and not _belongs(one, gemeente, above, parent):
            done.elsewhere += 1
            continue
        if one.outline is None:
            done.unusable.append(Unusable(label, one.problem))
            continue
        if not gemeente:
            done.unusable.append(Unusable(label, _("its gemeente is not known; name it with --parent")))
            continue
        if one.repaired:
            done.repaired.append(one.code)
        if one.code in parts:
            more.setdefault(one.code, [parts[one.code].outline]).append(one.outline)
            continue
        names.setdefault(gemeente, one.names.get("gemeente", ""))
        parts[one.code] = _Part(
            one.code, one.name, one.year, one.inhabitants, gemeente, one.codes.get("stadsdeel", ""), one.outline
        )
    for code, outlines in more.items():
        parts[code].outline = joined(outlines)
    if not parts:
        if parent is not None and done.elsewhere:
            detail = _("%(file)s holds nothing of %(parent)s. It holds %(present)s.") % {
                "file": path.name,
                "parent": parent,
                "present": ", ".join(sorted(present)[:5]) + (" …" if len(present) > 5 else ""),
            }
            raise wrong_file("nothing-of-parent", detail)
        first = done.unusable[0] if done.unusable else Unusable("", _("it is all water"))
        raise wrong_file(
            "nothing-usable",
            _("Nothing in %(file)s can be used. The first problem: %(code)s %(reason)s.")
            % {"file": path.name, "code": first.code, "reason": first.reason},
        )
    return [parts[code] for code in sorted(parts)], names


def _gemeente_code(one: Feature, level: str, above: Area | None, parent: str | None) -> str:
    """The code's own digits say it; only a stadsdeel needs a field or `parent`."""
    if level == "gemeente":
        return one.code
    if level in {"wijk", "buurt"}:
        return f"GM{one.code[2:6]}" if one.code else one.codes.get("gemeente", "")
    if code := one.codes.get("gemeente"):
        return code
    return above.code if above is not None and above.level == "gemeente" else parent or ""


def _belongs(one: Feature, gemeente: str, above: Area | None, parent: str) -> bool:
    if above is None or above.level == "gemeente":
        return gemeente == parent
    if above.level == "wijk":
        return one.code[2:8] == above.code[2:8]
    if stadsdeel := one.codes.get("stadsdeel"):
        return stadsdeel == parent
    return one.outline is not None and bool(
        shapely.intersects(shapely.from_wkb(bytes(above.geometry)), one.outline.point_on_surface())
    )


class _Writing:
    """One import's rows: compared in memory, written in a few statements, the tree mended after."""

    def __init__(
        self,
        existing: dict[str, Area],
        level: str,
        year: int | None,
        above: Area | None,
        now: datetime,
        progress: Progress,
    ) -> None:
        self.areas = existing
        self.level = level
        self.year = year
        self.above = above
        self.now = now
        self.progress = progress
        self.before = {code: _values(area) for code, area in existing.items()}
        self.stored = dict(self.before)

    def write(self, parts: list[_Part], gemeente_names: dict[str, str], done: Imported) -> None:
        if self.level != "gemeente":
            done.made_gemeenten = [code for code in gemeente_names if code not in self.areas]
            self._make_gemeenten(parts, gemeente_names)
        for count, part in enumerate(parts, start=1):
            if count % 50 == 0 or count == len(parts):
                self.progress("check", count, len(parts))
            known = self.areas.get(part.code)
            if known is not None and known.level != self.level:
                done.unusable.append(
                    Unusable(part.code, _("this code belongs to a %(level)s already") % {"level": known.level})
                )
                continue
            area = self.areas[part.code] = known or Area(code=part.code)
            area.name = part.name or area.name or part.code
            area.level = self.level
            area.year = self.year or part.year or area.year or self.now.year
            if part.inhabitants is not None:  # a file without figures leaves those that are known
                area.inhabitants = part.inhabitants
            area.is_derived = False
            self._outline(area, part.outline)
            if self.level != "gemeente":
                area.gemeente = self.areas[part.gemeente_code]
        self._save()
        mine = {self.areas[code].pk for code in gemeente_names if code in self.areas}
        self._attach(mine, {part.code: part.stadsdeel_code for part in parts})
        self._grow(mine)
        self._save()
        done.gemeente_ids = mine
        for area in (self.areas[part.code] for part in parts):
            if area.level == self.level:
                before = self.before.get(area.code)
                done.created += before is None
                done.updated += before is not None and before != _values(area)
                done.unchanged += before == _values(area)

    def _make_gemeenten(self, parts: list[_Part], names: dict[str, str]) -> None:
        """Missing roots, for now with the first part's outline: `_grow` gives them their own."""
        first = {part.gemeente_code: part for part in reversed(parts)}
        for code, name in names.items():
            part = first[code]
            area = self.areas.get(code)
            if area is None:
                area = self.areas[code] = Area(code=code, name=code, level="gemeente", is_derived=True)
                area.year = self.year or part.year or self.now.year
                self._outline(area, part.outline)
            if area.is_derived and name:
                area.name = name[:120]
        self._save()

    def _attach(self, gemeente_ids: set[int], stadsdelen: dict[str, str]) -> None:
        """Give every area of these gemeenten its parent."""
        inside: dict[int, list[Area]] = {pk: [] for pk in gemeente_ids}
        for area in self.areas.values():
            if area.gemeente_id in inside and area.level != "gemeente":
                inside[area.gemeente_id].append(area)
        by_id = {area.pk: area for area in self.areas.values()}
        for gemeente_id, areas in inside.items():
            districts = sorted((area for area in areas if area.level == "stadsdeel"), key=lambda area: area.code)
            outlines = [shapely.from_wkb(bytes(area.geometry)) for area in districts]
            for area in areas:
                parent = by_id[gemeente_id]
                if area.level == "buurt":
                    parent = self.areas.get(f"WK{area.code[2:8]}", parent)
                if area.level in {"wijk", "buurt"} and parent.level == "gemeente" and districts:
                    parent = self._district(area, stadsdelen.get(area.code), by_id, districts, outlines) or parent
                if area.parent_id != parent.pk:
                    area.parent = parent

    def _district(
        self,
        area: Area,
        said: str | None,
        by_id: dict[int, Area],
        districts: list[Area],
        outlines: list[BaseGeometry],
    ) -> Area | None:
        """The stadsdeel of a wijk: as the file or `parent` says, else where it was, else where it lies."""
        if said is not None and self.above is not None and self.above.level == "stadsdeel":
            return self.above
        if said and self.areas.get(said) in districts:
            return self.areas[said]
        if area.parent_id is not None and by_id[area.parent_id] in districts:
            return by_id[area.parent_id]
        for district, outline in zip(districts, outlines, strict=True):
            if shapely.intersects_xy(outline, area.point_lon, area.point_lat):
                return district
        return None

    def _grow(self, gemeente_ids: set[int]) -> None:
        """A gemeente without an outline of its own is the union of what lies directly below it, with its people."""
        for gemeente in [area for area in self.areas.values() if area.pk in gemeente_ids and area.is_derived]:
            below = sorted((a for a in self.areas.values() if a.parent_id == gemeente.pk), key=lambda area: area.code)
            self._outline(gemeente, joined(shapely.from_wkb(bytes(area.geometry)) for area in below))
            people = [area.inhabitants for area in below]
            gemeente.inhabitants = sum(one or 0 for one in people) if None not in people else None

    def _outline(self, area: Area, outline: BaseGeometry) -> None:
        geometry = shapely.to_wkb(outline, byte_order=1, include_srid=False)
        if area.geometry and bytes(area.geometry) == geometry:
            return
        area.geometry = geometry
        area.west, area.south, area.east, area.north = outline.bounds
        point = outline.point_on_surface()
        area.point_lon, area.point_lat = point.x, point.y

    def _save(self) -> None:
        """Write what differs from the database; a new root points at itself, so it is written twice."""
        fresh = [area for area in self.areas.values() if area._state.adding]
        if fresh:
            Area.objects.bulk_create(fresh, batch_size=_BATCH)
        for area in fresh:
            self.stored[area.code] = _values(area)
            if area.level == "gemeente":
                area.gemeente = area
        changed = [area for code, area in self.areas.items() if self.stored[code] != _values(area)]
        for start in range(0, len(changed), _BATCH):
            some = changed[start : start + _BATCH]
            Area.objects.bulk_create(some, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN)
        self.stored.update((area.code, _values(area)) for area in changed)
        if fresh or changed:
            self.progress("save", len(fresh) + len(changed), len(fresh) + len(changed))


def _values(area: Area) -> tuple[object, ...]:
    return tuple(bytes(v) if isinstance(v := getattr(area, name), memoryview) else v for name in _VALUES)
