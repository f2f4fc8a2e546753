"""Which wijken there are to go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from wagtail.models import Page

from core.areas.queries import folded, tree


@dataclass(frozen=True, slots=True)
class WijkCard:
    """A wijk on a list. `code` is the CBS code, `found` the names of its buurten that matched a search."""

    code: str
    page: Any
    found: tuple[str, ...] = ()


def search_wijken(above: Page, query: str = "") -> list[WijkCard]:
    """The live wijk pages below a page, by name; with `query` those whose name, or a buurt's, holds it. Two queries."""
    model = apps.get_model("cms_wijken.WijkPage")
    pages = model.objects.live().descendant_of(above).filter(area__isnull=False).select_related("photo")
    known, wanted = tree(), folded(query)
    cards = []
    for page in pages.prefetch_related("photo__renditions").order_by("title"):
        area = known.by_id.get(page.area_id)
        if area is None:
            continue
        buurten = tuple(one.name for one in known.children(area.id) if wanted and wanted in folded(one.name))
        if not wanted or buurten or wanted in folded(page.title) or wanted in folded(area.name):
            cards.append(WijkCard(area.code, page, buurten))
    return cards
