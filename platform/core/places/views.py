"""Serves the squares of the map's background."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from core.api.throttles import check_throttle
from core.errors import TooMany
from core.places import tiles

KEPT_FOR = 7 * 24 * 3600
"""Seconds that a browser, and what stands in between, may keep a square."""


@require_safe
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponseBase:
    """200 with the square, 204 when there is none now, 404 when there is no such square."""
    try:
        found = tiles.tile(z, x, y, before_asking=lambda: check_throttle(request, "tiles"))
        content = found.read_bytes() if found else None  # at most `tiles.MOST_BYTES`
    except (tiles.NoTile, FileNotFoundError):
        return _nothing(404)
    except TooMany as error:
        response = _nothing(429)
        response["Retry-After"] = str(error.wait)
        return response
    if content is None:
        # Not 404: a browser notes that as an error of the page, for every square.
        return _nothing(204)
    response = HttpResponse(content, content_type="image/png")
    response["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return _safe(response)


@require_safe
def no_tile(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Every other address there: no page of the site, and no redirect to one."""
    return _nothing(404)


def _nothing(status: int) -> HttpResponseBase:
    response = HttpResponse(status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return _safe(response)


def _safe(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
