"""How many points per second the area tree places, and how long it takes to load.

    python tests/load/locate.py [wijken.geojson …]     without files: a made-up grid of 3,340 wijken

Points are spread over the areas' boxes. "first time" works out each cell, "again" answers from memory.
"""

from __future__ import annotations

import json
import os
import platform
import random
import sys
import time
from pathlib import Path

import django
import shapely
from shapely.geometry import MultiPolygon, Point

POINTS = 100_000


def main(files: list[str]) -> None:
    root = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(root), str(root / "platform")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-" + "0123456789" * 5)
    django.setup()
    from core.areas.queries import AreaRow, Tree

    outlines = [shape for file in files for shape in _read(file)] or _grid()
    stored = [shapely.to_wkb(shape) for shape in outlines]
    rows = []
    for number, shape in enumerate(outlines, start=1):
        point = shape.point_on_surface()
        rows.append(AreaRow(number, f"WK{number:06}", "", "wijk", 2025, None, number, shape.bounds, (point.x, point.y)))
    started = time.perf_counter()
    tree = Tree(rows, list(shapely.from_wkb(stored)))
    loading = time.perf_counter() - started
    dice = random.Random(1)
    points = []
    for _ in range(POINTS):
        west, south, east, north = dice.choice(rows).bbox
        points.append((dice.uniform(west, east), dice.uniform(south, north)))
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, "
          f"shapely {shapely.__version__}, GEOS {shapely.geos_version_string}")  # fmt: skip
    print(f"{len(rows):,} areas, {int(shapely.get_num_coordinates(outlines).sum()):,} coordinates, {POINTS:,} points")
    print(f"load: {loading:.3f} s")
    for label in ("first time", "again", "again"):
        started, cpu = time.perf_counter(), time.process_time()
        found = sum(tree.locate(lon, lat) is not None for lon, lat in points)
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
        print(f"{label}: {POINTS / wall:,.0f}/s, {POINTS / cpu:,.0f} per second of CPU; {found:,} inside an area")


def _read(file: str) -> list[MultiPolygon]:
    features = json.loads(Path(file).read_text())["features"]
    return [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]


def _grid() -> list[MultiPolygon]:
    """3,340 rounded wijken of about 2 by 3 km with 33 corners each."""
    return [
        MultiPolygon([Point(3.6 + column * 0.05, 51.0 + row * 0.037).buffer(0.026, quad_segs=8)])
        for row in range(66) for column in range(51)
    ][:3340]  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
