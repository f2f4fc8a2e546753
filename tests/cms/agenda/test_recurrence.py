# ruff: noqa: DTZ001 (a rule is about the clock on the wall)
"""When events take place: against a calendar walked day by day, and around the two nights when the clock jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.agenda.recurrence import (
    MOST,
    ZONE,
    Change,
    Repeats,
    Rule,
    all_occurrences,
    dates,
    moment,
    nth_of,
    occurrence_on,
    occurrences,
)

STARTS = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 12, 31)).map(
    lambda one: one.replace(second=0, microsecond=0)
)
LENGTHS = st.integers(min_value=15, max_value=5 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    start = draw(STARTS)
    repeats = draw(st.sampled_from(list(Repeats)))
    until = draw(st.none() | st.integers(0, 1200).map(lambda days: start.date() + timedelta(days=days)))
    times = draw(st.none() | st.integers(2, MOST))
    return Rule(
        start=start,
        end=start + draw(LENGTHS),
        whole_day=draw(st.booleans()),
        repeats=repeats,
        until=until,
        times=times,
    )


def walked(rule: Rule) -> list[date]:
    """The same dates, found by looking at every day."""
    first = rule.start.date()
    found: list[date] = []
    last = rule.until or date(2100, 1, 1)
    day = first
    while day <= last and len(found) < min(rule.times or MOST, MOST):
        if day.weekday() == first.weekday():
            weeks = (day - first).days // 7
            if rule.repeats == Repeats.MONTH:
                next_month = (day + timedelta(days=7)).month != day.month
                fits = nth_of(day) == nth_of(first) if nth_of(first) > 0 else next_month
            else:
                fits = weeks % (2 if rule.repeats == Repeats.FORTNIGHT else 1) == 0
            if fits:
                found.append(day)
        day += timedelta(days=1)
    return found


@given(rules())
def test_the_dates_are_those_that_somebody_with_a_calendar_would_find(rule: Rule) -> None:
    assert dates(rule) == ([rule.start.date()] if rule.repeats == Repeats.ONCE else walked(rule))


@given(rules())
def test_every_time_is_at_the_same_hour_on_the_clock_on_the_wall(rule: Rule) -> None:
    for one in all_occurrences(rule):
        wall = one.start.astimezone(ZONE)
        expected = datetime.combine(one.on, time() if rule.whole_day else rule.start.time())
        skipped = moment(expected).replace(tzinfo=None) != expected  # the hour that is not, in March
        assert skipped or wall.replace(tzinfo=None) == expected
        assert one.end >= one.start


@given(rules(), st.integers(-400, 1500), st.integers(0, 400))
def test_a_window_holds_what_touches_it_and_nothing_else(rule: Rule, begin: int, length: int) -> None:
    since = moment(rule.start) + timedelta(days=begin)
    before = since + timedelta(days=length)
    shown = occurrences(rule, since, before)
    assert shown == [one for one in all_occurrences(rule) if one.start < before and one.end > since]
    assert shown == sorted(shown, key=lambda one: one.start)


def test_a_weekly_evening_stays_at_eight_when_the_clock_goes_back() -> None:
    rule = Rule(start=datetime(2026, 10, 21, 20), end=datetime(2026, 10, 21, 22), repeats=Repeats.WEEK, times=2)
    before, after = all_occurrences(rule)
    assert before.start.astimezone(UTC).hour == 18
    assert after.start.astimezone(UTC).hour == 19
    assert (after.start - before.start) == timedelta(days=7)  # the clock on the wall
    assert after.end.astimezone(UTC) - after.start.astimezone(UTC) == timedelta(hours=2)


def test_a_time_that_the_clock_skips_is_an_hour_later_and_one_that_comes_twice_is_the_first() -> None:
    skipped = moment(datetime(2026, 3, 29, 2, 30))
    twice = moment(datetime(2026, 10, 25, 2, 30))
    assert skipped.isoformat() == "2026-03-29T03:30:00+02:00"
    assert twice.isoformat() == "2026-10-25T02:30:00+02:00"


def test_the_fifth_wednesday_is_the_last_one_of_every_month() -> None:
    rule = Rule(start=datetime(2026, 9, 30, 10), end=datetime(2026, 9, 30, 11), repeats=Repeats.MONTH, times=4)
    assert dates(rule) == [date(2026, 9, 30), date(2026, 10, 28), date(2026, 11, 25), date(2026, 12, 30)]


def test_one_date_is_called_off_and_another_moved_and_both_keep_their_name() -> None:
    rule = Rule(
        start=datetime(2026, 12, 1, 10),
        end=datetime(2026, 12, 1, 12),
        repeats=Repeats.WEEK,
        times=4,
        changes=[
            Change(on=date(2026, 12, 8), reason="Vakantie"),
            Change(on=date(2026, 12, 15), start=datetime(2026, 12, 30, 14)),
            Change(on=date(2027, 1, 1)),  # not of the series: it changes nothing
        ],
    )
    found = all_occurrences(rule)
    assert [(one.on.day, one.start.day, one.cancelled, one.moved) for one in found] == [
        (1, 1, False, False),
        (8, 8, True, False),
        (22, 22, False, False),
        (15, 30, False, True),
    ]
    moved = occurrence_on(rule, date(2026, 12, 15))
    assert moved is not None
    assert moved.end - moved.start == timedelta(hours=2)
    assert occurrence_on(rule, date(2026, 12, 30)) is None


def test_whole_days_end_at_midnight_also_when_a_day_has_twenty_five_hours() -> None:
    rule = Rule(start=datetime(2026, 10, 24, 9), end=datetime(2026, 10, 25, 17), whole_day=True)
    [one] = all_occurrences(rule)
    assert (one.start.isoformat(), one.end.isoformat()) == ("2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00")
    assert one.last_day == date(2026, 10, 25)


@pytest.mark.parametrize("times", [None, MOST, 10_000])
def test_a_series_without_an_end_is_bounded(times: int | None) -> None:
    rule = Rule(start=datetime(2026, 1, 1, 9), end=datetime(2026, 1, 1, 10), repeats=Repeats.WEEK, times=times)
    assert len(dates(rule)) == MOST
