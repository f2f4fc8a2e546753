"""Keeps the texts that are searched as residents can read them: by the events of pages, in their transaction.

A page is found by its texts in every language it can be read in.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from cms.base.models import SitePage
from cms.base.publishing import PUBLISHED, REWORDED, WITHDRAWN, gemeente_of
from cms.base.translations import original_of, translation_of
from cms.search.models import Kind, SearchText, searchable
from cms.tone.texts import texts_of
from core.events.log import subscribe

KINDS = {
    "cms_wijken.wijkpage": Kind.WIJK,
    "cms_news.newspage": Kind.NEWS,
    "cms_wins.smallwinpage": Kind.WIN,
    "cms_agenda.eventpage": Kind.EVENT,
    "cms_approaches.approachpage": Kind.APPROACH,
}
"""Every other type of page is information."""
LONGEST = 20_000
"""Characters of a page that can be found."""
LEADS = ("lead", "story", "goal")
"""Fields that say in a sentence what a page is about."""


def follow_pages() -> None:
    subscribe(PUBLISHED, lambda event: index_page(event.payload["page"]))
    subscribe(WITHDRAWN, lambda event: forget(event.payload["page"]))
    subscribe(REWORDED, lambda event: index_again(event.payload["page"]))


def index_page(page_id: int) -> None:
    """This page; when it belongs elsewhere from now on, what stands below it too."""
    page = Page.objects.filter(pk=page_id, live=True).specific().first()
    if page is None:
        return
    before = SearchText.objects.filter(pk=page_id).values_list("gemeente_id", "area_id").first()
    now = _index(page)
    if before not in (None, now):
        for below in Page.objects.descendant_of(page).live().specific().iterator():
            _index(below)


def index_again(texts_id: int) -> None:
    """The page that has these texts in another language."""
    texts = Page.objects.filter(pk=texts_id).first()
    original = original_of(texts) if texts is not None else None
    if original is not None:
        index_page(original.pk)


def forget(page_id: int) -> None:
    SearchText.objects.filter(page_id=page_id).delete()


def index_all() -> int:
    """Everything anew; how many pages can be found."""
    with transaction.atomic():
        SearchText.objects.all().delete()
        for page in Page.objects.live().specific().iterator():
            _index(page)
        return SearchText.objects.count()


def _index(page: Any) -> tuple[int, int | None] | None:
    """The municipality and the area it belongs to; None for a page of no site."""
    gemeente_id = gemeente_of(page) if isinstance(page, SitePage) else None
    if gemeente_id is None:
        return None
    area_id = page.wijk_area_id
    lead = next((str(getattr(page, name)) for name in LEADS if getattr(page, name, "")), "")[:300]
    texts = (translation_of(page, language) for language, _name in settings.PAGE_LANGUAGES)
    others = [one for one in texts if one is not None]
    whole = [page, *(one.specific for one in others)]
    text = "\n".join(one.text for shown in whole for one in texts_of(shown))[:LONGEST]
    values = {
        "gemeente_id": gemeente_id,
        "area_id": area_id,
        "kind": KINDS.get(page._meta.label_lower, Kind.INFORMATION),
        "lead": lead.replace("\0", ""),  # which PostgreSQL does not keep
        "head": searchable(" ".join([page.title, *(one.title for one in others), lead]))[:600],
        "text": searchable(text),
        "date": _date(page),
    }
    SearchText.objects.update_or_create(page_id=page.pk, defaults=values)
    return gemeente_id, area_id


def _date(page: Any) -> Any:
    """The day a page is about, else the day it was published first."""
    given = getattr(page, "date", None)
    starts = getattr(page, "starts_at", None) or page.first_published_at
    return given or (timezone.localdate(starts) if starts else None)
