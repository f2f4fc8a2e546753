"""The demonstration's small wins, with drawings of before and after."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.text import slugify

from cms.wijken.models import WijkPage
from cms.wins.models import SmallWinPage, Thanked
from config.demo import content
from config.demo.drawings import drawing
from core.areas.models import Area
from participation.organisations.models import Professional
from participation.routing.models import Theme


def build(*, now: datetime) -> None:
    """Write them below the pages of their wijken, where there are none yet. Repeatable; edits stay."""
    with transaction.atomic():
        codes = {one["area"] for one in content.wins()["win"]}
        pages = {
            page.area.code: page
            for page in WijkPage.objects.filter(area__code__in=codes).select_related("area")
            if page.area is not None
        }
        for one in sorted(content.wins()["win"], key=lambda one: -one["days_ago"]):
            wijk = pages.get(one["area"])
            if wijk is not None and not SmallWinPage.objects.child_of(wijk).filter(title=one["title"]).exists():
                _write(wijk, one, timezone.localdate(now))


def _write(wijk: WijkPage, said: dict[str, Any], today: date) -> None:
    assert wijk.area is not None
    gemeente = Area.objects.defer("geometry").get(pk=wijk.area.gemeente_id)
    page = SmallWinPage(
        title=said["title"],
        slug=slugify(said["title"]),
        lead=said["lead"],
        date=today - timedelta(days=said["days_ago"]),
        place=said["place"],
        category=said["category"],
        theme=Theme.objects.filter(gemeente=gemeente, slug=said["theme"]).first(),
        photo_before=drawing(said["picture"], f"Zo was het: {said['title']}", gemeente),
        photo_after=drawing(f"{said['picture']}-after", f"Zo is het nu: {said['title']}", gemeente),
        photos_checked=True,
        days=said["days"],
        supporters=said["supporters"],
        body=json.dumps([{"type": "text", "value": f"<p>{escape(text)}</p>"} for text in said["body"]]),
        live=False,
    )
    page.thanked = [_thanks(one, order) for order, one in enumerate(said["thanks"])]
    wijk.add_child(instance=page)
    page.save_revision().publish()


def _thanks(said: str, order: int) -> Thanked:
    """`reporter`, `person:<username>` or `group:<name>`."""
    kind, _colon, who = said.partition(":")
    if kind == "person":
        person = Professional.objects.get(user__username=who)
        return Thanked(kind=Thanked.Kind.PROFESSIONAL, professional=person, sort_order=order)
    if kind == "group":
        return Thanked(kind=Thanked.Kind.GROUP, name=who, sort_order=order)
    return Thanked(kind=Thanked.Kind.REPORTER, sort_order=order)
