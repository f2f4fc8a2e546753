"""The links on a page: what they lead to, and which of them lead nowhere.

A page is read when it is published, and all pages once a day. Links to our own pages, images and documents are judged
when the report is opened; addresses elsewhere are asked by `asking`, at most weekly.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import ForeignKey, URLField
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page, PageLogEntry

from cms.base.translations import is_translation, text_fields
from cms.editing.models import FoundLink, OutsideLink

Kind = FoundLink.Kind
LONGEST = 2000
MISSES = 2
"""So often an address elsewhere must fail before it is reported, unless its site says that it is gone."""
GONE = {"404", "410", "no-such-host"}
PROBLEMS = {
    "unpublished": _("This page is not published."),
    "deleted": _("It was deleted."),
    "404": _("The page is not there any more."),
    "410": _("The page is not there any more."),
    "no-such-host": _("The site does not exist any more."),
    "refused-address": _("This address is not on the public internet."),
    "no-answer": _("The site does not answer."),
    "certificate": _("The site is not safe: its certificate is wrong."),
    "too-many-redirects": _("The address leads from one to the next without end."),
}
_TAG = re.compile(r"<(a|embed)\b([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True)
class Link:
    """`target` is the id of ours, `address` that of others."""

    place: str
    kind: str
    target: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line of the report. `since` is None where nobody kept it; `link_id` for those elsewhere."""

    page: Any
    place: str
    kind: str
    title: str
    problem: str
    since: datetime | None
    link_id: int | None = None
    checked_at: datetime | None = None

    @property
    def said(self) -> str:
        known = PROBLEMS.get(self.problem)
        return str(known) if known else str(_("The site answers with error %(code)s.")) % {"code": self.problem}


def links_of(page: Page) -> set[Link]:
    """Every link in the texts and choices of a page, given as its own class, and of the rows that are part of it.

    A translation has texts alone: the rest that stands in it is shown nowhere.
    """
    if is_translation(page):
        return _in_fields(page, only=text_fields(type(page)))
    found = _in_fields(page)
    for relation in get_all_child_relations(type(page)):
        if relation.model is not Page:
            for row in getattr(page, relation.get_accessor_name()).all():
                found |= _in_fields(row, f"{row._meta.verbose_name}: ")
    return found


def _in_fields(row: Any, of: str = "", only: Container[str] | None = None) -> set[Link]:
    found: set[Link] = set()
    for field in row._meta.concrete_fields:
        if field.model is Page or (only is not None and field.name not in only):
            continue  # what Wagtail keeps of every page
        place = of + str(field.verbose_name)
        if isinstance(field, StreamField):
            body = getattr(row, field.name)
            for child in body.raw_data:
                block = body.stream_block.child_blocks.get(child["type"])
                if block is not None:
                    found |= set(_in_block(block, child["value"], of + str(block.label)))
        elif isinstance(field, RichTextField):
            found |= set(_in_html(getattr(row, field.name) or "", place))
        elif isinstance(field, URLField):
            found |= set(_outside(getattr(row, field.name) or "", place))
        elif (
            isinstance(field, ForeignKey) and not isinstance(field, ParentalKey) and not field.remote_field.parent_link
        ):
            kind = _kind_of(field.related_model)
            target = getattr(row, field.attname)
            if kind and target:
                found.add(Link(place, kind, target))
    return found


def read_page(page: Page, *, now: datetime) -> None:
    """Keep what links this page has now; those of a page that is not live are forgotten."""
    with transaction.atomic():
        links = links_of(page.specific) if page.live else set()
        FoundLink.objects.filter(page_id=page.pk).delete()
        outside = _kept({one.address for one in links if one.address}, now)
        FoundLink.objects.bulk_create(
            FoundLink(
                page_id=page.pk,
                place=one.place[:120],
                kind=one.kind,
                target_id=one.target,
                outside_id=outside.get(one.address),
            )
            for one in sorted(links, key=lambda one: (one.place, one.kind, one.address, one.target or 0))
        )


def read_pages(*, now: datetime) -> int:
    """Read every live page anew, and forget addresses that stand on none; returns how many pages were read."""
    read = 0
    for page in Page.objects.live().filter(depth__gt=1).defer_streamfields().iterator(chunk_size=200):
        read_page(page, now=now)
        read += 1
    FoundLink.objects.filter(page__live=False).delete()
    OutsideLink.objects.filter(places__isnull=True).delete()
    return read


