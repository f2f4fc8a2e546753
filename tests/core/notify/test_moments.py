"""When a digest is due: pure, over the changes of the clock and the ends of months and years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.notify.moments import SPREAD, day_around, is_paused, next_moment, period_of

HERE = ZoneInfo("Europe/Amsterdam")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("frequency", "after", "due"),
    [
        ("daily", "2026-11-22T07:59", "2026-11-22T08:00"),
        ("daily", "2026-11-22T08:00", "2026-11-23T08:00"),
        ("daily", "2026-12-31T23:59", "2027-01-01T08:00"),
        ("weekly", "2026-11-22T12:00", "2026-11-23T08:00"),
        ("weekly", "2026-11-23T08:00", "2026-11-30T08:00"),
        ("monthly", "2026-11-22T12:00", "2026-12-01T08:00"),
        ("monthly", "2027-02-01T08:00", "2027-03-01T08:00"),
        # The night the clock goes forward, and back: eight o'clock is eight o'clock.
        ("daily", "2027-03-27T12:00", "2027-03-28T08:00"),
        ("daily", "2026-10-24T12:00", "2026-10-25T08:00"),
    ],
)
def test_the_next_moment_is_by_the_clock_on_the_wall(frequency: str, after: str, due: str) -> None:
    assert next_moment(frequency, local(after)) == local(due)


def test_who_lives_by_utc_is_told_by_the_municipalitys_clock() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday here already
    assert period_of("daily", late) == "2026-11-23"
    assert next_moment("weekly", late) == local("2026-11-23T08:00")


def test_digests_of_a_day_are_spread_and_each_keeps_its_minute() -> None:
    moments = [next_moment("daily", local("2026-11-22T03:00"), spread=n) for n in range(5 * SPREAD)]
    assert len(set(moments)) == SPREAD
    assert (min(moments), max(moments)) == (local("2026-11-22T08:00"), local("2026-11-22T09:59"))
    for n in (0, 59, 60, 119, 4711):
        assert next_moment("daily", local("2026-11-25T12:00"), spread=n).time() == moments[n % SPREAD].time()


def test_in_a_pause_nothing_is_due() -> None:
    pause = (date(2026, 11, 23), date(2026, 11, 30))
    assert next_moment("daily", local("2026-11-22T12:00"), pause=pause) == local("2026-12-01T08:00")
    assert next_moment("weekly", local("2026-11-22T12:00"), pause=pause) == local("2026-12-07T08:00")
    assert [is_paused(date(2026, 11, day), *pause) for day in (22, 23, 30)] == [False, True, True]
    assert not is_paused(date(2026, 12, 1), *pause) and not is_paused(date(2026, 11, 25), None, None)


@pytest.mark.parametrize(
    ("frequency", "moment", "period"),
    [
        ("daily", "2026-11-22T23:59", "2026-11-22"),
        ("weekly", "2026-11-22T23:59", "2026-W47"),
        ("weekly", "2026-11-23T00:00", "2026-W48"),
        ("weekly", "2027-01-01T12:00", "2026-W53"),
        ("monthly", "2026-11-30T23:59", "2026-11"),
    ],
)
def test_a_period_has_one_name(frequency: str, moment: str, period: str) -> None:
    assert period_of(frequency, local(moment)) == period


def test_each_moment_begins_a_period_of_its_own() -> None:
    for frequency in ("daily", "weekly", "monthly"):
        at, seen = local("2026-09-01T00:00"), set()
        for _time in range(60):
            at = next_moment(frequency, at, spread=77)
            assert period_of(frequency, at) not in seen
            seen.add(period_of(frequency, at))


def test_the_day_the_clock_changes_is_longer_or_shorter() -> None:
    first, next_day = day_around(local("2026-10-25T12:00"))
    assert next_day.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=25)
