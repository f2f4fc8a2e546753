"""Reading the agenda."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from wagtail.models import Page

from cms.agenda.recurrence import Occurrence, all_occurrences
from cms.base.around import area_called, areas_shown
from cms.base.publishing import gemeente_of
from core.areas.queries import AreaRow, tree
from core.errors import NotFound
from core.places.spot import spot_map
from participation.organisations.cards import PersonLine, chosen
from participation.reports.tokens import hash_of
from participation.routing.queries import themes_of
from participation.routing.wording import theme_name

PAST = "geweest"
"""As what the address asks for what was."""
MOST_EVENTS = 500
"""Pages that one list is made of."""
PAST_SHOWN = timedelta(days=365)
AHEAD_SHOWN = timedelta(days=366)
SERIES_AHEAD = timedelta(days=43)
"""How far ahead the list goes with what is every week; the page of the event has all its dates."""

SURE = timedelta(minutes=30)
"""So long a seat is certain for who has not confirmed; after that it is theirs only if it is still free."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One time of an event on a list."""

    page: Any
    at: Occurrence
    full: bool = False
    """No seat is left; False where nobody asked."""

    @property
    def series(self) -> bool:
        return bool(self.page.repeats)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a visitor wants to see. `wijken` and `themes` (with their names): what there is to choose from.

    A page of a quarter or of a stadsdeel leads here with that; then it is among them.
    """

    area: AreaRow | None
    theme: Any
    past: bool
    wijken: tuple[AreaRow, ...]
    themes: tuple[tuple[Any, str], ...]

    @property
    def area_id(self) -> int | None:
        return self.area.id if self.area else None

    @property
    def theme_id(self) -> int | None:
        return self.theme.pk if self.theme else None

    @property
    def query(self) -> str:
        """What of it goes into the address of another page of the list."""
        return self._address(past=self.past).lstrip("?")

    @property
    def upcoming_address(self) -> str:
        return self._address(past=False)

    @property
    def past_address(self) -> str:
        return self._address(past=True)

    def _address(self, *, past: bool) -> str:
        said = {"wijk": self.area.code if self.area else "", "thema": self.theme.slug if self.theme else ""}
        return "?" + urlencode({key: one for key, one in (said | {"toon": PAST if past else ""}).items() if one})


@dataclass(frozen=True, slots=True)
class SigningUp:
    """Whether and how one can sign up for one time. `left` is None when there is room for everybody."""

    how: str
    open: bool
    left: int | None = None
    waiting: bool = False
    closes: datetime | None = None

    @property
    def full(self) -> bool:
        return self.left is not None and self.left <= 0


# --- lists ------------------------------------------------------------------------------------


def events(
    home: Page, now: datetime, *, past: bool = False, area_id: int | None = None, theme_id: int | None = None
) -> QuerySet[Any]:
    """Live events below a home page: those that are not over, or with `past` those of the last year.

    Of an area: what stands on its page, and those that are for everyone. Two queries when read, one of them for
    the dates that are different.
    """
    found = apps.get_model("cms_agenda.EventPage").objects.live().descendant_of(home)
    found = found.filter(starts_at__lt=now, over_at__gt=now - PAST_SHOWN) if past else found.filter(over_at__gt=now)
    if area_id is not None:
        found = found.filter(Q(area_id__in=sorted(areas_shown(area_id))) | Q(area=None))
    if theme_id is not None:
        found = found.filter(theme_id=theme_id)
    found = found.select_related("area", "theme").defer("body", "area__geometry").prefetch_related("changes")
    return found.order_by("starts_at", "pk")[:MOST_EVENTS]


def occurrences_of(found: Iterable[Any], now: datetime, *, past: bool = False) -> list[Listed]:
    """Every time of these that is still to come, soonest first; with `past` those that were, last first."""
    listed = [Listed(page, one) for page in found for one in all_occurrences(page.rule())]
    if past:
        listed = [one for one in listed if now - PAST_SHOWN < one.at.end <= now]
        return sorted(listed, key=lambda one: (one.at.start, one.page.pk), reverse=True)
    listed = [one for one in listed if one.at.end > now and one.at.start < now + AHEAD_SHOWN]
    return sorted(listed, key=lambda one: (one.at.start, one.page.pk))


def event_with_dates(event_id: int) -> Any:
    """A live event, or None. Two queries."""
    found = apps.get_model("cms_agenda.EventPage").objects.live().filter(pk=event_id)
    return found.select_related("theme").prefetch_related("changes").first()


def upcoming_events(home: Page, now: datetime, n: int = 3, *, area_id: int | None = None) -> list[Listed]:
    """The next times, for a card each (`cms/event_card.html` with `item`): of a series the first only. Two queries.

    `home`: the home page; with `area_id` that area's events, and those for everyone.
    """
    seen: set[int] = set()
    first = []
    for one in occurrences_of(events(home, now, area_id=area_id), now):
        if one.page.pk not in seen and not (one.at.cancelled and one.series):
            seen.add(one.page.pk)
            first.append(one)
    return first[:n]


def by_month(listed: Iterable[Listed]) -> list[tuple[date, list[Listed]]]:
    """The same, in groups of the month in which they begin; each with the first day of that month."""
    return [
        (month, list(group)) for month, group in groupby(listed, key=lambda one: one.at.start.date().replace(day=1))
    ]


def without_far_series(listed: Iterable[Listed], now: datetime) -> list[Listed]:
    """Of a series only what is soon, or its first time: a year of every week would hide the rest."""
    seen: set[int] = set()
    found = []
    for one in listed:
        if not one.series or one.at.start < now + SERIES_AHEAD or one.page.pk not in seen:
            found.append(one)
        seen.add(one.page.pk)
    return found


def read_filters(home: Page, asked: Mapping[str, str]) -> Chosen:
    """What the address asks for; what is not there is as if it was not asked. One query, for the municipality."""
    gemeente_id = gemeente_of(home)
    chosen = area_called(asked.get("wijk", ""), gemeente_id)
    wijken = set(tree().wijken(gemeente_id)) if gemeente_id else set()
    wijken |= {chosen} if chosen else set()
    themes = themes_of(gemeente_id) if gemeente_id else ()
    return Chosen(
        area=chosen,
        theme=next((one for one in themes if one.slug == asked.get("thema")), None),
        past=asked.get("toon") == PAST,
        wijken=tuple(sorted(wijken, key=lambda one: one.name)),
        themes=tuple((one, theme_name(one)) for one in themes),
    )


def read_date(text: str) -> date | None:
    """A date as an address has it: 2026-12-03."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


