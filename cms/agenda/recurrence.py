"""When something takes place, once or again and again: pure, in the local time of the Netherlands.

A series is known by its dates: the date on which something was to be is its name for good, also when that one time
is moved or called off. People sign up for such a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

ZONE = ZoneInfo("Europe/Amsterdam")
MOST = 160
"""Times of one series at most: three years of every week."""


class Repeats(StrEnum):
    """How often."""

    ONCE = ""
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    """On the same weekday: the second Tuesday. From the fifth on: the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of the time that was to be `on` this date: called off, or moved to `start` and `end` (naive, local)."""

    on: date
    start: datetime | None = None
    end: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`start` and `end` of the first time are naive and local; of whole days only the dates count.

    `until` is the last date on which it may be, `times` how often: the first that is reached ends the series.
    """

    start: datetime
    end: datetime
    whole_day: bool = False
    repeats: Repeats = Repeats.ONCE
    until: date | None = None
    times: int | None = None
    changes: Sequence[Change] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time. `start` and `end` are moments with the local zone; whole days end at the midnight after."""

    on: date
    start: datetime
    end: datetime
    whole_day: bool = False
    cancelled: bool = False
    moved: bool = False
    reason: str = ""

    @property
    def last_day(self) -> date:
        """The day on which it ends, for people."""
        return (self.end - timedelta(microseconds=1)).date() if self.end > self.start else self.start.date()


def dates(rule: Rule) -> list[date]:
    """The dates of the series, in order; never more than `MOST`."""
    first = rule.start.date()
    if rule.repeats == Repeats.ONCE:
        return [first]
    until = datetime.combine(rule.until, time.max) if rule.until else None
    begin = datetime.combine(first, time())
    if rule.repeats == Repeats.MONTH:
        nth = weekday(first.weekday(), nth_of(first))
        found = rrule(MONTHLY, dtstart=begin, until=until, byweekday=nth)
    else:
        found = rrule(WEEKLY, dtstart=begin, until=until, interval=2 if rule.repeats == Repeats.FORTNIGHT else 1)
    return [moment.date() for moment in islice(found, min(rule.times or MOST, MOST))]


def nth_of(day: date) -> int:
    """Which of its weekdays in the month a day is: 1 to 4, or -1 for the fifth, which not every month has."""
    nth = (day.day - 1) // 7 + 1
    return nth if nth < 5 else -1


def all_occurrences(rule: Rule) -> list[Occurrence]:
    """Every time of the series, in the order in which they are to be."""
    changes = {change.on: change for change in rule.changes}
    length = rule.end - rule.start
    found = []
    for on in dates(rule):
        change = changes.get(on)
        start = datetime.combine(on, rule.start.time())
        end = start + length
        moved = change is not None and change.start is not None
        if change is not None and change.start is not None:
            start, end = change.start, change.end or change.start + length
        whole = rule.whole_day
        if whole:
            start, end = _midnight(start), _midnight(end) + timedelta(days=1)
        begins = moment(start)
        found.append(
            Occurrence(
                on=on,
                start=begins,
                end=max(moment(end), begins),
                whole_day=whole,
                cancelled=rule.cancelled or (change is not None and not moved),
                moved=moved,
                reason=change.reason if change is not None else "",
            )
        )
    return sorted(found, key=lambda one: (one.start, one.on))


def occurrences(rule: Rule, since: datetime, before: datetime) -> list[Occurrence]:
    """Those that are, in part at least, between these two moments."""
    return [one for one in all_occurrences(rule) if one.end > since and one.start < before]


def occurrence_on(rule: Rule, on: date) -> Occurrence | None:
    """The one with this date as its name."""
    return next((one for one in all_occurrences(rule) if one.on == on), None)


def moment(local: datetime) -> datetime:
    """A naive local time as a moment. In the hour that is skipped in March: as much later; in October: the first."""
    return local.replace(tzinfo=ZONE).astimezone(UTC).astimezone(ZONE)


def naive(at: datetime) -> datetime:
    """A moment as the clock on the wall shows it."""
    return at.astimezone(ZONE).replace(tzinfo=None)


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
