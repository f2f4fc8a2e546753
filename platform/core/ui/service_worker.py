"""`/service-worker.js`: the built script at the top of the site, so that it may serve any part of it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.ui.assets import entry


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Asked again at every visit: an old one that stays would keep old pages alive."""
    built = entry("service-worker")
    if built is None:
        raise Http404
    path = Path(settings.FRONTEND_DIST) / built.script.removeprefix(f"{settings.STATIC_URL}app/")
    response = HttpResponse(path.read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
