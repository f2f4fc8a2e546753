"""What is new in a wijk since a moment: pages that everybody may read, and reports as numbers.

Counts from when a page was first published: what an editor mends later is no news. In the active language, where a
page can be read in it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, Q

from cms.agenda.queries import events, occurrences_of
from cms.agenda.recurrence import Occurrence
from cms.base.around import areas_shown
from cms.base.reading import as_read, path_read
from cms.following.choices import Topic
from cms.following.queries import Wijk, home_of
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import site_of
from participation.cases.states import Status
from participation.reports.overview import Kind
from participation.reports.queries import public_reports

MOST = 6
"""Pages of one topic of one wijk that are told; of the rest only that there is more."""
MOST_KINDS = 3
PICTURE = "fill-1104x552|format-jpeg|jpegquality-72"
"""Twice the width of a mail: phones have sharp screens."""
WIDTH, HEIGHT = 552, 276


@dataclass(frozen=True, slots=True)
class Picture:
    address: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(slots=True)
class Item:
    """One page. `day`: of a win or message; `when`: of an event."""

    title: str
    lead: str
    address: str
    day: date | None = None
    when: Occurrence | None = None
    place: str = ""
    picture: Picture | None = None


@dataclass(slots=True)
class Solved:
    """Reports that were resolved, in numbers: `kinds` are (what it was about, how many), the most first."""

    many: int
    kinds: list[tuple[Kind, int]]
    address: str


@dataclass(slots=True)
class Part:
    """One wijk in a digest, or the whole municipality (`area` None)."""

    name: str
    address: str
    area: AreaRow | None = None
    wins: list[Item] = field(default_factory=list)
    news: list[Item] = field(default_factory=list)
    agenda: list[Item] = field(default_factory=list)
    solved: Solved | None = None
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.wins or self.news or self.agenda or self.solved)

    @property
    def first(self) -> Item | None:
        return next(iter([*self.wins, *self.news, *self.agenda]), None)


def whats_new(
    *,
    gemeente_id: int,
    wijken: Sequence[Wijk],
    topics: Collection[str],
    since: datetime,
    until: datetime,
    ahead: int,
) -> list[Part]:
    """A part for each of these wijken that has something, and one for what is for everyone; empty when nothing is new.

    `ahead`: days that the agenda looks ahead of `until`. A constant number of queries, but for reports: one a wijk.
    """
    home = home_of(gemeente_id)
    if home is None:
        return []
    site = site_of(gemeente_id)
    parts = {one.area.id: Part(one.name, site + one.address, one.area) for one in wijken}
    whole = Part(tree().by_id[gemeente_id].name, site + path_read(home.translation_key, "/"))
    reader = _Reader(home, site, [one.area for one in wijken])
    if Topic.WINS in topics:
        for area_id, page in reader.published("cms_wins.SmallWinPage", since, until, "photo_after", "photo_before"):
            (parts[area_id] if area_id else whole).wins.append(
                reader.item(page, page.photo_after or page.photo_before, day=page.date)
            )
    if Topic.NEWS in topics:
        for area_id, page in reader.published("cms_news.NewsPage", since, until, "photo"):
            (parts[area_id] if area_id else whole).news.append(reader.item(page, page.photo, day=page.date))
    if Topic.AGENDA in topics:
        for area_id, item in reader.events(since, until, until + timedelta(days=ahead)):
            (parts[area_id] if area_id else whole).agenda.append(item)
    for part in (*parts.values(), whole):
        if Topic.SOLVED in topics and part.area is not None:
            part.solved = _solved(part.area, since, until, part.address)
        _shorten(part)
    return [one for one in (*parts.values(), whole) if one]


def _shorten(part: Part) -> None:
    """At most so many of each; and one picture, of the first that has one."""
    for items in (part.wins, part.news, part.agenda):
        part.more = part.more or len(items) > MOST
        del items[MOST:]
    shown = False
    for item in (*part.wins, *part.news, *part.agenda):
        if shown:
            item.picture = None
        shown = shown or item.picture is not None


def _solved(area: AreaRow, since: datetime, until: datetime, address: str) -> Solved | None:
    cases = public_reports(gemeente_id=area.gemeente_id, area=area, status=Status.RESOLVED)
    fresh = cases.filter(closed_at__gt=since, closed_at__lte=until).select_related(None).order_by()
    counts = sorted(fresh.values_list("category_id").annotate(many=Count("id")), key=lambda one: (-one[1], one[0] or 0))
    if not counts:
        return None
    kinds = [(Kind(area.gemeente_id, pk), many) for pk, many in counts if pk is not None][:MOST_KINDS]
    return Solved(sum(many for _pk, many in counts), kinds, f"{address}?toon=opgelost#meldingen")


class _Reader:
    """Reads pages below one home page, and says of each of which followed area it is: the nearest."""

    def __init__(self, home: Any, site: str, followed: Sequence[AreaRow]) -> None:
        self.home, self.site = home, site
        own = {one.id for one in followed}
        self.parts = {pk: one.id for one in followed for pk in areas_shown(one.id) - own} | {pk: pk for pk in own}
        # Of a wijk and a quarter in it that are both followed, the quarter tells of what is in it.
        for one in sorted(followed, key=lambda area: len(tree().ancestors(area.id))):
            self.parts |= dict.fromkeys(tree().descendants(one.id), one.id)

    def address(self, page: Any) -> str:
        return self.site + path_read(page.translation_key, f"/{page.url_path.removeprefix(self.home.url_path)}")

    def published(self, model: str, since: datetime, until: datetime, *photos: str) -> list[tuple[int | None, Any]]:
        """Newest first."""
        pages = self.pages(model).filter(first_published_at__gt=since, first_published_at__lte=until)
        pages = pages.select_related(*photos).prefetch_related(*(f"{one}__renditions" for one in photos))
        newest = as_read(pages.order_by("-first_published_at", "-pk"))
        return [(self.parts.get(one.area_id), one) for one in newest]

    def pages(self, model: str) -> Any:
        """Live and for everybody: of these areas, and of no area at all."""
        wanted = Q(area_id__in=self.parts) | Q(area_id=None)
        return apps.get_model(model).objects.live().public().descendant_of(self.home).filter(wanted)

    def item(self, page: Any, photo: Any, **more: Any) -> Item:
        return Item(page.title, page.lead, self.address(page), picture=self.picture(photo), **more)

    def picture(self, photo: Any) -> Picture | None:
        if photo is None:
            return None
        try:
            made = photo.get_rendition(PICTURE)
        except (OSError, ValueError):  # the file is gone
            return None
        return Picture(self.site + made.url, photo.description or "")

    def events(self, since: datetime, until: datetime, ahead: datetime) -> list[tuple[int | None, Item]]:
        """The next time of each event that is soon, or that was published since; soonest first."""
        fresh = self.pages("cms_agenda.EventPage").values_list("pk", "first_published_at")
        shown = {pk: at is not None and since < at <= until for pk, at in fresh}
        found: dict[int, tuple[int | None, Item]] = {}
        for listed in as_read(occurrences_of(events(self.home, until), until)):
            page, at = listed.page, listed.at
            if page.pk in found or page.pk not in shown or at.cancelled or at.start <= until:
                continue
            if at.start < ahead or shown[page.pk]:
                address = f"{self.address(page)}?dag={at.on.isoformat()}" if listed.series else self.address(page)
                item = Item(page.title, page.lead, address, when=at, place=page.place)
                found[page.pk] = (self.parts.get(page.area_id), item)
        return list(found.values())
