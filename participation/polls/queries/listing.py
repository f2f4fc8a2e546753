"""Polls in lists: all of them, those of a place or theme, and those that other pages show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.api.cursors import KeysetPagination
from core.areas.queries import AreaRow, tree
from core.events.models import Event
from core.snapshots.snapshot import Snapshot
from participation.polls.models import FollowUp, Poll
from participation.polls.queries.public import place_of, public_polls
from participation.polls.states import Stage
from participation.routing.models import Theme
from participation.routing.queries import themes_of
from participation.routing.wording import theme_name

NEWEST = ("-published_at", "-id")
NOW, SOON, OWED, ANSWERED, STOPPED = "open", "soon", "owed", "answered", "stopped"
GROUPS: dict[str, frozenset[Stage]] = {
    NOW: frozenset({Stage.OPEN}),
    SOON: frozenset({Stage.IDEAS, Stage.CHECKING, Stage.READY}),
    OWED: frozenset({Stage.CLOSED}),
    ANSWERED: frozenset({Stage.ANSWERED}),
    STOPPED: frozenset({Stage.STOPPED}),
}
"""What people look for, by the stages that it is."""
MOST_FOLLOW_UPS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """How a list is narrowed. `gemeente_id` None: every municipality of the installation."""

    gemeente_id: int | None
    area: AreaRow | None = None
    group: str = ""
    theme_id: int | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.area or self.group or self.theme_id)


@dataclass(frozen=True, slots=True)
class Line:
    """One poll in a list."""

    slug: str
    title: str
    language: str
    about: str
    stage: str
    stage_label: str
    place: str
    wijk: str
    theme: Theme | None
    opens_at: datetime | None
    closes_at: datetime | None
    answer_by: date | None
    is_late: bool

    @property
    def theme_label(self) -> str:
        return theme_name(self.theme) if self.theme else ""

    @property
    def is_open(self) -> bool:
        return self.stage == Stage.OPEN and self.closes_at is not None and self.closes_at > timezone.now()


@dataclass(frozen=True, slots=True)
class Follow:
    """A date on which something is done with an outcome, in the story of a wijk."""

    title: str
    poll: str
    slug: str
    on: date
    is_planned: bool
    theme_id: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """What other pages tell of polls: who is open, closing first before others; follow-ups in order of time."""

    open: tuple[Poll, ...]
    follow_ups: tuple[FollowUp, ...]


def _read() -> Told:
    follow_ups = FollowUp.objects.filter(poll__published_at__isnull=False).select_related("poll")
    return Told(
        tuple(public_polls(None).filter(stage=Stage.OPEN).order_by("closes_at", "-id")),
        tuple(follow_ups.order_by("on", "id")),
    )


told_of: Snapshot[Told] = Snapshot("polls", _read)
"""Pages of a wijk show these among much else, and they change a few times a week."""


def told_anew(event: Event) -> None:
    """In the transaction that changed a poll which others may read."""
    if public_polls(event.gemeente_id).filter(slug=event.subject.partition("/")[2]).exists():
        told_of.changed()


def listed(asked: Asked) -> QuerySet[Poll]:
    """Public ones that were asked for, unordered. A place has those of what lies around it too."""
    rows = public_polls(asked.gemeente_id)
    if asked.area is not None:
        rows = rows.filter(area_id__in=areas_for(asked.area))
    if asked.group:
        rows = rows.filter(stage__in=sorted(GROUPS[asked.group]))
    if asked.theme_id is not None:
        rows = rows.filter(theme_id=asked.theme_id)
    return rows


def areas_for(area: AreaRow) -> frozenset[int]:
    """This area, all below it and all around it: a poll of the whole town is for each wijk."""
    return tree().descendants(area.id) | {row.id for row in tree().ancestors(area.id)}


def page_of(asked: Asked, *, cursor: str, limit: int) -> tuple[list[Line], str]:
    """The next lines and the cursor after them; one query wherever it is. Raises `BadRequest` for a wrong cursor."""
    rows, after = paging().cut(listed(asked), cursor=cursor, limit=limit)
    return lines_of(rows), after


def paging() -> KeysetPagination:
    return KeysetPagination(*NEWEST, never_null={"published_at"})


def newest(asked: Asked, many: int) -> tuple[list[Line], bool]:
    """The first few, those that close first before others; and whether there are more. One query."""
    order = ("closes_at", "-id") if asked.group == NOW else NEWEST
    rows = list(listed(asked).order_by(*order)[: many + 1])
    return lines_of(rows[:many]), len(rows) > many


def open_in(area: AreaRow, *, many: int, theme_id: int | None = None) -> list[Line]:
    """Those in which the people of this area can vote now, who close first before others. From memory."""
    areas, now = areas_for(area), timezone.now()
    found = [
        one
        for one in told_of.get().open
        if one.area_id in areas
        and one.closes_at is not None
        and one.closes_at > now
        and theme_id in (None, one.theme_id)
    ]
    return lines_of(found[:many])


def one_line(slug: str, *, gemeente_id: int | None) -> Line | None:
    """One query."""
    return next(iter(lines_of(public_polls(gemeente_id).filter(slug=slug)[:1])), None)


def lines_of(rows: Iterable[Poll]) -> list[Line]:
    """No query besides that of the rows."""
    return [_line(one) for one in rows]


def follow_ups_in(area_ids: Collection[int], today: date, *, theme_id: int | None = None) -> list[Follow]:
    """What was done and what is planned with outcomes in these areas, the latest dozen by their day. From memory."""
    rows = [
        one
        for one in told_of.get().follow_ups
        if one.poll.area_id in area_ids
        and (one.done_at is not None or one.on >= today)
        and theme_id in (None, one.poll.theme_id)
    ]
    return [
        Follow(
            one.title,
            one.poll.title,
            one.poll.slug,
            timezone.localdate(one.done_at) if one.done_at is not None else one.on,
            one.done_at is None,
            one.poll.theme_id,
        )
        for one in rows[-MOST_FOLLOW_UPS:]
    ]


def holding(words: Sequence[str], *, gemeente_id: int, many: int = 60) -> list[Line]:
    """Public polls with every one of these words, the newest first. One query."""
    rows = public_polls(gemeente_id)
    for word in words:
        rows = rows.filter(Q(title__icontains=word) | Q(intro__icontains=word) | Q(purpose__icontains=word))
    return lines_of(rows.order_by(*NEWEST)[:many])


def addresses_of(gemeente_id: int, most: int) -> list[tuple[str, datetime]]:
    """The list, and the page of each with when it changed, the newest first; for who maps the site. One query."""
    rows = public_polls(gemeente_id).order_by(*NEWEST).values_list("slug", "changed_at")
    found = [(reverse("poll", args=[slug]), at) for slug, at in rows[:most]]
    return [(reverse("polls"), max(at for _path, at in found)), *found] if found else []


def theme_of(poll: Poll) -> Theme | None:
    """From memory."""
    return next((one for one in themes_of(poll.gemeente_id) if one.pk == poll.theme_id), None)


def _line(one: Poll) -> Line:
    place, wijk = place_of(one.area_id)
    return Line(
        slug=one.slug,
        title=one.title,
        language=one.language,
        about=one.intro or one.purpose,
        stage=one.stage,
        stage_label=str(one.get_stage_display()),
        place=place,
        wijk=wijk,
        theme=theme_of(one),
        opens_at=one.opens_at,
        closes_at=one.closes_at,
        answer_by=one.answer_by,
        is_late=one.stage == Stage.CLOSED and one.answer_by is not None and one.answer_by < timezone.localdate(),
    )
