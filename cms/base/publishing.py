"""What residents can see of the pages changed: told on the stream of the wijk it belongs to, or of the municipality.

Open wijk pages and everything that is kept in a cache hang on these streams. A page tells by itself when it is saved
(published, scheduled or not, taken off, written by a command), in the transaction that does it. What Wagtail deletes,
takes off without our page type or moves comes here by its signals: the first two in its transaction, a move just after.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from core.accounts.actor import SYSTEM
from core.areas.queries import tree
from core.events.log import Happened, record
from core.events.models import Event
from core.snapshots.snapshot import changed
from participation.reports.overview import stream_at

if TYPE_CHECKING:
    from cms.base.models import SitePage

PUBLISHED = "page.published"
WITHDRAWN = "page.withdrawn"
REWORDED = "page.reworded"
"""Its texts in another language were published or taken off: nothing new to tell anybody, but no longer the same."""
LINKS = "site-links"
"""The snapshot of the links in the menu and the footer of every page."""
TRANSLATED = "page-languages"
"""The snapshot of which pages can be read in which other languages."""


def place_of(page: Page) -> int | None:
    """The area of the nearest wijk page at or above this one; None for what is for everyone. One query."""
    above = apps.get_model("cms_wijken.WijkPage").objects.ancestor_of(page, inclusive=True)
    found: int | None = above.order_by("-depth").values_list("area_id", flat=True).first()
    return found


def gemeente_of(page: Page) -> int | None:
    """The municipality whose site this page is part of; None for a page of no site. One query."""
    above = apps.get_model("cms_home.HomePage").objects.ancestor_of(page, inclusive=True)
    found: int | None = above.values_list("gemeente_id", flat=True).first()
    return found


def streams_of(page: SitePage) -> set[str]:
    """Where a change of this page is told. None for a page of no site, or of an area that is no more.

    A translation has no place of its own: what it changes is shown where its page is.
    """
    from cms.base.translations import is_translation, original_of

    if is_translation(page):
        original = original_of(page)
        return streams_of(original.specific) if original is not None else set()
    area_id = page.wijk_area_id or gemeente_of(page)
    stream = stream_at(area_id) if area_id in tree().by_id else None
    return {stream} if stream else set()


def streams_under(page: Page) -> set[str]:
    """Those of a page and of all that stands below it and is published."""
    from cms.base.models import SitePage

    shown = Page.objects.descendant_of(page, inclusive=True).live().specific().iterator()
    return {stream for one in shown if isinstance(one, SitePage) for stream in streams_of(one)}


def tell(*changes: tuple[str, Page, Iterable[str]]) -> None:
    """Record (type, page, streams) of each change at once, inside the transaction that makes it."""
    happened = [
        Happened(
            type=event_type,
            subject=f"page/{page.pk}",
            version=0,
            actor=SYSTEM,
            at=timezone.now(),
            audience=Event.Audience.RESIDENT,
            gemeente_id=_gemeente_named(streams),
            payload={"page": page.pk},
            streams=sorted(streams),
        )
        for event_type, page, streams in changes
        if streams
    ]
    if happened:
        record(*happened)
    changed(LINKS)
    changed(TRANSLATED)


def tell_unpublished(instance: Page, **_kwargs: Any) -> None:
    """For Wagtail's `page_unpublished`: a page is about to be deleted, or was saved without our page type."""
    from cms.base.models import SitePage
    from cms.base.translations import is_translation

    if isinstance(instance, SitePage) and not instance.told:
        with transaction.atomic():
            tell((REWORDED if is_translation(instance) else WITHDRAWN, instance, streams_of(instance)))


def follow_move(instance: Page, parent_page_before: Page, **_kwargs: Any) -> None:
    """For Wagtail's `post_page_move`: what moved belongs to its new wijk, and both are told."""
    from cms.base.models import SitePage
    from cms.base.translations import is_translation

    if is_translation(instance):
        return
    with transaction.atomic():
        for page in Page.objects.descendant_of(instance, inclusive=True).specific().iterator():
            if isinstance(page, SitePage) and page.area_follows_place and (place := place_of(page)):
                type(page).objects.filter(pk=page.pk).update(area_id=place)
        before = parent_page_before.specific
        left = streams_of(before) if isinstance(before, SitePage) else set()
        tell((PUBLISHED, instance, left | streams_under(instance)))


def _gemeente_named(streams: Iterable[str]) -> int | None:
    codes = (stream.partition(":")[2] for stream in streams)
    return next((tree().by_code[code].gemeente_id for code in codes if code in tree().by_code), None)
