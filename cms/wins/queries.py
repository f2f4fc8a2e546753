"""Reading small wins."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from wagtail.models import Page


def latest_wins(above: Page) -> Any:
    """Live small wins below a page, newest first."""
    wins = apps.get_model("cms_wins.SmallWinPage").objects.live().descendant_of(above).order_by("-date", "-pk")
    photos = ("photo_after", "photo_before")
    return wins.select_related(*photos).defer("body").prefetch_related(*(f"{one}__renditions" for one in photos))
