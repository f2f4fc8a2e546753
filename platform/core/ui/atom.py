"""Atom feeds (RFC 4287): the same for everybody, in the installation's own language."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date

MOST = 50
"""Entries in one feed."""
MAX_AGE = 300
"""Seconds; after that a reader asks whether it changed."""


class Atom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """An empty feed says the same each time, not that it changed this moment."""
        return super().latest_post_date() if self.items else datetime(2026, 1, 1, tzinfo=UTC)


def answer(made: Atom) -> HttpResponse:
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    response["Last-Modified"] = http_date(made.latest_post_date().timestamp())
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


def urn(name: str) -> str:
    """An id for good, whatever address it has."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'https://wijkplatform/{name}')}"
