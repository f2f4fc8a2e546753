"""Reads area files: GeoJSON and GeoPackage, in WGS 84 or RD New, with any of CBS's field names.

CBS spells one and the same field four ways: `buurtcode` (PDOK, GeoPackage), `buurt_code`,
`BU_CODE` (shapefiles) and `statcode` (gebiedsindelingen). Without case and underscores that
leaves three, plus `id`, `code` and `name` for outlines drawn by hand.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from pyproj import Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from core.areas.queries import LEVELS
from core.errors import FieldError, Invalid

NETHERLANDS_WGS84 = (3.0, 50.5, 7.5, 53.8)
NETHERLANDS_RD = (-10_000.0, 300_000.0, 290_000.0, 640_000.0)
"""(west, south, east, north), roomy: the two never overlap, so numbers tell which system they are in."""

_CODES = {
    "gemeente": (("gemeentecode", "gmcode"), re.compile(r"(?:GM)?(\d{1,4})"), "GM", 4),
    "wijk": (("wijkcode", "wkcode"), re.compile(r"(?:WK)?(\d{5,6})"), "WK", 6),
    "buurt": (("buurtcode", "bucode"), re.compile(r"(?:BU)?(\d{7,8})"), "BU", 8),
}
_NAMES = {
    "gemeente": ("gemeentenaam", "gmnaam"),
    "stadsdeel": ("stadsdeelnaam", "sdnaam"),
    "wijk": ("wijknaam", "wknaam"),
    "buurt": ("buurtnaam", "bunaam"),
}
_STADSDEEL_CODES = ("stadsdeelcode", "sdcode")
_ANY_CODE = ("statcode", "code", "id")
_ANY_NAME = ("statnaam", "naam", "name")
_OWN_CODE = re.compile(r"(?!(?:GM|WK|BU)\d)[A-Za-z0-9][A-Za-z0-9-]{1,15}")
"""A stadsdeel has no CBS code; a municipality gives its own."""
_PREFIXED = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}
_WATER = re.compile(r"BU\d{4}999[78]")
"""CBS numbers the water of a gemeente as buurt 9997 and 9998."""


@dataclass(slots=True)
class Feature:
    """One outline of a file; `outline` is None with `problem` when it cannot be used."""

    number: int
    level: str | None
    code: str
    name: str
    codes: Mapping[str, str]
    """Codes it carries of the levels around it: {"gemeente": "GM0518", "wijk": …}."""
    names: Mapping[str, str]
    year: int | None
    inhabitants: int | None
    is_water: bool
    outline: BaseGeometry | None
    problem: str = ""
    repaired: bool = False


@dataclass(slots=True)
class AreaFile:
    """What a file holds of one level; `others` counts features of other levels, by level."""

    features: list[Feature]
    others: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Raw:
    properties: Mapping[str, Any]
    outline: BaseGeometry | None
    problem: str = ""


def wrong_file(code: str, detail: str) -> Invalid:
    return Invalid(FieldError("file", code, detail), message=detail)


def read_area_file(path: Path, *, level: str) -> AreaFile:
    """The features of one level, as valid MultiPolygons in degrees WGS 84. Raises Invalid with advice."""
    raws, declared = _raw_features(path, level)
    if not raws:
        raise wrong_file("empty", _("%(file)s holds no areas. Download the file again.") % {"file": path.name})
    _to_wgs84(raws, declared, path)
    features = [_feature(number, raw, level, path) for number, raw in enumerate(raws, start=1)]
    found = [one for one in features if one.level == level]
    others: dict[str, int] = {}
    for one in features:
        if one.level is not None and one.level != level:
            others[one.level] = others.get(one.level, 0) + 1
    unknown = [one for one in features if one.level is None]
    if not found and others:
        present = max(others, key=lambda one: others[one])
        raise wrong_file(
            "wrong-level",
            _("%(file)s holds areas of level %(present)s and none of level %(level)s. Use --level %(present)s.")
            % {"file": path.name, "present": present, "level": level},
        )
    if not found:
        raise wrong_file(
            "no-codes",
            _("No area in %(file)s has a code of level %(level)s. Expected a field such as %(fields)s.")
            % {"file": path.name, "level": level, "fields": ", ".join(_expected_fields(level))},
        )
    return AreaFile(found + unknown, others)


def _expected_fields(level: str) -> tuple[str, ...]:
    return (*(_STADSDEEL_CODES if level == "stadsdeel" else _CODES[level][0]), "statcode")


# --- the container: GeoJSON or GeoPackage ------------------------------------------------------


def _raw_features(path: Path, level: str) -> tuple[list[_Raw], int | None]:
    """All features (of the matching layers) and the EPSG number the file declares, if any."""
    name = {"file": path.name}
    if not path.exists():
        raise wrong_file("missing", _("There is no file %(path)s. Check the path.") % {"path": str(path)})
    if path.is_dir():
        raise wrong_file("directory", _("%(path)s is a folder. Name the file in it.") % {"path": str(path)})
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
    except OSError as error:
        raise wrong_file(
            "unreadable", _("%(file)s cannot be read: %(why)s.") % {**name, "why": error.strerror or error}
        ) from error
    if not start.strip():
        raise wrong_file("empty", _("%(file)s is empty. Download it again.") % name)
    if start.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf")):
        raise wrong_file("zip", _("%(file)s is packed. Unpack it first and import the .gpkg or .geojson in it.") % name)
    if start.startswith(b"\x00\x00\x27\x0a"):
        raise wrong_file(
            "shapefile", _("%(file)s is a shapefile. Download the GeoPackage or GeoJSON of the same data.") % name
        )
    if start.startswith(b"SQLite format 3\x00"):
        return _read_geopackage(path, level)
    return _read_geojson(path)


def _read_geojson(path: Path) -> tuple[list[_Raw], int | None]:
    name = {"file": path.name}
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise wrong_file(
            "not-json", _("%(file)s is not GeoJSON or GeoPackage. Download the data in one of those formats.") % name
        ) from error
    kind = content.get("type") if isinstance(content, dict) else None
    features = [content] if kind == "Feature" else content.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list):
        raise wrong_file(
            "not-geojson",
            _("%(file)s is JSON, but not a GeoJSON FeatureCollection. Download the data as GeoJSON.") % name,
        )
    raws = []
    for feature in features:
        one = feature if isinstance(feature, dict) else {}
        properties = one.get("properties")
        properties = dict(properties) if isinstance(properties, dict) else {}
        if "id" in one:
            properties.setdefault("id", one["id"])
        raws.append(_raw(properties, one.get("geometry"), _from_geojson))
    return raws, _declared_in_geojson(content.get("crs"))


def _from_geojson(geometry: Any) -> BaseGeometry:
    return shapely.from_geojson(json.dumps(geometry, allow_nan=False))


def _declared_in_geojson(crs: Any) -> int | None:
    """`{"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}`, from before RFC 7946."""
    found = re.search(r"EPSG\D+(?:[\d.]+:)?(\d{4,6})\b", json.dumps(crs)) if crs else None
    return int(found[1]) if found else None


def _read_geopackage(path: Path, level: str) -> tuple[list[_Raw], int | None]:
    broken = wrong_file(
        "not-geopackage", _("%(file)s is not a readable GeoPackage. Download it again.") % {"file": path.name}
    )
    try:
        # Not immutable: a reader may then see a half-written page; mode=ro never writes beside the file.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            layers = database.execute(
                "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id"
                " FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name)"
                " LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
                " WHERE c.data_type = 'features' ORDER BY c.table_name"
            ).fetchall()
            read = {layer: _read_layer(database, layer, column) for layer, column, *_srs in layers}
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise broken from error
    declared = {layer: number for layer, _column, organisation, number in layers if str(organisation).upper() == "EPSG"}
    matching = [layer for layer, raws in read.items() if any(_level_of(raw.properties, level) == level for raw in raws)]
    systems = {declared.get(layer) for layer in matching}
    if len(systems) > 1:
        raise wrong_file(
            "several-systems",
            _("The layers of %(file)s use different coordinate systems. Export the one you need to its own file.")
            % {"file": path.name},
        )
    chosen = matching or list(read)
    return [raw for layer in chosen for raw in read[layer]], declared.get(chosen[0]) if chosen else None


def _read_layer(database: sqlite3.Connection, layer: str, geometry_column: str) -> list[_Raw]:
    quoted = layer.replace('"', '""')
    cursor = database.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608  a table of the file itself, quoted
    columns = [column[0] for column in cursor.description]
    raws = []
    for row in cursor:
        properties = dict(zip(columns, row, strict=True))
        raws.append(_raw(properties, properties.pop(geometry_column, None), _from_geopackage))
    return raws


def _from_geopackage(blob: Any) -> BaseGeometry:
    """GeoPackage binary (OGC 12-128r18, 2.1.3): "GP", version, flags, srs id, envelope, then WKB."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        raise ValueError
    flags = blob[3]
    envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get(flags >> 1 & 0b111)
    if envelope is None or flags & 0b100000:
        raise ValueError
    return shapely.from_wkb(blob[8 + envelope :])


