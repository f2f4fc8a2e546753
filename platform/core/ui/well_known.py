"""What programs ask every site for: security.txt (RFC 9116), robots.txt (RFC 9309) and an icon."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

VALID = timedelta(days=180)
"""The standard asks for less than a year."""
NOT_FOR_SEARCH_ENGINES = ("/werk/", "/beheer/", "/account/", "/volgen/", "/api/", "/melden/")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contact of this installation, valid for half a year from today."""
    expires = datetime.combine(timezone.now().astimezone(UTC).date() + VALID, time(), UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=24 * 3600)
    return response


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Neighbourhood pages may be found; forms, desks and what belongs to one person need not be."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_SEARCH_ENGINES)]
    lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=24 * 3600)
    return response


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Browsers that ask for an icon where no page named one (a photo, a file)."""
    return HttpResponsePermanentRedirect(static("app/mark.svg"))
