"""Cases near this one that may be about the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import hypot

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.accounts.actor import Actor
from participation.cases.models import Case
from participation.cases.permissions import Deed, Tie, reach
from participation.cases.queries import category_of
from participation.routing.queries import config

SAME_WITHIN, SIBLING_WITHIN, ANY_WITHIN = 400, 200, 60
"""Metres: for the same subcategory, for another of the same main category, and for anything at all."""
CLOSED_WITHIN = timedelta(days=90)
LOOKED_AT = 60
"""Nearest cases that are compared."""
SHOWN = 8
DEGREE = 111_320
LON_TO_LAT = 0.6157
SHORT = 4
"""Letters; shorter words say nothing."""
SAME_WORDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A case near this one: how far, and what makes it look alike, in words."""

    case: Case
    metres: int
    why: str
    alike: float


def similar_to(case: Case, actor: Actor, now: datetime) -> list[Similar]:
    """What this person may see within reach: open, or closed lately; the most alike first. One query.

    How far we look depends on what it is about. Texts count as alike when they share enough words.
    """
    if case.lat is None or case.lon is None:
        return []
    north = SAME_WITHIN / DEGREE
    east = north / LON_TO_LAT
    box = Q(lat__range=(case.lat - north, case.lat + north), lon__range=(case.lon - east, case.lon + east))
    ordinary, confidential = (reach(actor, Deed.SEE, confidential=value) for value in (False, True))
    secret = Q(visibility=Case.Visibility.CONFIDENTIAL)
    seen = ~secret & ordinary.condition(Tie.HOLDER) | secret & confidential.condition(Tie.HOLDER)
    recent = Q(closed_at=None) | Q(closed_at__gte=now - CLOSED_WITHIN)
    far = (F("lat") - case.lat) * (F("lat") - case.lat) + (F("lon") - case.lon) * (F("lon") - case.lon) * LON_TO_LAT**2
    cases = Case.objects.filter(box, seen, recent, gemeente_id=case.gemeente_id).exclude(pk=case.pk)
    cases = cases.exclude(parent_id=case.pk).exclude(duplicate_of_id=case.pk)
    found = [one for other in cases.order_by(far, "pk")[:LOOKED_AT] if (one := _compared(case, other))]
    return sorted(found, key=lambda one: (-one.alike, one.metres, one.case.pk))[:SHOWN]


def _compared(case: Case, other: Case) -> Similar | None:
    distance = _metres(case, other)
    same = case.category_id is not None and case.category_id == other.category_id
    sibling = not same and _main(case) is not None and _main(case) == _main(other)
    shared = _shared(case.summary, other.summary)
    within = SAME_WITHIN if same else SIBLING_WITHIN if sibling else ANY_WITHIN
    if distance > within or not (same or sibling or shared >= SAME_WORDS):
        return None
    category = category_of(other)
    said = [
        _("the same subject")
        if same
        else _("also about %(subject)s")
        % {"subject": config(case.gemeente_id).settings.categories[_main(case) or 0].name}
        if sibling
        else (category.name if category else ""),
        _("the same place")
        if distance < 15
        else ngettext("%(many)d metre away", "%(many)d metres away", distance) % {"many": distance},
        *([_("much the same words")] if shared >= SAME_WORDS else []),
    ]
    alike = (2 if same else 1 if sibling else 0) + (1 - distance / SAME_WITHIN) + 2 * shared
    return Similar(case=other, metres=distance, why=", ".join(part for part in said if part), alike=alike)


def _metres(one: Case, other: Case) -> int:
    """In a straight line, over a flat Netherlands; both have a place."""
    north = (one.lat or 0) - (other.lat or 0)
    east = ((one.lon or 0) - (other.lon or 0)) * LON_TO_LAT
    return round(hypot(north, east) * DEGREE)


def _main(case: Case) -> int | None:
    category = category_of(case)
    return category.parent_id if category else None


def _shared(one: str, other: str) -> float:
    """The part of their words that two texts share (Jaccard), of words that say something."""
    first, second = _words(one), _words(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= SHORT}
