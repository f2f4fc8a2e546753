"""`/service-worker.js`: the built script at the top of the site, so that it may serve any part of it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Asked again at every visit: an old one that stays would keep old pages alive."""
    path = Path(settings.FRONTEND_DIST) / "service-worker.js"
    try:
        script = path.read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
