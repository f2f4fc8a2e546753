"""Look-alikes near a place: what a resident may have wanted to report, so that they join it instead.

Only public reports of the municipality, of the same or a sibling category, open or solved lately. Nothing that anybody
wrote leaves here; words count for the order alone. The cost is that of a few grid cells, not of all reports there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from core.media.urls import photo_url
from participation.cases.cells import COLUMN, LON_TO_LAT, ROW, cells_around, metres_between
from participation.cases.models import Case, CasePhoto
from participation.cases.states import Status
from participation.reports.queries import feature
from participation.routing.models import Category
from participation.routing.queries import config
from participation.texts.likeness import likeness_step

NEAR_METRES = 100
"""Where neither the category nor its main category says."""
MOST = 10
LOOKED_AT = 60
"""The nearest, from which the likeliest are chosen."""


def solved_since(now: datetime) -> datetime:
    """What was solved before this moment is another thing by now."""
    return now - timedelta(days=settings.SOLVED_NEARBY_DAYS)


def nearby(
    *, lon: float, lat: float, category: str, gemeente_id: int, now: datetime, text: str = "", most: int = MOST
) -> list[dict[str, Any]]:
    """Look-alikes within reach, nearest first; with `text` the likeliest first. At most 4 queries.

    Each is a feature as on the public map, with `distance` in metres and `photoUrl` of a photo that is public.
    """
    categories = config(gemeente_id).settings.categories
    wanted = config(gemeente_id).category(category) if category else None
    if wanted is not None and wanted.parent_id is not None and wanted.visibility != Category.Visibility.PUBLIC:
        return []
    parent = categories.get(wanted.parent_id) if wanted is not None and wanted.parent_id else None
    reach = near_metres(wanted, parent)
    here = _public_cases_in(lon, lat, reach, gemeente_id)
    if wanted is not None:
        main = wanted.parent_id or wanted.pk
        here = here.filter(category_id__in=[one.pk for one in categories.values() if main in (one.pk, one.parent_id)])
    if text:
        here = here.select_related("report")
    lately = here.filter(status=Status.RESOLVED, closed_at__gte=solved_since(now))
    found = [
        (metres, case)
        for part in (here.filter(closed_at__isnull=True), lately)
        for case in _nearest(part, lon, lat)
        if (metres := metres_between(lon, lat, case.lon, case.lat)) <= reach  # type: ignore[arg-type]
    ]

    def rank(one: tuple[float, Case]) -> tuple[float, int]:
        metres, case = one
        closeness = metres / reach
        if text:
            same = wanted is not None and case.category_id == wanted.pk
            closeness -= likeness_step(text, case.report.text) / 2 + (0.25 if same else 0)
        return closeness, -case.pk  # as near and as alike: the newest

    chosen = sorted(found, key=rank)[:most]
    photos = _public_photos([case.pk for _metres, case in chosen])
    return [{**feature(case), "distance": round(metres), "photoUrl": photos.get(case.pk)} for metres, case in chosen]


def near_metres(category: Category | None, parent: Category | None) -> int:
    """How far apart two reports of this category may be about the same thing."""
    own = category.near_metres if category else None
    return own or (parent.near_metres if parent else None) or NEAR_METRES


def _public_cases_in(lon: float, lat: float, metres: float, gemeente_id: int) -> QuerySet[Case]:
    rows, columns = cells_around(lon, lat, metres)
    return (
        Case.objects.alias(row=ROW, column=COLUMN)
        .filter(row__in=rows, column__in=columns, visibility=Case.Visibility.PUBLIC)
        .filter(kind=Case.Kind.REPORT, duplicate_of__isnull=True, gemeente_id=gemeente_id)
        .defer("decision", "summary", "address", "instruction")
    )


def _nearest(cases: QuerySet[Case], lon: float, lat: float) -> QuerySet[Case]:
    east, north = (F("lon") - lon) * LON_TO_LAT, F("lat") - lat
    return cases.order_by(east * east + north * north, "-pk")[:LOOKED_AT]


def _public_photos(case_ids: Sequence[int]) -> dict[int, str]:
    """The first photo of each that everybody may see."""
    if not case_ids:
        return {}
    shown = CasePhoto.objects.filter(case_id__in=case_ids, photo__is_public=True).order_by("-position", "-pk")
    return {case_id: photo_url(photo_id, "thumb") for case_id, photo_id in shown.values_list("case_id", "photo_id")}
