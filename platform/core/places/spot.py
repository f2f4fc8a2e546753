"""A small map without a script: the squares around a place and a mark on it, as the parts of one SVG picture."""

from __future__ import annotations

import math
from typing import Any

from django.urls import reverse

ZOOM, SIDE = 17, 256
"""Some 0.7 metre a pixel here; pixels of a square."""
WIDTH, HEIGHT = 360, 200


def spot_map(lon: float, lat: float) -> dict[str, Any]:
    """`{width, height, side, squares: [{x, y, url}]}` with the place, in degrees WGS 84, in the middle."""
    world = SIDE * 2**ZOOM
    left = (lon + 180) / 360 * world - WIDTH / 2
    top = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * world - HEIGHT / 2
    columns = range(int(left // SIDE), int((left + WIDTH) // SIDE) + 1)
    rows = range(int(top // SIDE), int((top + HEIGHT) // SIDE) + 1)
    squares = [
        {"x": round(x * SIDE - left), "y": round(y * SIDE - top), "url": reverse("map_tile", args=[ZOOM, x, y])}
        for y in rows
        for x in columns
    ]
    return {"width": WIDTH, "height": HEIGHT, "side": SIDE, "squares": squares}