def _raw(properties: Mapping[str, Any], geometry: Any, read: Callable[[Any], BaseGeometry]) -> _Raw:
    if geometry is None:
        return _Raw(properties, None, _("it has no outline"))
    try:
        outline = shapely.force_2d(read(geometry))
    except (ValueError, TypeError, RecursionError, GEOSException):
        return _Raw(properties, None, _("its outline cannot be read"))
    if outline is None or shapely.is_empty(outline):
        return _Raw(properties, None, _("it has no outline"))
    if not np.isfinite(shapely.get_coordinates(outline)).all():
        return _Raw(properties, None, _("its outline has coordinates that are not numbers"))
    return _Raw(properties, outline)


# --- coordinates -------------------------------------------------------------------------------


def _to_wgs84(raws: Iterable[_Raw], declared: int | None, path: Path) -> None:
    """Bring all outlines to degrees WGS 84, in place.

    The numbers themselves tell WGS 84 from RD New, and a latitude from a longitude: files that
    declare the wrong system, or nothing, are common. Any other declared EPSG system is converted.
    """
    usable = [raw for raw in raws if raw.outline is not None]
    if not usable:
        return
    outlines = np.array([raw.outline for raw in usable], dtype=object)
    x, y = np.median(shapely.get_coordinates(outlines), axis=0).tolist()
    if _inside(x, y, NETHERLANDS_WGS84):
        return
    if _inside(y, x, NETHERLANDS_WGS84):
        moved = shapely.transform(outlines, lambda pairs: pairs[:, ::-1])
    else:
        system = 28992 if _inside(x, y, NETHERLANDS_RD) else declared
        try:
            if system is None:
                raise CRSError("The file declares no system.")
            transformer = Transformer.from_crs(system, 4326, always_xy=True)
            moved = shapely.transform(
                outlines, lambda pairs: np.column_stack(transformer.transform(pairs[:, 0], pairs[:, 1], errcheck=True))
            )
        except ProjError as error:
            raise wrong_file(
                "unknown-system",
                _("The coordinates of %(file)s are not in WGS 84 or RD New. Download the data in one of those.")
                % {"file": path.name},
            ) from error
    for raw, outline in zip(usable, moved, strict=True):
        raw.outline = outline


