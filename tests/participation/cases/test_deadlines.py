"""Time travel: what is due when, over weekends, holidays, pauses, reopening and changes of category."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.actor import RESIDENT
from participation.cases.actions import answer_as_resident, change_case, move_case, reopen_as_resident
from participation.cases.models import Case
from participation.routing.deadlines import add_working_days, move_deadline, working_days_between
from participation.routing.models import Category, ClosedDay
from tests.support.world import World

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def shown(moment: datetime | None) -> str:
    return moment.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M") if moment else ""


class Road:
    """One report, and what happens to it at which moment."""

    def __init__(self, world: World, opened: str, category: str = "grofvuil") -> None:
        self.world = world
        self.reference = world.report(now=local(opened), category=category).case.reference

    @property
    def case(self) -> Case:
        return Case.objects.get(reference=self.reference)

    def move(self, at: str, move: str) -> Case:
        return move_case(
            reference=self.reference,
            move=move,
            message="Wij kijken ernaar.",
            actor=self.world.actor(self.world.bram),
            now=local(at),
        )

    def answer(self, at: str) -> None:
        answer_as_resident(case_id=self.case.pk, text="Bij de boom.", actor=RESIDENT, now=local(at))

    def change(self, at: str, category: str) -> None:
        change_case(
            reference=self.reference, category=category, actor=self.world.actor(self.world.lotte), now=local(at)
        )

    def dates(self) -> tuple[str, str, str]:
        case = self.case
        return shown(case.respond_by), shown(case.resolve_by), shown(case.due_at)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-11-23 09:00", "2026-11-23 16:59", 0),
        ("2026-11-23 09:00", "2026-11-23 17:00", 1),  # from 17:00 it is the next working day
        ("2026-11-23 16:59", "2026-11-24 09:00", 1),
        ("2026-11-20 17:30", "2026-11-23 10:00", 0),  # Friday evening and the weekend cost nothing
        ("2026-11-20 12:00", "2026-11-22 12:00", 1),  # from Friday noon until Sunday, which counts as Monday
        ("2026-12-24 12:00", "2026-12-28 12:00", 1),  # over Christmas and the weekend
        ("2026-04-02 12:00", "2026-04-07 12:00", 1),  # over Good Friday and Easter Monday
        ("2026-05-04 12:00", "2026-05-06 12:00", 1),  # over 5 May
        ("2026-03-27 12:00", "2026-03-30 12:00", 1),  # over the night the clock goes forward
        ("2026-10-23 12:00", "2026-10-26 12:00", 1),  # and back
        ("2026-11-24 12:00", "2026-11-23 12:00", 0),
    ],
)
def test_a_pause_is_counted_in_working_days(since: str, until: str, days: int) -> None:
    assert working_days_between(local(since), local(until)) == days


def test_a_closed_day_of_the_municipality_does_not_count_as_waited() -> None:
    closed = {local("2026-11-25 00:00").date()}
    assert working_days_between(local("2026-11-24 12:00"), local("2026-11-26 12:00"), closed) == 1
    assert shown(move_deadline(local("2026-11-24 17:00"), 1, closed)) == "2026-11-26 17:00"


def test_a_deadline_keeps_its_hour_over_the_change_of_the_clock_and_never_goes_back() -> None:
    assert shown(move_deadline(local("2026-10-23 17:00"), 1)) == "2026-10-26 17:00"
    assert move_deadline(local("2026-10-23 17:00"), 1).tzinfo is UTC
    assert move_deadline(local("2026-10-24 12:00"), 0) == local("2026-10-24 12:00")
    with pytest.raises(ValueError):
        move_deadline(local("2026-10-23 17:00"), -1)


SPAN = {"min_value": datetime(2024, 1, 1), "max_value": datetime(2030, 12, 1)}  # noqa: DTZ001  (the strategy adds the zone)
MOMENTS = st.datetimes(timezones=st.just(UTC), **SPAN)


@given(start=MOMENTS, term=st.integers(0, 30), worked=st.integers(0, 40), waited=st.integers(0, 60 * 24 * 60))
def test_after_a_pause_as_many_working_days_are_left_as_before(
    start: datetime, term: int, worked: int, waited: int
) -> None:
    deadline = add_working_days(start, term)
    since = start + timedelta(hours=worked)
    until = since + timedelta(minutes=waited)
    if since > deadline:
        return
    left = working_days_between(since, deadline - timedelta(minutes=1))
    moved = move_deadline(deadline, working_days_between(since, until))
    assert working_days_between(until, moved - timedelta(minutes=1)) == left
    assert moved >= deadline


def test_nothing_is_due_while_the_resident_is_waited_for_and_the_handling_moves(world: World) -> None:
    road = Road(world, "2026-11-23 10:00")
    assert road.dates() == ("2026-11-24 17:00", "2026-11-26 17:00", "2026-11-24 17:00")

    road.move("2026-11-24 09:00", "ask")
    assert road.dates()[2] == ""
    assert road.case.escalate_at is None

    road.answer("2026-11-30 11:00")
    assert road.dates() == ("2026-11-24 17:00", "2026-12-02 17:00", "2026-12-02 17:00")
    assert (road.case.waiting_since, road.case.waited_days) == (None, 4)
    assert road.case.escalate_at == road.case.due_at


def test_a_pause_over_christmas_costs_only_the_working_days(world: World) -> None:
    road = Road(world, "2026-12-22 10:00")
    assert road.dates()[1] == "2026-12-28 17:00"
    road.move("2026-12-23 10:00", "ask")
    road.answer("2026-12-29 10:00")
    assert road.dates()[1] == "2026-12-31 17:00"


def test_who_waits_twice_moves_it_twice(world: World) -> None:
    road = Road(world, "2026-11-23 10:00")
    road.move("2026-11-23 11:00", "ask")
    road.answer("2026-11-24 11:00")
    road.move("2026-11-24 12:00", "ask")
    road.move("2026-11-26 12:00", "start")  # the professional may go on without an answer
    assert road.case.waited_days == 3
    assert road.dates()[1] == "2026-12-01 17:00"


def test_asking_again_and_again_on_one_day_moves_nothing(world: World) -> None:
    road = Road(world, "2026-11-23 10:00")
    for hour in (11, 13, 15):
        road.move(f"2026-11-23 {hour}:00", "ask")
        road.answer(f"2026-11-23 {hour}:30")
    assert road.dates()[1] == "2026-11-26 17:00"


def test_another_category_while_waiting_counts_from_the_beginning_with_the_days_waited(world: World) -> None:
    Category.objects.filter(slug="straatverlichting").update(resolve_days=5)
    road = Road(world, "2026-11-23 10:00")
    road.move("2026-11-23 11:00", "ask")
    road.answer("2026-11-24 11:00")
    road.move("2026-11-24 12:00", "ask")

    road.change("2026-11-25 12:00", "straatverlichting")
    assert road.dates() == ("2026-11-24 17:00", "2026-12-01 17:00", "")

    move_case(reference=road.reference, move="start", actor=world.actor(world.lotte), now=local("2026-11-26 12:00"))
    assert road.dates()[1] == "2026-12-03 17:00"


def test_a_promise_without_a_handling_term_has_nothing_to_move(world: World) -> None:
    Category.objects.filter(slug="grofvuil").update(resolve_days=None)
    road = Road(world, "2026-11-23 10:00")
    road.move("2026-11-23 11:00", "ask")
    road.answer("2026-11-27 11:00")
    assert road.dates()[1:] == ("", "")


def test_reopened_by_the_resident_both_promises_begin_anew(world: World) -> None:
    road = Road(world, "2026-11-23 10:00")
    road.move("2026-11-24 10:00", "ask")
    road.answer("2026-11-25 10:00")
    road.move("2026-11-25 12:00", "resolve")
    assert (road.dates()[2], road.case.escalate_at) == ("", None)

    reopen_as_resident(case_id=road.case.pk, text="Het ligt er nog", actor=RESIDENT, now=local("2026-12-24 12:00"))

    assert road.dates() == ("2026-12-28 17:00", "2026-12-30 17:00", "2026-12-28 17:00")
    assert (road.case.responded_at, road.case.waited_days) == (None, 0)


def test_reopened_by_a_professional_only_the_handling_begins_anew(world: World) -> None:
    road = Road(world, "2026-11-23 10:00")
    road.move("2026-11-24 12:00", "resolve")
    answered = road.case.responded_at

    road.move("2026-12-01 12:00", "reopen")

    assert road.case.responded_at == answered
    assert road.dates() == ("2026-11-24 17:00", "2026-12-04 17:00", "2026-12-04 17:00")


def test_a_day_the_municipality_is_closed_counts_nowhere(world: World) -> None:
    ClosedDay.objects.create(gemeente=world.a, day=local("2026-11-25 00:00").date(), name="Brugdag")
    road = Road(world, "2026-11-23 10:00")
    assert road.dates()[1] == "2026-11-27 17:00"
    road.move("2026-11-24 10:00", "ask")
    road.answer("2026-11-26 10:00")
    assert road.dates()[1] == "2026-11-30 17:00"
