"""Addresses in the language somebody reads in: the one place that decides whether a link leads to `/en/…` or not.

Somebody reads in English on a page at `/en/`, and wherever they chose English: a page that can be read in it is then
linked to there, any other at its Dutch address. From memory, so that a link costs no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from wagtail.models import Page

from cms.base.publishing import LINKS
from cms.base.translations import is_translation, original_of, titles_of, translated_into, with_texts_of
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
    address = page.get_url(request)
    if not address and (original := original_of(page)) is not None:  # an editor chose the texts themselves
        page, address = original, original.get_url(request)
    if not address:
        return ""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=_read(page, parts.path)))


def path_of(page: Page) -> str:
    """The same within its site, where editors link from: they choose pages of their own municipality only."""
    parts = page.get_url_parts()
    if parts is None and (original := original_of(page)) is not None:
        page, parts = original, original.get_url_parts()
    return _read(page, parts[2]) if parts and parts[2] else ""


def _read(page: Page, path: str) -> str:
    """A page with texts of another language in it has its address by itself (`SitePage.get_url_parts`)."""
    own = getattr(page, "shown_in", "") or is_translation(page)
    return path if own else path_read(page.translation_key, path)


def path_read(key: UUID, path: str) -> str:
    """Where the Dutch page at this path is read, by its translation key. No query."""
    language = language_read()
    return f"/{language}{path}" if language and language in titles_of(key) else path


def title_read(key: UUID, title: str) -> tuple[str, str]:
    """What that page is then called, and in which language. No query."""
    language = language_read()
    titles = titles_of(key) if language else {}
    return (titles[language], language) if language in titles else (title, str(settings.LANGUAGE_CODE))


def title_of(page: Any) -> tuple[str, str]:
    """What a link to a page says, and in which language: that in which the page then is. No query."""
    language = language_read()
    if not getattr(page, "shown_in", "") and language in (titles := titles_of(page.translation_key)):
        return titles[language], language
    return page.title, getattr(page, "text_language", str(settings.LANGUAGE_CODE))


def as_read(rows: Iterable[Any]) -> list[Any]:
    """The pages of a list, or what holds one as `page`, with their texts as they are read. At most one query."""
    found, language = list(rows), language_read()
    pages = [one if isinstance(one, Page) else one.page for one in found]
    keys = {one.translation_key for one in pages if language and language in translated_into(one)}
    if keys:
        texts = type(pages[0]).objects.live().filter(locale__language_code=language, translation_key__in=keys)
        by_key = {one.translation_key: one for one in texts}
        for one in pages:
            if one.translation_key in by_key:
                with_texts_of(one, by_key[one.translation_key], language)
    return found


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
