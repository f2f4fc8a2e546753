"""Reading news."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from wagtail.models import Page

from cms.base.around import areas_shown


def latest_news(home: Page, *, area_id: int | None = None) -> Any:
    """Live news below a home page, newest first; with `area_id` what stands on the page of that area."""
    news = apps.get_model("cms_news.NewsPage").objects.live().descendant_of(home).order_by("-date", "-pk")
    if area_id is not None:
        news = news.filter(area_id__in=sorted(areas_shown(area_id)))
    return news.select_related("photo", "area").defer("body", "area__geometry").prefetch_related("photo__renditions")
