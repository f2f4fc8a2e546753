"""Everything a wijk page shows, read in one place and in as few queries as there are kinds of things.

Areas, people and themes come from memory; what is about reports is kept under the heads of the wijk's streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.paginator import Page as LinesPage
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.agenda.queries import Listed, events, occurrences_of, upcoming_events
from cms.base.around import areas_shown
from cms.news.queries import latest_news
from cms.wins.queries import latest_wins
from core.areas.queries import AreaRow, tree
from participation.initiatives.queries.around import Passed, milestones_in, running_in
from participation.initiatives.queries.public import Line
from participation.organisations.cards import PersonLine
from participation.polls.queries.listing import Follow, follow_ups_in, open_in
from participation.polls.queries.listing import Line as PollLine
from participation.reports.overview import (
    LINES,
    SHOWN,
    ReportLine,
    WijkOverview,
    people_today,
    streams_of_area,
    wijk_overview,
    wijk_reports,
)
from participation.routing.queries import themes_of
from participation.routing.wording import theme_description, theme_name

ON_PAGE = 3
"""Small wins, messages and events each."""
ON_THEME = 12
SIZES = "prefetched_renditions"
"""Where Wagtail looks for the sizes of an image before it asks for them."""
LATEST_MOMENTS = 6
"""What happened before these is folded away; what is planned never is."""


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme (its row) in the language of who looks."""

    theme: Any

    @property
    def name(self) -> str:
        return theme_name(self.theme)

    @property
    def description(self) -> str:
        return theme_description(self.theme)


@dataclass(frozen=True, slots=True)
class Told:
    """A moment of the story. `month` is its first day; `more` the page to read on, when residents can see it, or
    `address` where that is no page of an editor."""

    moment: Any
    month: date | None
    theme: ThemeLine | None
    more: Page | None
    address: str = ""
    is_poll: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """Takes the place of a moment that an editor wrote: what an initiative reached or plans, or what follows a poll."""

    year: int
    title: str
    text: str
    is_planned: bool
    photo: None = None


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    moments: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """`earlier` is folded away. In order of time; within a year what is planned comes last."""

    earlier: tuple[Year, ...]
    years: tuple[Year, ...]


@dataclass(frozen=True, slots=True)
class Reports:
    """The public reports, and which of them the list shows."""

    overview: WijkOverview
    lines: tuple[ReportLine, ...]
    shown: str
    page: LinesPage[int]


@dataclass(frozen=True, slots=True)
class Overview:
    """`above`: the wijk page this one stands below; `below`: the pages of its buurten. `theme`: the one that is shown.

    With a theme the people, reports, figures and pages below are left out.
    """

    area: AreaRow
    gemeente: AreaRow
    above: Any
    below: tuple[Any, ...]
    people: tuple[PersonLine, ...]
    reports: Reports | None
    figures: tuple[Any, ...]
    story: Story
    themes: tuple[ThemeLine, ...]
    theme: ThemeLine | None
    wins: tuple[Any, ...]
    news: tuple[Any, ...]
    events: tuple[Listed, ...]
    initiatives: tuple[Line, ...]
    polls: tuple[PollLine, ...]


def streams_of_page(area: AreaRow) -> list[str]:
    """Where everything on the page of an area is told: there, and in the town for what is for everyone."""
    return sorted({*streams_of_area(area), f"wijk:{tree().by_id[area.gemeente_id].code}"})


def theme_called(area: AreaRow, slug: str) -> ThemeLine | None:
    """From memory."""
    return next((ThemeLine(one) for one in themes_of(area.gemeente_id) if one.slug == slug), None)


