"""Atom feeds (RFC 4287): the same for everybody, in the installation's own language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol
from uuid import NAMESPACE_URL, uuid5

from django.http import HttpRequest, HttpResponse
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


class Author(Protocol):
    """The municipality: areas stand above this room."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


def begin(request: HttpRequest, gemeente: Author, *, title: str, link: str, language: str, query: str = "") -> Atom:
    """A feed at the address of this request; `link`: the page it is about, `query`: what its own address asks."""
    origin, own = f"{request.scheme}://{request.get_host()}", request.path + query
    return Atom(
        title=title,
        link=origin + link,
        description=None,
        language=language,
        author_name=gemeente.name,
        feed_url=origin + own,
        feed_guid=urn(f"{gemeente.code} {own}"),
    )


def answer(made: Atom) -> HttpResponse:
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    response["Last-Modified"] = http_date(made.latest_post_date().timestamp())
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


def urn(name: str) -> str:
    """An id for good, whatever address it has."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'https://wijkplatform/{name}')}"
