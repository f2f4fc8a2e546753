"""Small areas to build with, and files as they come from elsewhere."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import call_command
from pyproj import Transformer
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from core.areas.models import Area
from core.areas.queries import LEVELS

PREFIXES = {"GM": "gemeente", "SD": "stadsdeel", "WK": "wijk", "BU": "buurt"}
TO_RD = Transformer.from_crs(4326, 28992, always_xy=True)


def make_area(code: str, outline: BaseGeometry | None = None, parent: Area | None = None, name: str = "") -> Area:
    """An area as the import would store it; a square degree-tenth at 5 E, 52 N unless said otherwise."""
    shape = outline if outline is not None else box(5.0, 52.0, 5.1, 52.1)
    multi = shape if shape.geom_type == "MultiPolygon" else MultiPolygon([shape])
    point = multi.point_on_surface()
    west, south, east, north = multi.bounds
    area = Area.objects.create(
        code=code, name=name or code, level=PREFIXES[code[:2]], year=2025, parent=parent,
        gemeente=parent.gemeente if parent else None, geometry=shapely.to_wkb(multi),
        west=west, south=south, east=east, north=north, point_lon=point.x, point_lat=point.y,
    )  # fmt: skip
    if parent is None:
        Area.objects.filter(pk=area.pk).update(gemeente=area)
        area.gemeente = area
    return area


def feature(outline: BaseGeometry | None, **properties: Any) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(outline)) if outline is not None else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: dict[str, Any], **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def in_rd(outline: BaseGeometry) -> BaseGeometry:
    return shapely.transform(outline, TO_RD.transform, interleaved=False)


def write_geopackage(
    path: Path, layers: dict[str, list[tuple[dict[str, Any], BaseGeometry]]], srs: int = 28992
) -> Path:
    """A GeoPackage as GDAL writes it: the four core tables, little-endian headers with an envelope."""
    with sqlite3.connect(path) as database:
        database.executescript(
            "CREATE TABLE gpkg_spatial_ref_sys (srs_name, srs_id INTEGER PRIMARY KEY, organization,"
            " organization_coordsys_id, definition);"
            "CREATE TABLE gpkg_contents (table_name PRIMARY KEY, data_type, srs_id);"
            "CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m);"
        )
        database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('x', ?, 'EPSG', ?, '')", [srs, srs])
        for layer, rows in layers.items():
            columns = list(rows[0][0])
            database.execute(f'CREATE TABLE "{layer}" (fid INTEGER PRIMARY KEY, geom BLOB, {", ".join(columns)})')
            database.execute("INSERT INTO gpkg_contents VALUES (?, 'features', ?)", [layer, srs])
            database.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', ?, 0, 0)", [layer, srs]
            )
            for properties, outline in rows:
                west, south, east, north = outline.bounds
                header = b"GP\x00\x03" + struct.pack("<i4d", srs, west, east, south, north)
                marks = ", ".join("?" * (len(columns) + 1))
                database.execute(
                    f'INSERT INTO "{layer}" (geom, {", ".join(columns)}) VALUES ({marks})',  # noqa: S608
                    [header + shapely.to_wkb(outline, byte_order=1), *properties.values()],
                )
    database.close()
    return path


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[str, str]]:
    """`run(content_or_path, "--level", "wijk")` → what the command said on stdout and stderr."""

    def run_command(content: str | bytes | Path, *options: str) -> tuple[str, str]:
        path = content if isinstance(content, Path) else tmp_path / "areas.geojson"
        if isinstance(content, str):
            path.write_text(content)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        out, err = io.StringIO(), io.StringIO()
        call_command("import_areas", str(path), *options, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    return run_command


def square(west: float, south: float, size: float = 0.01) -> Polygon:
    return box(west, south, west + size, south + size)


assert set(PREFIXES.values()) == set(LEVELS)
