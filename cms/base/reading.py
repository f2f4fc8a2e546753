"""Addresses in the language somebody reads in: the one place that decides whether a link leads to `/en/…` or not.

Somebody reads in English on a page at `/en/`, and wherever they chose English: a page that can be read in it is then
linked to there, any other at its Dutch address. From memory, so that a link costs no query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from wagtail.models import Page

from cms.base.publishing import LINKS
from cms.base.translations import original_of, titles_of, translated_into
from core.areas.tenancy import scope_of
from core.snapshots.snapshot import Snapshot

LISTS = {
    "wijken": "wijkindexpage",
    "news": "newsindexpage",
    "agenda": "agendaindexpage",
    "wins": "winindexpage",
    "people": "peoplepage",
    "approaches": "approachindexpage",
}
"""The pages below the home page of which there is one, by what we call them here."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A page that every page of its site can lead to. `titles`: in each other language it can be read in."""

    title: str
    path: str
    titles: Mapping[str, str]

    def address(self, language: str) -> str:
        return f"/{language}{self.path}" if language in self.titles else self.path


@dataclass(frozen=True, slots=True)
class SitePages:
    """`lists` by the names of `LISTS`, as far as there are; `plain`: what stands at the bottom of every page."""

    home: Spot
    lists: Mapping[str, Spot]
    plain: tuple[Spot, ...]


def language_read() -> str:
    """The language of pages, besides the site's own, in which who looks reads now; else empty."""
    active = translation.get_language() or ""
    return active if active in dict(settings.PAGE_LANGUAGES) else ""


def address_of(page: Page, request: HttpRequest | None = None) -> str:
    """Of a published page; empty for one that has none. No query for a page that was read whole."""
    if getattr(page, "shown_in", ""):
        return str(page.get_url(request) or "")
    address = page.get_url(request)
    if not address and (original := original_of(page)) is not None:  # an editor chose the texts themselves
        page, address = original, original.get_url(request)
    language = language_read()
    if not address or not language or language not in translated_into(page):
        return str(address or "")
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"/{language}{parts.path}"))


def pages_of(request: HttpRequest) -> SitePages | None:
    """Of this host's municipality; None where it has no site."""
    return _sites.get().get(scope_of(request).gemeente_id or 0)


def list_address(request: HttpRequest, name: str) -> str:
    """Of one of `LISTS`; empty when there is no such page, or residents cannot see it."""
    pages = pages_of(request)
    spot = pages.lists.get(name) if pages else None
    return spot.address(language_read()) if spot else ""


def _load() -> dict[int, SitePages]:
    """By municipality."""
    shown = Page.objects.live().public()
    homes = apps.get_model("cms_home.HomePage").objects.live().filter(gemeente__isnull=False)
    lists = shown.filter(content_type__model__in=LISTS.values())
    plain = apps.get_model("cms_base.InfoPage").objects.live().public().filter(in_footer=True).order_by("path")
    fields = ("translation_key", "title", "path", "url_path")
    tops = list(homes.values(*fields, "gemeente_id"))
    kinds = list(lists.values(*fields, "content_type__model"))
    texts = list(plain.values(*fields))
    names = {kind: name for name, kind in LISTS.items()}

    def spot(row: dict[str, Any], top: dict[str, Any]) -> Spot:
        path = f"/{row['url_path'].removeprefix(top['url_path'])}"
        return Spot(row["title"], path, titles_of(row["translation_key"]))

    return {
        top["gemeente_id"]: SitePages(
            spot(top, top),
            {names[row["content_type__model"]]: spot(row, top) for row in kinds if row["path"].startswith(top["path"])},
            tuple(spot(row, top) for row in texts if row["path"].startswith(top["path"])),
        )
        for top in tops
    }


_sites: Snapshot[dict[int, SitePages]] = Snapshot(LINKS, _load)
