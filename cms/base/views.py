"""Editors' images, as Wagtail made them for the pages."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

MAX_AGE = 30 * 24 * 3600
"""Seconds. The name of a rendition holds its size and focal point; another picture has another name."""


@require_safe
def rendition(request: HttpRequest, path: str) -> HttpResponseBase:
    """GET /media/images/…: sizes made for a page; originals and documents are not served from here."""
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT / "images"))
    except SuspiciousFileOperation:
        raise Http404 from None
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
