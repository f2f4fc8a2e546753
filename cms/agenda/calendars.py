"""Events as calendar programs read them (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vRecur

from cms.agenda.recurrence import ZONE, Occurrence, Repeats, Rule, all_occurrences, dates, moment, nth_of

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
REFRESH = timedelta(hours=6)


def calendar_of(pages: Iterable[Any], *, name: str, site: str, once: Occurrence | None = None) -> bytes:
    """A calendar of these events. `site`: the address of the municipality's site; `once`: only this time of the event.

    The same as long as nothing is published: what is not in the pages, such as now, is not in it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Wijkplatform//Agenda//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for page in pages:
        for one in _entries(page, site, once):
            calendar.add_component(one)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _entries(page: Any, site: str, once: Occurrence | None) -> list[Event]:
    """One entry for what is once; of a series one with the rule, and one for each date that is different."""
    rule = page.rule()
    if once is not None or rule.repeats == Repeats.ONCE:
        at = once or all_occurrences(rule)[0]
        entry = _entry(page, at, site)
        if once is not None and rule.repeats != Repeats.ONCE:
            entry.add("recurrence-id", _stated(rule, at))
        return [entry]
    every = all_occurrences(rule)
    usual = _entry(page, _usual(rule), site)
    usual.add("rrule", _recurrence(rule))
    different = []
    for at in every:
        if at.moved or (at.cancelled and not rule.cancelled):
            entry = _entry(page, at, site)
            entry.add("recurrence-id", _stated(rule, at))
            different.append(entry)
    return [usual, *different]


def _entry(page: Any, at: Occurrence, site: str) -> Event:
    published = (page.last_published_at or page.first_published_at or page.starts_at).astimezone(UTC)
    entry = Event()
    entry.add("uid", f"agenda-{page.pk}@{site.partition('://')[2].partition(':')[0]}")
    entry.add("dtstamp", published)
    entry.add("last-modified", published)
    # It must only ever grow: minutes do, and stay small enough for old programs.
    entry.add("sequence", int(published.timestamp()) // 60)
    entry.add("summary", page.title)
    if at.whole_day:
        entry.add("dtstart", at.start.date())
        entry.add("dtend", at.last_day + timedelta(days=1))
    else:
        entry.add("dtstart", at.start)
        entry.add("dtend", at.end)
    entry.add("status", "CANCELLED" if at.cancelled else "CONFIRMED")
    entry.add("location", ", ".join(part for part in (page.place, page.address) if part))
    if page.lon is not None and page.lat is not None:
        entry.add("geo", (page.lat, page.lon))
    address = site + page.get_url_parts()[2]
    said = [page.cancelled_reason or at.reason if at.cancelled else "", page.lead, address]
    entry.add("description", "\n\n".join(part for part in said if part))
    entry.add("url", address)
    if page.theme is not None:
        entry.add("categories", [page.theme.name])
    entry.add("transp", "TRANSPARENT" if at.cancelled or at.whole_day else "OPAQUE")
    return entry


def _usual(rule: Rule) -> Occurrence:
    """The first time as it was meant: changes are entries of their own."""
    bare = Rule(start=rule.start, end=rule.end, whole_day=rule.whole_day, cancelled=rule.cancelled)
    return all_occurrences(bare)[0]


def _stated(rule: Rule, at: Occurrence) -> Any:
    """When this time was meant to begin: its name for calendar programs."""
    return at.on if rule.whole_day else moment(datetime.combine(at.on, rule.start.time())).astimezone(ZONE)


def _recurrence(rule: Rule) -> vRecur:
    """Ended by a number, which means the same in every program; a last day does not, in time zones."""
    first = rule.start.date()
    count = len(dates(rule))
    if rule.repeats == Repeats.MONTH:
        return vRecur(FREQ="MONTHLY", BYDAY=f"{nth_of(first)}{DAYS[first.weekday()]}", COUNT=count)
    return vRecur(FREQ="WEEKLY", INTERVAL=2 if rule.repeats == Repeats.FORTNIGHT else 1, COUNT=count)