# --- signing up -------------------------------------------------------------------------------


def holding(now: datetime) -> Q:
    """Sign-ups that take seats: confirmed, offered, and not confirmed for a short while."""
    return Q(state__in=("seat", "offered")) | Q(state="asked", created_at__gt=now - SURE)


def taken(event_id: int, on: date, now: datetime) -> int:
    """Seats that are taken or held for one time."""
    model = apps.get_model("cms_agenda.Attendance")
    rows = model.objects.filter(holding(now), event_id=event_id, on=on)
    return int(rows.aggregate(total=Sum("people"))["total"] or 0)


def with_full(listed: Iterable[Listed], now: datetime) -> list[Listed]:
    """The same, which know whether a seat is left. One query, none without such events."""
    listed = list(listed)
    limited = [one for one in listed if one.page.sign_up == one.page.SignUp.HERE and one.page.seats]
    if not limited:
        return listed
    model = apps.get_model("cms_agenda.Attendance")
    rows = model.objects.filter(event_id__in={one.page.pk for one in limited}, on__in={one.at.on for one in limited})
    sums = rows.filter(holding(now)).values_list("event_id", "on").annotate(total=Sum("people"))
    total = {(event_id, on): total for event_id, on, total in sums.order_by()}
    full = {(one.page.pk, one.at.on) for one in limited if total.get((one.page.pk, one.at.on), 0) >= one.page.seats}
    return [replace(one, full=(one.page.pk, one.at.on) in full) for one in listed]


def signing_up(page: Any, at: Occurrence, now: datetime) -> SigningUp:
    """For one time of an event. One query at most."""
    closes = at.start - timedelta(hours=page.closes_hours)
    is_open = not at.cancelled and now < closes
    if page.sign_up != page.SignUp.HERE:
        return SigningUp(page.sign_up, open=is_open, closes=closes)
    left = max(page.seats - taken(page.pk, at.on, now), 0) if page.seats else None
    return SigningUp(page.sign_up, is_open, left, waiting=page.waiting_list, closes=closes)


def attendance_of(token: str, gemeente_id: int | None) -> Any:
    """The sign-up of a private link, with its event. `NotFound` for any other, and on another municipality's host."""
    model = apps.get_model("cms_agenda.Attendance")
    found = model.objects.filter(token_hash=hash_of(token), erased_at=None).select_related("event").first()
    if not token or found is None or gemeente_of(found.event) != gemeente_id:
        raise NotFound
    return found


def people_to_ask(page: Any, gemeente_id: int | None, now: datetime) -> tuple[PersonLine, ...]:
    """The card of the professional of an event, or of who stands in; no query."""
    if page.professional_id is None or gemeente_id is None:
        return ()
    return chosen([page.professional_id], gemeente_id, timezone.localdate(now))


def map_of(page: Any) -> dict[str, Any] | None:
    """A small map of where it is, when that is known."""
    return spot_map(page.lon, page.lat) if page.lon is not None and page.lat is not None else None