def broken_on(pages: Any) -> list[Broken]:
    """What is broken on these pages, by page. Six queries at most, whatever their number."""
    links = list(
        FoundLink.objects.filter(page__in=pages, page__live=True)
        .select_related("page", "outside")
        .order_by("page__title", "page_id", "place", "pk")
    )
    targets = {
        kind: {one.target_id for one in links if one.kind == kind} for kind in (Kind.PAGE, Kind.IMAGE, Kind.DOCUMENT)
    }
    known = dict(Page.objects.filter(pk__in=targets[Kind.PAGE]).values_list("pk", "live"))
    titles = dict(Page.objects.filter(pk__in=targets[Kind.PAGE]).values_list("pk", "title"))
    images = set(get_image_model().objects.filter(pk__in=targets[Kind.IMAGE]).values_list("pk", flat=True))
    documents = set(get_document_model().objects.filter(pk__in=targets[Kind.DOCUMENT]).values_list("pk", flat=True))
    gone = [pk for pk in targets[Kind.PAGE] if not known.get(pk)]
    since: dict[int, datetime] = {}
    wentoff = PageLogEntry.objects.filter(
        page__in=gone, action__in=("wagtail.unpublish", "wagtail.unpublish.scheduled", "wagtail.delete")
    )
    for entry in wentoff.order_by("timestamp"):
        since[entry.page_id] = entry.timestamp
        titles.setdefault(entry.page_id, entry.label)
    found = []
    for one in links:
        if one.kind == Kind.OUTSIDE:
            away = one.outside
            if away is not None and _reported(away):
                found.append(
                    Broken(
                        one.page,
                        one.place,
                        one.kind,
                        away.address,
                        away.problem,
                        away.failing_since,
                        away.pk,
                        away.checked_at,
                    )
                )
        elif one.kind == Kind.PAGE:
            if not known.get(one.target_id):
                problem = "unpublished" if one.target_id in known else "deleted"
                title = titles.get(one.target_id, "")
                found.append(Broken(one.page, one.place, one.kind, title, problem, since.get(one.target_id or 0)))
        elif one.target_id not in (images if one.kind == Kind.IMAGE else documents):
            found.append(Broken(one.page, one.place, one.kind, "", "deleted", None))
    return found


def ask_again(link_id: str, pages: Any, *, now: datetime) -> bool:
    """Ask an address that stands on one of these pages with the next go. False when it stands on none."""
    if not link_id.isdecimal() or len(link_id) > 18:
        return False
    mine = FoundLink.objects.filter(outside_id=int(link_id), page__in=pages)
    if not mine.exists():
        return False
    OutsideLink.objects.filter(pk=int(link_id)).update(due_at=now)
    return True


def _reported(link: OutsideLink) -> bool:
    return bool(link.problem) and (link.failures >= MISSES or link.problem in GONE)


def _kept(addresses: set[str], now: datetime) -> dict[str, int]:
    """Ids of these addresses; new ones are due at once."""
    keys = {hashlib.sha256(one.encode()).hexdigest(): one for one in addresses}
    OutsideLink.objects.bulk_create(
        [OutsideLink(address=one, key=key, due_at=now) for key, one in sorted(keys.items())], ignore_conflicts=True
    )
    return {keys[key]: pk for key, pk in OutsideLink.objects.filter(key__in=keys).values_list("key", "pk")}


def _in_block(block: blocks.Block, value: Any, place: str) -> Iterator[Link]:
    """From what is stored: what a block makes of it leaves out what is gone."""
    if isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            if isinstance(value, dict) and value.get(name) not in (None, ""):
                yield from _in_block(child, value[name], place)
    elif isinstance(block, blocks.ListBlock):
        for item in value or ():
            inner = item["value"] if isinstance(item, dict) and item.get("type") == "item" else item
            yield from _in_block(block.child_block, inner, place)
    elif isinstance(block, blocks.BaseStreamBlock):
        for item in value or ():
            child = block.child_blocks.get(item["type"])
            if child is not None:
                yield from _in_block(child, item["value"], place)
    elif isinstance(block, ChooserBlock):
        kind = _kind_of(block.target_model)
        if kind and isinstance(value, int):
            yield Link(place, kind, value)
    elif isinstance(value, str):
        yield from _in_html(value, place) if isinstance(block, blocks.RichTextBlock) else _outside(value, place)


def _in_html(html: str, place: str) -> Iterator[Link]:
    for _name, inside in _TAG.findall(html):
        attributes = {name.lower(): unescape(value) for name, value in _ATTRIBUTE.findall(inside)}
        kind = attributes.get("linktype") or attributes.get("embedtype")
        if kind in {Kind.PAGE, Kind.DOCUMENT, Kind.IMAGE} and attributes.get("id", "").isdecimal():
            yield Link(place, kind, int(attributes["id"][:18]))
        else:
            yield from _outside(attributes.get("href", ""), place)


def _outside(text: str, place: str) -> Iterator[Link]:
    address = text.strip().partition("#")[0]
    if len(address) > LONGEST or not re.match(r"https?://[^\s]+$", address, re.IGNORECASE):
        return
    with suppress(ValueError):  # an address such as https://[here], which nobody can ask
        if urlsplit(address).hostname:
            yield Link(place, Kind.OUTSIDE, address=address)


def _kind_of(model: Any) -> str:
    if not isinstance(model, type):
        return ""
    if issubclass(model, Page):
        return Kind.PAGE
    if issubclass(model, get_image_model()):
        return Kind.IMAGE
    return Kind.DOCUMENT if issubclass(model, get_document_model()) else ""
