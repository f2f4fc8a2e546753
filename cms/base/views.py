"""Editors' images, as Wagtail made them for the pages."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve
from wagtail.models import Page

from cms.base.publishing import gemeente_of
from cms.base.share_image import file_of, share_image_url, version_of
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of

SHARED_AGE = 24 * 3600
"""Seconds; a photo that was taken off is then gone for whoever keeps copies, too."""
MOST_PAGES = 2**31
MAX_AGE = 30 * 24 * 3600
"""Seconds. The name of a rendition holds its size and focal point; another picture has another name."""


@require_safe
def short(request: HttpRequest, pk: int) -> HttpResponseBase:
    """GET /deel/<page>/: the short address of a page, for a text message; on to the page itself."""
    page, _gemeente_id = _own_page(request, pk)
    return redirect(page.get_url(request))


def _own_page(request: HttpRequest, pk: int) -> tuple[Page, int]:
    """A published page of this host's municipality, and that; 404 for any other."""
    check_throttle(request, "public")
    found = Page.objects.live().public().filter(pk=pk).first() if pk < MOST_PAGES else None
    gemeente_id = scope_of(request).gemeente_id
    if found is None or gemeente_id is None or gemeente_of(found) != gemeente_id:
        raise Http404
    return found, gemeente_id


@require_safe
def share_image(request: HttpRequest, pk: int, version: str) -> HttpResponseBase:
    """GET /deel/<page>/<version>.png: beside a page that is passed on; an old version leads to a new one."""
    found, gemeente_id = _own_page(request, pk)
    page = found.specific
    if version != version_of(page):
        return redirect(share_image_url(page))
    response = FileResponse(file_of(page, gemeente_id).open("rb"), content_type="image/png")
    patch_cache_control(response, public=True, max_age=SHARED_AGE)
    response["X-Content-Type-Options"] = "nosniff"
    return response


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
