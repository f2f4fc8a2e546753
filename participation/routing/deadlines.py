"""Working days in the Netherlands. Pure.

A working day is Monday to Friday, except the days of the Algemene termijnenwet art. 3: New
Year's Day, Good Friday (equated), Easter Monday, King's Day (27 April, the 26th when that is a
Sunday), 5 May every year, Ascension Day, Whit Monday and both days of Christmas. A municipality
can close on more days (`closed`): equated days by decree and its own.

A working day ends at 17:00 Amsterdam time. What arrives on a day that is no working day, or at or
after 17:00, counts as arrived on the next working day. A term of n working days ends at 17:00 of
the n-th working day after that; a term of 0 the same day. So a term never ends in the past, and
a resident who is promised "within 3 working days" can hold us to office hours of the third.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from holidays.constants import OPTIONAL, PUBLIC

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY_ENDS = time(17, 0)


@lru_cache(maxsize=64)
def holidays_of(year: int) -> frozenset[date]:
    """The days of the Algemene termijnenwet in a year (a few fall in a weekend).

    `holidays` gives 5 May in lustrum years as a public holiday and else as an optional one, like
    Good Friday: both count here every year.
    """
    return frozenset(holidays.country_holidays("NL", years=year, categories=(PUBLIC, OPTIONAL)))


def is_working_day(day: date, closed: Container[date] = ()) -> bool:
    return day.weekday() < 5 and day not in holidays_of(day.year) and day not in closed


def next_working_day(day: date, closed: Container[date] = ()) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working_day(day, closed):
        day += timedelta(days=1)
    return day


def arrival_day(moment: datetime, closed: Container[date] = ()) -> date:
    """The working day on which something that came in at `moment` counts as arrived."""
    local = moment.astimezone(AMSTERDAM)
    if local.time() < DAY_ENDS and is_working_day(local.date(), closed):
        return local.date()
    return next_working_day(local.date(), closed)


def add_working_days(moment: datetime, days: int, closed: Container[date] = ()) -> datetime:
    """When a term of `days` working days that began at `moment` (aware) ends: aware, in UTC."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    if days < 0:
        raise ValueError("a term cannot be negative")
    day = arrival_day(moment, closed)
    for _step in range(days):
        day = next_working_day(day, closed)
    return datetime.combine(day, DAY_ENDS, AMSTERDAM).astimezone(UTC)


def working_days_between(since: datetime, until: datetime, closed: Container[date] = ()) -> int:
    """Working days that a term loses when it stands still from `since` to `until` (aware); 0 when they are reversed.

    Counted as terms are: from the working day on which `since` falls to that on which `until` falls, where
    what happens after 17:00 or on a free day belongs to the next working day. So a term that had n days
    to go when it was stopped has n days to go when it goes on.
    """
    day, last = arrival_day(since, closed), arrival_day(until, closed)
    days = 0
    while day < last:
        day = next_working_day(day, closed)
        days += 1
    return days


def move_deadline(deadline: datetime, days: int, closed: Container[date] = ()) -> datetime:
    """The deadline so many working days later, at the same time of the day in Amsterdam; in UTC."""
    if days < 0:
        raise ValueError("a deadline is never moved back")
    local = deadline.astimezone(AMSTERDAM)
    day = local.date()
    for _step in range(days):
        day = next_working_day(day, closed)
    return datetime.combine(day, local.time(), AMSTERDAM).astimezone(UTC)
