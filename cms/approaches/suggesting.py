"""Which approaches of the library fit a plan that residents are making."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from cms.approaches.library import approaches
from cms.base.reading import as_read, path_of
from participation.initiatives.approaches import ApproachCard, Asked
from participation.initiatives.queries.similar import telling
from participation.texts.likeness import alike

ENOUGH = 0.17
"""A goal says it in other words than a plan does; what shares almost nothing with it is not shown."""
SAME_THEME = 0.1
PHOTO = "fill-640x360|format-webp"


def fitting(asked: Asked) -> list[ApproachCard]:
    """The published approaches of a municipality for a plan, best first; or the one that was chosen. A handful of
    queries, however many there are."""
    home = apps.get_model("cms_home.HomePage").objects.live().filter(gemeente_id=asked.gemeente_id).first()
    if home is None:
        return []
    rows = approaches(home)
    if asked.key is not None:
        best = list(rows.filter(translation_key=asked.key)[:1])
    else:
        scored = [(_score(asked, page), page) for page in rows]
        best = [page for points, page in sorted(scored, key=lambda one: -one[0]) if points >= ENOUGH][: asked.limit]
    return [_card(page) for page in as_read(best)]


def _score(asked: Asked, page: Any) -> float:
    plan = telling(asked.text)
    words = max(alike(plan, telling(page.title)), alike(plan, telling(f"{page.title} {page.goal} {page.audience}")))
    same = asked.theme_id is not None and page.theme_id == asked.theme_id
    return words + (SAME_THEME if same else 0.0)


def _card(page: Any) -> ApproachCard:
    return ApproachCard(
        key=page.translation_key,
        title=page.title,
        goal=page.goal,
        url=path_of(page),
        evidence=str(page.get_evidence_display()),
        photo_url=page.photo.get_rendition(PHOTO).url if page.photo else "",
    )