def overview_of(
    page: Any, area: AreaRow, home: Page, asked: Mapping[str, str], now: datetime, seen: Mapping[str, int] | None
) -> Overview:
    """The page of an area. `asked`: what the address asks for (`toon`, `pagina`, `thema`); `seen`: heads just read."""
    known = tree()
    theme = theme_called(area, asked.get("thema", ""))
    most = ON_THEME if theme else ON_PAGE
    wins = latest_wins(home, area_id=area.id).select_related(None).prefetch_related(None)
    news = latest_news(home, area_id=area.id).select_related(None).prefetch_related(None)
    coming = (
        occurrences_of(events(home, now, area_id=area.id, theme_id=theme.theme.pk), now)[:most]
        if theme
        else upcoming_events(home, now, most, area_id=area.id)
    )
    if theme:
        wins, news = wins.filter(theme_id=theme.theme.pk), news.filter(theme_id=theme.theme.pk)
    shown_wins, shown_news = tuple(wins[:most]), tuple(news[:most])
    moments = [one for one in page.moments.all() if theme is None or one.theme_id == theme.theme.pk]
    attach_photos(
        *((one, "photo") for one in (page, *moments, *shown_news)),
        *((one, name) for one in shown_wins for name in ("photo_after", "photo_before")),
    )
    near = _near(page, {one.more_id for one in moments} - {None})
    return Overview(
        area=area,
        gemeente=known.by_id[area.gemeente_id],
        above=near.above,
        below=() if theme else near.below,
        people=() if theme else people_today(area, now),
        reports=None if theme else _reports(area, asked, now, seen),
        figures=() if theme else tuple(page.figures.all()),
        story=story_of(
            moments,
            area.gemeente_id,
            pages=near.named,
            fold=theme is None,
            milestones=milestones_in(
                sorted(areas_shown(area.id)), timezone.localdate(now), theme_id=theme.theme.pk if theme else None
            ),
            follow_ups=follow_ups_in(
                sorted(areas_shown(area.id)), timezone.localdate(now), theme_id=theme.theme.pk if theme else None
            ),
        ),
        themes=_themes(area, sorted(areas_shown(area.id)), moments),
        theme=theme,
        wins=shown_wins,
        news=shown_news,
        events=tuple(coming),
        initiatives=tuple(running_in(area, many=most, theme_id=theme.theme.pk if theme else None)),
        polls=tuple(open_in(area, many=most, theme_id=theme.theme.pk if theme else None)),
    )


def story_of(
    moments: Iterable[Any],
    gemeente_id: int,
    *,
    pages: Mapping[int, Page],
    fold: bool = True,
    milestones: Sequence[Passed] = (),
    follow_ups: Sequence[Follow] = (),
) -> Story:
    """The moments in order of time, by year, with the milestones of initiatives and what follows polls.

    `pages`: those that moments name and residents can see. No query.
    """
    ordered = sorted(moments, key=lambda one: (one.year, one.is_planned, one.month or 0, one.sort_order or 0))
    themes = {one.pk: ThemeLine(one) for one in themes_of(gemeente_id)}
    told = [
        Told(one, date(one.year, one.month, 1) if one.month else None, themes.get(one.theme_id), pages.get(one.more_id))
        for one in ordered
    ]
    if milestones or follow_ups:
        besides = [*(_milestone(one, themes) for one in milestones), *(_follow_up(one, themes) for one in follow_ups)]
        told = sorted([*told, *besides], key=_in_time)
    happened = [one for one in told if not one.moment.is_planned]
    folded = len(happened) - LATEST_MOMENTS if fold else 0
    return Story(_by_year(happened[:folded] if folded > 0 else []), _by_year(told[max(folded, 0) :]))


def _milestone(one: Passed, themes: Mapping[int, ThemeLine]) -> Told:
    moment = Milestone(one.on.year, one.title, one.initiative, one.is_planned)
    address = reverse("initiative", args=[one.slug])
    return Told(moment, one.on.replace(day=1), themes.get(one.theme_id or 0), None, address)


def _follow_up(one: Follow, themes: Mapping[int, ThemeLine]) -> Told:
    moment = Milestone(one.on.year, one.title, one.poll, one.is_planned)
    address = reverse("poll", args=[one.slug])
    return Told(moment, one.on.replace(day=1), themes.get(one.theme_id or 0), None, address, is_poll=True)


