"""Initiatives on other pages: those of a wijk, those that follow an approach, their milestones, those with a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from core.areas.queries import AreaRow
from participation.initiatives.models import Milestone
from participation.initiatives.queries.public import UNDERWAY, Asked, Line, lines_in, place_of, public_initiatives
from participation.initiatives.states import Stage

MOST_MILESTONES = 12


@dataclass(frozen=True, slots=True)
class Passed:
    """A milestone in the story of a wijk. `is_planned`: still to come. `theme_id` is of its initiative."""

    title: str
    initiative: str
    slug: str
    on: date
    is_planned: bool
    theme_id: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """An initiative that holds every word that was looked for."""

    title: str
    slug: str
    what: str
    place: str
    since: date


def running_in(area: AreaRow, *, many: int, theme_id: int | None = None, needs_help: bool = False) -> list[Line]:
    """The newest that are under way in an area. One query."""
    asked = Asked(area.gemeente_id, area=area, stage=UNDERWAY, theme_id=theme_id, needs_help=needs_help)
    return lines_in(public_initiatives(asked).order_by("-published_at", "-id")[:many])


def following_approach(key: UUID, *, gemeente_id: int, many: int = 6) -> list[Line]:
    """Those that do it here, the newest first; a group that stopped is no example. One query."""
    rows = public_initiatives(Asked(gemeente_id)).filter(approach=key).exclude(stage=Stage.STOPPED)
    return lines_in(rows.order_by("-published_at", "-id")[:many])


def milestones_in(area_ids: Sequence[int], today: date, *, theme_id: int | None = None) -> list[Passed]:
    """What initiatives in these areas reached, and what they plan, the latest dozen by their day. One query."""
    rows = Milestone.objects.filter(
        Q(done_at__isnull=False) | Q(on__gte=today),
        initiative__area_id__in=area_ids,
        initiative__published_at__isnull=False,
    ).exclude(initiative__stage=Stage.STOPPED)
    if theme_id is not None:
        rows = rows.filter(initiative__theme_id=theme_id)
    found = list(rows.select_related("initiative").order_by("-on", "-id")[:MOST_MILESTONES])
    return [
        Passed(
            one.title,
            one.initiative.title,
            one.initiative.slug,
            timezone.localdate(one.done_at) if one.done_at is not None else one.on,
            one.done_at is None,
            one.initiative.theme_id,
        )
        for one in reversed(found)
    ]


def holding(words: Sequence[str], *, gemeente_id: int, many: int = 60) -> list[Hit]:
    """Public initiatives with every one of these words, the newest first. One query."""
    rows = public_initiatives(Asked(gemeente_id, text=" ".join(words))).order_by("-published_at", "-id")
    return [
        Hit(
            one.title,
            one.slug,
            one.what,
            place_of(one)[0],
            timezone.localdate(one.published_at or one.created_at),
        )
        for one in rows[:many]
    ]
