"""The demonstration's agenda: what agenda.toml says, and some people who come."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.text import slugify
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.agenda.models import AgendaIndexPage, Attendance, EventChange, EventPage
from cms.agenda.recurrence import dates, moment
from cms.base.files import collection_of
from cms.home.models import HomePage
from cms.wijken.models import WijkPage
from config.demo import content
from core.areas.models import Area
from participation.organisations.models import Professional
from participation.reports.tokens import hash_of, new_seed, token_of
from participation.routing.models import Theme

AS_THEY_ARE = (
    "title", "lead", "place", "address", "wheelchair", "access", "organiser", "languages", "costs", "sign_up", "seats",
    "closes_hours", "repeats", "repeats_times",
)  # fmt: skip
COMING = ("Anna", "Bilal", "Corrie", "Deniz", "Ewa", "Frits", "Gülay", "Hamid")


def build(*, now: datetime) -> None:
    """Write the events where there are none yet. Repeatable; edits stay."""
    said = tomllib.loads((content.HERE / "agenda.toml").read_text("utf-8"))["event"]
    with transaction.atomic():
        areas = {
            area.code: area for area in Area.objects.filter(gemeente__code__in=content.GEMEENTEN).defer("geometry")
        }
        for code in content.GEMEENTEN:
            home = HomePage.objects.get(gemeente=areas[code])
            if EventPage.objects.descendant_of(home).exists():
                continue
            for one in said:
                if areas[one["area"]].gemeente_id == areas[code].pk:
                    _write(home, one, areas, now)


def _write(home: HomePage, one: dict[str, Any], areas: dict[str, Area], now: datetime) -> None:
    area = areas[one["area"]]
    gemeente = home.gemeente
    assert gemeente is not None
    is_wijk = area.level == Area.Level.WIJK
    parent = WijkPage.objects.get(area=area) if is_wijk else AgendaIndexPage.objects.child_of(home).get()
    first = _day(timezone.localdate(now) + timedelta(days=one["from_days"]), one["weekday"])
    start = datetime.combine(first, time.fromisoformat(one.get("at", "00:00")))
    length = timedelta(days=one["whole_days"] - 1) if "whole_days" in one else timedelta(minutes=one["minutes"])
    lon, lat = _middle_of(one.get("street", ""), one["area"])
    page = EventPage(
        **{name: one[name] for name in AS_THEY_ARE if name in one},
        slug=slugify(one["title"]),
        starts_at=moment(start),
        ends_at=moment(start + length),
        whole_day="whole_days" in one,
        lon=lon,
        lat=lat,
        area=area if is_wijk else None,
        theme=Theme.objects.filter(gemeente_id=area.gemeente_id, slug=one["theme"]).first(),
        professional=Professional.objects.filter(user__username=one.get("professional", "")).first(),
        photo=_photo(one, gemeente),
        cancelled="cancelled" in one,
        cancelled_reason=one.get("cancelled", ""),
        body=json.dumps([{"type": "text", "value": f"<p>{escape(text)}</p>"} for text in one.get("body", [])]),
    )
    if "off" in one:
        page.changes = [EventChange(on=dates(page.rule())[one["off"]], reason=one["off_reason"])]
    _add(parent, page)
    _come(page, one, now)


def _add(parent: Page, page: EventPage) -> None:
    """Through a revision, so that an editor opens what visitors see."""
    parent.add_child(instance=page)
    page.save_revision().publish()


def _come(page: EventPage, one: dict[str, Any], now: datetime) -> None:
    at = page.occurrence_on(dates(page.rule())[0])
    if at is None:
        return
    groups = [(number, Attendance.State.SEAT) for number in one.get("people", [])]
    groups += [(number, Attendance.State.WAITING) for number in one.get("waiting", [])]
    rows = []
    for place, (people, state) in enumerate(groups):
        seed, name = new_seed(), COMING[place % len(COMING)]
        rows.append(
            Attendance(
                event=page,
                on=at.on,
                starts_at=at.start,
                ends_at=at.end,
                state=state,
                people=people,
                name=name,
                email=f"{slugify(name)}-{place}@example.org",
                seed=seed,
                token_hash=hash_of(token_of(seed)),
                created_at=now - timedelta(days=2, minutes=-place),
            )
        )
    Attendance.objects.bulk_create(rows)


def _day(earliest: date, weekday: int) -> date:
    return earliest + timedelta(days=(weekday - earliest.weekday()) % 7)


def _middle_of(street: str, wijk: str) -> tuple[float, float] | tuple[None, None]:
    """Of a street in one of the quarters of a wijk, whose codes begin as its own does."""
    for code, streets in content.streets().items():
        if code.removeprefix("BU").startswith(wijk.removeprefix("WK")):
            for one in streets:
                if one["name"] == street:
                    (west, south), (east, north) = one["from"], one["to"]
                    return round((west + east) / 2, 6), round((south + north) / 2, 6)
    return None, None


def _photo(one: dict[str, Any], gemeente: Area) -> Any:
    """A drawing that the pages have already."""
    if "picture" not in one:
        return None
    alt = content.pages()["alt"][one["picture"]]
    return get_image_model().objects.filter(collection=collection_of(gemeente), title=alt).first()
