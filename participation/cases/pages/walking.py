"""The map and the walking rounds: pages that come alive over the API, and what makes a round readable offline."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from core.ui.views import app_icons
from participation.organisations.access import professional_of


@never_cache
@login_required
@ensure_csrf_cookie
def desk_map(request: HttpRequest) -> HttpResponse:
    """Cases on a map, with the list beside it; filters stand in the address as they do in the inbox."""
    professional_of(request)
    return render(request, "desk/map.html")


@never_cache
@login_required
@ensure_csrf_cookie
def desk_round(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One's rounds, or one of them. Kept by the service worker, so it says whose it is and nothing of any case."""
    return render(request, "desk/round.html", {"owner": professional_of(request).professional_id})


@require_safe
def desk_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the workplace: it opens without the browser's bars."""
    shortcuts = [("/werk/ronde/", _("Round")), ("/werk/kaart/", _("Map"))]
    body = {
        "id": "/werk/",
        "name": _("Wijkplatform workplace"),
        "short_name": _("Workplace"),
        "start_url": "/werk/",
        "scope": "/werk/",
        "display": "standalone",
        "background_color": "#faf8f3",
        "theme_color": "#0b6350",
        "icons": app_icons(),
        "shortcuts": [{"name": name, "url": address} for address, name in shortcuts],
    }
    response = JsonResponse(body, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


urlpatterns = [
    path("manifest.webmanifest", desk_manifest, name="desk_manifest"),
    path("kaart/", desk_map, name="desk_map"),
    path("ronde/", desk_round, name="desk_round"),
    path("ronde/<int:pk>/", desk_round, name="desk_one_round"),
]
