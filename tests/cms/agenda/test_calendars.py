"""The agenda as calendar programs read it, parsed by a library and looked at as bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from django.utils import timezone
from icalendar import Calendar

from cms.agenda.models import EventChange, EventPage
from cms.agenda.recurrence import all_occurrences, naive
from core.areas.models import Area
from tests.cms.agenda.conftest import MakeEvent, browser, days_ahead
from tests.cms.conftest import Sites


def read(path: str) -> Any:
    answer = browser().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    for line in answer.content.split(b"\r\n"):
        assert b"\n" not in line
        assert len(line) <= 75
    return Calendar.from_ical(answer.content)


def entries(path: str) -> list[Any]:
    return list(read(path).walk("VEVENT"))


def test_a_calendar_holds_what_the_standard_asks_for(make_event: MakeEvent) -> None:
    event = make_event(
        "Soep; met, komma's\nen regels " + "é" * 60,
        lead="Kom.\nDoe mee.",
        address="Havenkade 12",
        cancelled_reason="",
    )
    calendar = read("/feeds/agenda.ics")
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    [entry] = calendar.walk("VEVENT")
    assert entry["UID"] == f"agenda-{event.pk}@waterstad.test"
    assert entry.decoded("DTSTART") == event.starts_at
    assert entry.decoded("DTEND") == event.ends_at
    assert entry.decoded("DTSTAMP").tzinfo is not None
    assert str(entry["SUMMARY"]) == event.title
    assert str(entry["LOCATION"]) == "Buurthuis De Linde, Havenkade 12"
    assert entry["STATUS"] == "CONFIRMED"
    assert str(entry["URL"]).endswith(event.get_url_parts()[2])


def test_a_series_is_a_rule_that_gives_the_same_times_across_the_change_of_the_clock(make_event: MakeEvent) -> None:
    start = datetime(timezone.localdate().year + 1, 10, 6, 20, tzinfo=UTC)
    for title, repeats, times in (("Week", "week", 8), ("Twee", "fortnight", 8), ("Maand", "month", 8)):
        event = make_event(title, starts_at=start, repeats=repeats, repeats_times=times)
        [entry] = entries(f"/feeds/evenement/{event.pk}.ics")
        rule = entry["RRULE"].to_ical().decode()
        wall = entry.decoded("DTSTART").replace(tzinfo=None)
        assert list(rrulestr(rule, dtstart=wall)) == [naive(one.start) for one in all_occurrences(event.rule())]


def test_a_date_that_is_off_and_one_that_moved_are_entries_with_the_name_of_their_time(make_event: MakeEvent) -> None:
    event = make_event(repeats="week", repeats_times=4)
    first = timezone.localtime(event.starts_at).date()
    event.changes.add(
        EventChange(on=first + timedelta(weeks=1), reason="Vakantie"),
        EventChange(on=first + timedelta(weeks=2), starts_at=event.starts_at + timedelta(days=15)),
    )
    event.save_revision().publish()
    usual, off, moved = entries("/feeds/agenda.ics")
    assert len({str(one["UID"]) for one in (usual, off, moved)}) == 1
    assert usual["RRULE"]["COUNT"] == [4]
    assert off["STATUS"] == "CANCELLED"
    assert "Vakantie" in off["DESCRIPTION"]
    assert off.decoded("RECURRENCE-ID").date() == first + timedelta(weeks=1)
    assert moved.decoded("RECURRENCE-ID").date() == first + timedelta(weeks=2)
    assert moved.decoded("DTSTART") == event.starts_at + timedelta(days=15)
    [once] = entries(f"/feeds/evenement/{event.pk}.ics?dag={first + timedelta(weeks=2)}")
    assert once.decoded("DTSTART") == moved.decoded("DTSTART")


def test_whole_days_are_dates(make_event: MakeEvent) -> None:
    start = days_ahead(5)
    make_event(whole_day=True, starts_at=start, ends_at=start + timedelta(days=1))
    [entry] = entries("/feeds/agenda.ics")
    first = timezone.localtime(start).date()
    assert type(entry.decoded("DTSTART")) is date
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (first, first + timedelta(days=2))


def test_what_is_cancelled_stays_and_says_so_with_a_higher_number(make_event: MakeEvent) -> None:
    event = make_event()
    [before] = entries("/feeds/agenda.ics")
    event.cancelled = True
    event.save_revision().publish()
    type(event).objects.filter(pk=event.pk).update(last_published_at=timezone.now() + timedelta(minutes=2))
    [after] = entries("/feeds/agenda.ics")
    assert after["STATUS"] == "CANCELLED"
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_the_feed_of_a_wijk_is_its_own_and_what_is_for_everyone(sites: Sites, make_event: MakeEvent) -> None:
    here, there = (Area.objects.filter(gemeente=sites.world.a, level="wijk").order_by("code"))[:2]
    make_event("Hier", parent=sites.wijk(here))
    make_event("Daar", parent=sites.wijk(there))
    make_event("Overal")
    assert {str(one["SUMMARY"]) for one in entries(f"/feeds/wijk/{here.code}/agenda.ics")} == {"Hier", "Overal"}
    elsewhere = Area.objects.filter(gemeente=sites.world.b, level="wijk").first()
    assert elsewhere is not None
    for code in (elsewhere.code, sites.world.a.code, "WK000000"):
        assert browser().get(f"/feeds/wijk/{code}/agenda.ics").status_code == 404


def test_an_empty_feed_is_a_calendar_too(sites: Sites) -> None:
    assert entries("/feeds/agenda.ics") == []


def test_a_feed_that_did_not_change_is_not_sent_again(make_event: MakeEvent) -> None:
    event = make_event()
    client = browser()
    first = client.get("/feeds/agenda.ics")
    assert "max-age" in first["Cache-Control"]
    assert first["Last-Modified"]
    assert client.get("/feeds/agenda.ics", headers={"if-none-match": first["ETag"]}).status_code == 304
    event.title = "Anders"
    event.save_revision().publish()
    assert client.get("/feeds/agenda.ics", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_feed_copes_with_an_event_that_was_never_published_by_hand(make_event: MakeEvent) -> None:
    imported = make_event("Ingelezen")
    make_event("Gemaakt")
    EventPage.objects.filter(pk=imported.pk).update(last_published_at=None)
    answer = browser().get("/feeds/agenda.ics")
    assert answer.status_code == 200 and answer["Last-Modified"]
    EventPage.objects.update(last_published_at=None)
    assert "Last-Modified" not in browser().get("/feeds/agenda.ics")


def test_a_draft_is_in_no_feed(make_event: MakeEvent) -> None:
    event = make_event()
    event.unpublish()
    assert entries("/feeds/agenda.ics") == []
    assert browser().get(f"/feeds/evenement/{event.pk}.ics").status_code == 404


@pytest.mark.parametrize("asked", ["?dag=2020-01-01", "?dag=2026-01-01"])
def test_a_time_that_is_none_of_the_event_is_not_found(make_event: MakeEvent, asked: str) -> None:
    assert browser().get(f"/feeds/evenement/{make_event().pk}.ics{asked}").status_code == 404


def test_a_feed_takes_a_fixed_number_of_queries(
    make_event: MakeEvent, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(5):
        make_event(f"Nummer {number}")
    client = browser()
    client.get("/feeds/agenda.ics")
    with django_assert_num_queries(3):
        assert client.get("/feeds/agenda.ics").status_code == 200
