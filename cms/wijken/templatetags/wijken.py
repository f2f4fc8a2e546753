"""`{% load wijken %}`: the shape of an area as a drawing."""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians

import shapely
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.areas.queries import tree

register = template.Library()

WIDTH, HEIGHT, MARGIN = 480, 240, 24
"""Of the drawing, in its own units."""
KEPT = 1000


@register.simple_tag
def outline(code: str, css: str = "") -> SafeString:
    """Where there is no photo: the outline of the area, with those of the areas below it. Decorative."""
    area = tree().by_code.get(code)
    if area is None:
        return SafeString("")
    whole, parts = _drawing(area.id, tree().fingerprint)
    return format_html(
        '<svg class="outline {}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false" preserveAspectRatio="xMidYMid'
        ' meet"><path class="outline-whole" d="{}"/><path class="outline-parts" d="{}"/></svg>',
        css,
        WIDTH,
        HEIGHT,
        whole,
        parts,
    )


@lru_cache(maxsize=KEPT)
def _drawing(area_id: int, _fingerprint: str) -> tuple[str, str]:
    """Two paths: the outline, and the borders of what lies below."""
    known = tree()
    west, south, east, north = known.by_id[area_id].bbox
    shrink = cos(radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * shrink), (HEIGHT - 2 * MARGIN) / (north - south))
    left = (WIDTH - (east - west) * shrink * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2

    def path(pk: int) -> str:
        shape = shapely.simplify(known.outline(pk), 1 / scale, preserve_topology=True)
        rings = (ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors))
        return "".join(
            "M"
            + "L".join(
                f"{left + (lon - west) * shrink * scale:.0f} {top + (north - lat) * scale:.0f}"
                for lon, lat in shapely.get_coordinates(ring).tolist()
            )
            + "Z"
            for ring in rings
        )

    return path(area_id), "".join(path(one.id) for one in known.children(area_id))