def _inside(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _clean(outline: BaseGeometry) -> tuple[BaseGeometry | None, bool]:
    """A valid MultiPolygon (None when no surface is left), and whether that took a repair."""
    repaired = False
    if not shapely.is_valid(outline):
        outline, repaired = shapely.make_valid(outline), True
    pieces = list(_polygons(outline))
    if not pieces:
        return None, repaired
    whole = shapely.multipolygons(pieces)
    if not shapely.is_valid(whole):
        whole = shapely.multipolygons(list(_polygons(shapely.union_all(pieces))))
        repaired = True
    return whole, repaired


def _polygons(outline: BaseGeometry) -> Iterator[BaseGeometry]:
    if outline.geom_type == "Polygon":
        if outline.area > 0:
            yield outline
    elif outline.geom_type in {"MultiPolygon", "GeometryCollection"}:
        for part in shapely.get_parts(outline):
            yield from _polygons(part)


def joined(outlines: Iterable[BaseGeometry]) -> BaseGeometry:
    """The union as one MultiPolygon."""
    return shapely.multipolygons(list(_polygons(shapely.union_all(list(outlines)))))


# --- fields ------------------------------------------------------------------------------------


def _feature(number: int, raw: _Raw, level: str, path: Path) -> Feature:
    fields = _plain(raw.properties)
    own = _level_of(raw.properties, level)
    codes = {one: code for one in LEVELS if (code := _code(fields, one))}
    names = {one: name for one in LEVELS if (name := _text(fields, *_NAMES[one]))}
    code = codes.get(level) or (_code_by_any_name(fields, level) if own == level else "") or ""
    feature = Feature(
        number=number,
        level=own,
        code=code,
        name=(names.get(level) or _text(fields, *_ANY_NAME))[:120],
        codes=codes,
        names=names,
        year=_year(fields, path),
        inhabitants=_inhabitants(fields),
        is_water=_text(fields, "water", "h2o").upper() in {"JA", "B"} or bool(_WATER.fullmatch(code)),
        outline=None,
        problem=raw.problem,
    )
    if own is None:
        feature.code = _text(fields, *_expected_fields(level), *_ANY_CODE)[:40]
        feature.problem = _("it has no code of level %(level)s") % {"level": level}
    elif own == level and raw.outline is not None:
        feature.outline, feature.repaired = _clean(raw.outline)
        if feature.outline is None:
            feature.problem = _("its outline is not a surface")
        elif not _inside(feature.outline.centroid.x, feature.outline.centroid.y, NETHERLANDS_WGS84):
            feature.outline, feature.problem = None, _("it does not lie in the Netherlands")
    return feature


def _plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower().replace("_", ""): value for key, value in properties.items()}


