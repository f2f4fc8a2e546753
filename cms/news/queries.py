"""Reading news."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from wagtail.models import Page

from core.areas.queries import tree


def latest_news(home: Page, *, area_id: int | None = None) -> Any:
    """Live news below a home page, newest first; with `area_id` only of that area: what lies in it, and its wijk."""
    news = apps.get_model("cms_news.NewsPage").objects.live().descendant_of(home).order_by("-date", "-pk")
    if area_id is not None:
        known = tree()
        wijk = {one.id for one in known.ancestors(area_id) if one.level == "wijk"}
        news = news.filter(area_id__in=sorted(known.descendants(area_id) | wijk))
    return news.select_related("photo", "area").defer("body", "area__geometry").prefetch_related("photo__renditions")
