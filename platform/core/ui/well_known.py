"""`/.well-known/security.txt` (RFC 9116): whom to tell about a hole."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

VALID = timedelta(days=180)
"""The standard asks for less than a year."""


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