def _in_time(one: Told) -> tuple[int, bool, int]:
    return one.moment.year, one.moment.is_planned, one.month.month if one.month else 0


def attach_photos(*places: tuple[Any, str]) -> None:
    """Give each (row, name of a field) its image with the sizes that were made of it: one query for all of them."""
    wanted = {getattr(row, f"{name}_id") for row, name in places} - {None}
    if not wanted:
        return
    model = get_image_model()
    size = model.get_rendition_model()
    columns = [field.attname for field in size._meta.concrete_fields]
    sizes = {f"made_{one}": F(f"renditions__{one}") for one in columns}
    found: dict[int, Any] = {}
    for row in model.objects.filter(pk__in=wanted).annotate(**sizes):  # one for each size, or one without any
        image = found.setdefault(row.pk, row)
        made = image.__dict__.setdefault(SIZES, [])
        if row.made_id is not None:
            made.append(size.from_db(row._state.db, columns, [getattr(row, name) for name in sizes]))
            made[-1].image = image
    for row, name in places:
        setattr(row, name, found.get(getattr(row, f"{name}_id")))


def _by_year(told: Iterable[Told]) -> tuple[Year, ...]:
    return tuple(Year(number, tuple(group)) for number, group in groupby(told, key=lambda one: one.moment.year))


@dataclass(frozen=True, slots=True)
class _Near:
    """Live pages: `above` and `below` are of areas, by title; `named` by their ids."""

    above: Page | None
    below: tuple[Page, ...]
    named: Mapping[int, Page]


def _near(page: Any, named: Set[int]) -> _Near:
    """The wijk page right above, those right below, and of the pages with these ids what residents can see.

    At most one query.
    """
    wanted = Q(pk__in=named) if named else Q()
    if page.path:
        around = Q(path=page.path[: -page.steplen]) | Q(
            depth=page.depth + 1, path__range=page._get_children_path_interval(page.path)
        )
        wanted |= around & Q(wijkpage__area__isnull=False)
    found = Page.objects.live().filter(wanted).annotate(area_id=F("wijkpage__area")).order_by("title")
    rows = list(found) if wanted else []
    areas = [one for one in rows if one.area_id is not None and page.path]
    return _Near(
        next((one for one in areas if one.path == page.path[: -page.steplen]), None),
        tuple(one for one in areas if one.depth == page.depth + 1 and one.path.startswith(page.path)),
        {one.pk: one for one in rows if one.pk in named},
    )


def _reports(area: AreaRow, asked: Mapping[str, str], now: datetime, seen: Mapping[str, int] | None) -> Reports:
    overview = wijk_overview(area, now, seen)
    shown = asked.get("toon", "")
    shown = shown if shown in SHOWN else ""
    total = {"": overview.open + overview.resolved, "open": overview.open, "opgelost": overview.resolved}[shown]
    page = Paginator(range(total), LINES).get_page(asked.get("pagina"))
    first = page.number == 1 and not shown
    lines = overview.reports if first else wijk_reports(area, shown=shown, skip=(page.number - 1) * LINES)
    return Reports(overview, lines, shown, page)


def _themes(area: AreaRow, inside: Sequence[int], moments: Iterable[Any]) -> tuple[ThemeLine, ...]:
    """Those that something on this page hangs on, in their order. One query."""
    mine = []
    for name in ("cms_news.NewsPage", "cms_wins.SmallWinPage", "cms_agenda.EventPage"):
        rows = apps.get_model(name).objects.live().filter(area_id__in=inside, theme__isnull=False)
        mine.append(rows.order_by().values_list("theme_id", flat=True))
    used = {one.theme_id for one in moments} | set(mine[0].union(*mine[1:]))
    return tuple(ThemeLine(one) for one in themes_of(area.gemeente_id) if one.pk in used)