def _text(fields: Mapping[str, Any], *keys: str) -> str:
    """The first filled field; CBS writes a large negative number or a dot where it has no value."""
    for key in keys:
        value = fields.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, str | int) or isinstance(value, bool):
            continue
        text = "".join(letter for letter in str(value) if letter.isprintable()).strip()
        if text and text != "." and not re.fullmatch(r"-9{4,}\d*", text):
            return text
    return ""


def _code(fields: Mapping[str, Any], level: str) -> str:
    if level == "stadsdeel":
        text = _text(fields, *_STADSDEEL_CODES)
        return text if _OWN_CODE.fullmatch(text) else ""
    keys, pattern, prefix, digits = _CODES[level]
    found = pattern.fullmatch(_text(fields, *keys).upper())
    return prefix + found[1].zfill(digits) if found else ""


def _code_by_any_name(fields: Mapping[str, Any], level: str) -> str:
    for key in _ANY_CODE:
        text = _text(fields, key)
        if level == "stadsdeel":
            if _OWN_CODE.fullmatch(text):
                return text
        elif re.fullmatch(rf"{_CODES[level][2]}\d{{{_CODES[level][3]}}}", text.upper()):
            return text.upper()
    return ""


def _level_of(properties: Mapping[str, Any], wanted: str) -> str | None:
    """The level a feature itself has: the smallest it carries a code of, for it carries its parents' codes too."""
    fields = _plain(properties)
    # A `statcode` is the area's own code and says more than codes of areas around it.
    for key in _ANY_CODE:
        code = _text(fields, key).upper()
        if (level := _PREFIXED.get(code[:2])) and _code_by_any_name({key: code}, level):
            return level
    for level in ("buurt", "wijk"):
        if _code(fields, level):
            return level
    if wanted == "stadsdeel" and (_code(fields, wanted) or _code_by_any_name(fields, wanted)):
        return wanted
    return "gemeente" if _code(fields, "gemeente") else None


def _inhabitants(fields: Mapping[str, Any]) -> int | None:
    """None where CBS does not publish it."""
    text = _text(fields, "aantalinwoners", "inwoners")
    return int(text) if re.fullmatch(r"\d{1,8}", text) else None


def _year(fields: Mapping[str, Any], path: Path) -> int | None:
    for text in (_text(fields, "jaar", "year"), _text(fields, "jrstatcode")[:4], path.stem):
        if found := re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text):
            return int(found[0])
    return None
