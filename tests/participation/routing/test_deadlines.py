from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.routing.deadlines import add_working_days, arrival_day, holidays_of, is_working_day

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23 10:00", 0, "2026-11-23 17:00"),  # Monday
        ("2026-11-23 10:00", 1, "2026-11-24 17:00"),
        ("2026-11-23 10:00", 5, "2026-11-30 17:00"),  # over a weekend
        ("2026-11-23 16:59:59", 1, "2026-11-24 17:00"),
        ("2026-11-23 17:00", 0, "2026-11-24 17:00"),  # from 17:00 it counts as the next working day
        ("2026-11-23 23:59:59", 1, "2026-11-25 17:00"),
        ("2026-11-24 00:00", 1, "2026-11-25 17:00"),  # midnight is Tuesday already
        ("2026-11-20 17:30", 1, "2026-11-24 17:00"),  # Friday evening is Monday
        ("2026-11-21 12:00", 3, "2026-11-26 17:00"),  # Saturday is Monday
        ("2026-12-24 12:00", 1, "2026-12-28 17:00"),  # Christmas on Friday and Saturday
        ("2026-12-31 12:00", 1, "2027-01-04 17:00"),  # New Year's Day on Friday
        ("2026-12-31 18:00", 0, "2027-01-04 17:00"),
        ("2026-04-02 12:00", 1, "2026-04-07 17:00"),  # Good Friday, Easter Monday
        ("2026-04-24 12:00", 1, "2026-04-28 17:00"),  # King's Day on Monday
        ("2025-04-25 12:00", 1, "2025-04-28 17:00"),  # 27 April 2025 is a Sunday: King's Day on Saturday 26
        ("2026-05-04 12:00", 1, "2026-05-06 17:00"),  # 5 May, no lustrum year
        ("2025-05-02 12:00", 1, "2025-05-06 17:00"),  # 5 May, lustrum year
        ("2026-05-13 12:00", 1, "2026-05-15 17:00"),  # Ascension Day; the Friday after counts
        ("2026-05-22 12:00", 1, "2026-05-26 17:00"),  # Whit Monday
        ("2027-05-04 12:00", 1, "2027-05-07 17:00"),  # 5 May and Ascension Day in a row
        ("2026-03-27 12:00", 1, "2026-03-30 17:00"),  # summer time begins on the 29th
        ("2026-10-23 12:00", 1, "2026-10-26 17:00"),  # and ends on the 25th
        ("2026-11-23 10:00", 21, "2026-12-22 17:00"),
    ],
)
def test_a_term_ends_at_five_on_the_last_working_day(start: str, days: int, end: str) -> None:
    assert add_working_days(local(start), days) == local(end)


def test_the_answer_is_in_utc_and_follows_summer_time() -> None:
    assert add_working_days(local("2026-03-27 12:00"), 0) == datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
    assert add_working_days(local("2026-03-27 12:00"), 1) == datetime(2026, 3, 30, 15, 0, tzinfo=UTC)
    assert add_working_days(local("2026-03-27 12:00"), 1).tzinfo is UTC


def test_the_day_is_that_of_amsterdam_and_not_of_utc() -> None:
    assert arrival_day(datetime(2026, 7, 6, 22, 30, tzinfo=UTC)) == date(2026, 7, 7)  # 00:30 on Tuesday
    assert arrival_day(datetime(2026, 7, 6, 15, 0, tzinfo=UTC)) == date(2026, 7, 7)  # 17:00 on Monday
    assert arrival_day(datetime(2026, 7, 6, 14, 59, tzinfo=UTC)) == date(2026, 7, 6)


def test_the_days_of_the_algemene_termijnenwet() -> None:
    days = (  # art. 3: named days, and 2 and 5 as counted from Easter 5 April 2026
        "2026-01-01 2026-04-03 2026-04-06 2026-04-27 2026-05-05 2026-05-14 2026-05-25 2026-12-25 2026-12-26"
    )
    weekdays = {date.fromisoformat(day) for day in days.split() if date.fromisoformat(day).weekday() < 5}
    assert {day for day in holidays_of(2026) if day.weekday() < 5} == weekdays


@pytest.mark.parametrize("year", range(2024, 2050))
def test_liberation_day_and_kings_day_are_free_every_year(year: int) -> None:
    assert not is_working_day(date(year, 5, 5))
    sunday = date(year, 4, 27).weekday() == 6
    assert not is_working_day(date(year, 4, 26 if sunday else 27))


def test_a_municipality_can_close_on_more_days() -> None:
    bridge = date(2026, 5, 15)
    assert is_working_day(bridge)
    assert not is_working_day(bridge, {bridge})
    assert add_working_days(local("2026-05-13 12:00"), 1, {bridge}) == local("2026-05-18 17:00")


@pytest.mark.parametrize(
    ("moment", "days"), [(local("2026-01-05 12:00").replace(tzinfo=None), 1), (local("2026-01-05 12:00"), -1)]
)
def test_a_moment_without_zone_and_a_negative_term_are_refused(moment: datetime, days: int) -> None:
    with pytest.raises(ValueError, match=r"zone|negative"):
        add_working_days(moment, days)


FIRST = local("2024-01-01 00:00").replace(tzinfo=None)
moments = st.datetimes(FIRST, FIRST.replace(year=2040), timezones=st.just(UTC))


@given(moments, st.integers(0, 60))
def test_a_term_ends_later_than_it_began_on_a_working_day_at_five(moment: datetime, days: int) -> None:
    end = add_working_days(moment, days)
    assert end > moment
    assert is_working_day(end.astimezone(AMSTERDAM).date())
    assert end.astimezone(AMSTERDAM).strftime("%H:%M:%S") == "17:00:00"


@given(moments, st.integers(0, 40), st.timedeltas(timedelta(0), timedelta(days=20)))
def test_who_comes_later_or_waits_longer_is_never_earlier(moment: datetime, days: int, later: timedelta) -> None:
    assert add_working_days(moment, days) < add_working_days(moment, days + 1)
    assert add_working_days(moment, days) <= add_working_days(moment + later, days)


@given(moments, st.integers(1, 40))
def test_exactly_so_many_working_days_lie_between(moment: datetime, days: int) -> None:
    start, end = arrival_day(moment), add_working_days(moment, days).astimezone(AMSTERDAM).date()
    between = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    assert sum(is_working_day(day) for day in between) == days
