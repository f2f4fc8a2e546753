"""Initiatives that want much the same in much the same place, so that people join what is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core.areas.queries import folded, tree
from participation.cases.cells import metres_between
from participation.initiatives.models import Initiative
from participation.initiatives.states import Stage
from participation.texts.likeness import LITTLE, alike

ENOUGH = 0.3
"""From here on two are similar enough to show one next to the other (`tests/…/test_similar.py` measures it)."""
NEAR, FAR = 200.0, 3000.0
"""Metres: as near as next door, and so far that place says nothing any more."""
MOST_SHOWN = 4
MOST_LOOKED_AT = 200
"""The newest of the same quarter, and as many that have a word of the title."""
_COMMON_WORDS = """
bewoners buren buurman buurt buurten buurvrouw dag doen elk elke gaan idee iedereen initiatief jaar keer kinderen komen
leeg leren lege maak maand maken mag mensen mogen nieuw nieuwe ons onze plan plein plek project samen straat we week wij
wijk wil willen
"""
COMMON = frozenset(_COMMON_WORDS.split())
"""What nearly every plan says, so that it tells nothing about this one."""
ASKED_WORDS = 4
"""Of the title, the longest first: these are looked for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared. `at`: (lon, lat) of its place, or of the middle of its area."""

    title: str
    text: str
    at: tuple[float, float] | None = None
    theme_id: int | None = None


@dataclass(frozen=True, slots=True)
class Similar:
    """`same`: what they have in common, for people: near, words, theme."""

    slug: str
    title: str
    what: str
    stage: str
    language: str
    area: str
    same: tuple[str, ...]
    score: float

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def takes_people(self) -> bool:
        """Whether there is something to join; else it is there to learn from."""
        return self.stage not in {Stage.DONE, Stage.STOPPED}


def telling(text: str) -> str:
    """A text without the words that nearly every plan has."""
    return " ".join(word for word in re.findall(r"\w+", text.casefold()) if word not in COMMON)


def words_in_common(ours: Facts, theirs: Facts) -> float:
    """0 to 1. A name says most of what it is about; a long text has many words that do not."""
    titles = alike(telling(ours.title), telling(theirs.title))
    whole = alike(telling(f"{ours.title} {ours.text}"), telling(f"{theirs.title} {theirs.text}"))
    return max(titles, whole, (titles + whole) / 1.6 if titles and whole else 0.0)


def nearness(ours: Facts, theirs: Facts) -> float:
    """1 next door, falling to 0 at three kilometres; half when we do not know."""
    if ours.at is None or theirs.at is None:
        return 0.5
    metres = metres_between(*ours.at, *theirs.at)
    return 1.0 if metres <= NEAR else max(0.0, 1 - (metres - NEAR) / (FAR - NEAR))


def score(ours: Facts, theirs: Facts) -> float:
    """0 to 1. Words decide; place and theme make more of words that agree, and nothing of those that do not. Pure."""
    words = min(1.0, words_in_common(ours, theirs))
    theme = ours.theme_id is not None and ours.theme_id == theirs.theme_id
    return words * (0.65 + 0.25 * nearness(ours, theirs) + (0.1 if theme else 0.0))


def similar_to(initiative: Initiative) -> list[Similar]:
    """The public ones most like this plan, best first. At most two queries, whatever there is."""
    ours = Facts(initiative.title, initiative.what, _place_of(initiative), initiative.theme_id)
    found = {row.pk: row for row in _candidates(initiative)}
    scored = [(score(ours, _facts(row)), row) for row in found.values()]
    best = sorted(((points, row) for points, row in scored if points >= ENOUGH), key=lambda one: (-one[0], one[1].pk))
    return [_similar(ours, row, points) for points, row in best[:MOST_SHOWN]]


def _candidates(initiative: Initiative) -> Iterable[Initiative]:
    rows = (
        Initiative.objects.filter(gemeente_id=initiative.gemeente_id, published_at__isnull=False)
        .exclude(pk=initiative.pk)
        .only("slug", "title", "what", "stage", "language", "area_id", "lat", "lon", "theme_id")
        .order_by("-published_at", "-id")
    )
    if initiative.area_id is not None:
        wijk = next((one for one in tree().ancestors(initiative.area_id) if one.level == "wijk"), None)
        if wijk is not None:
            yield from rows.filter(area_id__in=tree().descendants(wijk.id))[:MOST_LOOKED_AT]
    words = {word for word in folded(initiative.title).split() if len(word) > 3 and word not in LITTLE}
    longest = sorted(words, key=lambda word: (-len(word), word))[:ASKED_WORDS]
    if longest:
        # The beginning of a word finds its plural and what is built with it ("buurttuin", "tuinen").
        wanted = [Q(found_by__contains=word[: max(4, len(word) - 2)]) for word in longest]
        any_of = wanted[0]
        for one in wanted[1:]:
            any_of |= one
        yield from rows.filter(any_of)[:MOST_LOOKED_AT]


def _place_of(row: Initiative) -> tuple[float, float] | None:
    if row.lon is not None and row.lat is not None:
        return row.lon, row.lat
    area = tree().by_id.get(row.area_id or 0)
    return area.point if area is not None else None


def _facts(row: Initiative) -> Facts:
    return Facts(row.title, row.what, _place_of(row), row.theme_id)


def _similar(ours: Facts, row: Initiative, points: float) -> Similar:
    theirs = _facts(row)
    same: list[str] = []
    if ours.at is not None and theirs.at is not None and nearness(ours, theirs) > 0.7:  # within a kilometre
        same.append("near")
    if ours.theme_id is not None and ours.theme_id == theirs.theme_id:
        same.append("theme")
    area: Any = tree().by_id.get(row.area_id or 0)
    return Similar(
        row.slug, row.title, row.what, row.stage, row.language, area.name if area else "", tuple(same), points
    )
