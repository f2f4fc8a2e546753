"""Serves photos."""

from __future__ import annotations

import logging
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.errors import NotFound
from core.media import files
from core.media.access import get_photo_for, is_shown
from core.media.errors import PhotosUnavailable

logger = logging.getLogger(__name__)

PUBLIC_FOR = 7 * 24 * 3600
PRIVATE_FOR = 3600
SHOWN_FOR = 3600
"""Seconds a browser may keep a photo; what stands in between only keeps those everybody may see."""


@require_safe
def photo(request: HttpRequest, photo_id: UUID, size: str) -> HttpResponseBase:
    """One size of a photo as JPEG, or the same 404 for what is absent and what is not for this person."""
    try:
        found = get_photo_for(
            request, photo_id=photo_id, size=size, proof=request.GET.get("proof", ""), now=timezone.now()
        )
    except NotFound:
        return _absent()
    try:
        file = files.ensure(photo_id, size).open("rb")
    except FileNotFoundError:
        logger.error("photo %s has no file", photo_id)
        return _absent()
    except PhotosUnavailable:
        # The smaller size cannot be written (disk full): a larger picture is better than a broken one.
        file = files.path_of(photo_id, files.MASTER).open("rb")
    response = FileResponse(file, content_type="image/jpeg", filename="photo.jpg")
    shown = found.is_public or is_shown(photo_id)
    if found.is_public:
        response["Cache-Control"] = f"public, max-age={PUBLIC_FOR}, immutable"
    else:
        response["Cache-Control"] = f"public, max-age={SHOWN_FOR}" if shown else f"private, max-age={PRIVATE_FOR}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if shown else "same-origin"
    return _safe(response)


@require_safe
def absent(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Every other address under `/photos/`: no page of the site, and no redirect to one."""
    return _absent()


def _absent() -> HttpResponseBase:
    response = HttpResponse(status=404, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return _safe(response)


def _safe(response: HttpResponseBase) -> HttpResponseBase:
    """Even a browser that takes a photo for a page may do nothing with it."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
