from __future__ import annotations

from collections.abc import Collection, Iterable

from hypothesis import given
from hypothesis import strategies as st

from participation.organisations.duty import Candidate, Choice, choose_person

BUURT, WIJK, GEMEENTE = 4, 3, 1
HERE = (BUURT, WIJK, GEMEENTE)


def person(pk: int, *areas: int, **fields: object) -> Candidate:
    return Candidate(professional_id=pk, area_ids=frozenset(areas), **fields)  # type: ignore[arg-type]


def choose(team: Iterable[Candidate], **loads: int) -> Choice:
    """With these open cases: `_3=2`, two of person 3."""
    counts = {int(who[1:]): many for who, many in loads.items()}
    return choose_person(team, HERE, lambda ids: {one: counts[one] for one in ids if one in counts})


def codes(reasons: tuple[dict[str, object], ...]) -> list[object]:
    return [one["code"] for one in reasons]


def test_who_knows_the_smallest_area_goes_before_who_has_less_work() -> None:
    choice = choose([person(1, GEMEENTE), person(2, WIJK), person(3, BUURT)], _3=40)
    assert choice.professional_id == 3
    assert choice.reasons[0] == {"code": "knows-area", "area": BUURT}


def test_then_who_works_today_then_who_has_the_least_work_then_the_lowest_id() -> None:
    off = person(1, WIJK, on_duty_today=False)
    busy, free, also_free = person(2, WIJK), person(4, WIJK), person(3, WIJK)
    choice = choose([off, busy, free, also_free], _2=3, _3=2, _4=2)
    assert (choice.professional_id, codes(choice.reasons)) == (3, ["knows-area", "works-today", "lightest-load"])
    choice = choose([off, busy], _2=3)
    assert (choice.professional_id, codes(choice.reasons)) == (2, ["knows-area", "works-today"])
    choice = choose([off])
    assert (choice.professional_id, codes(choice.reasons)) == (1, ["knows-area", "not-today", "only-one"])


def test_open_cases_are_counted_only_when_they_decide_and_only_of_who_is_equal() -> None:
    asked: list[set[int]] = []

    def count(ids: Collection[int]) -> dict[int, int]:
        asked.append(set(ids))
        return {}

    choose_person([person(1, BUURT), person(2, WIJK)], HERE, count)
    assert asked == []
    choose_person([person(1, BUURT), person(2, WIJK), person(3, BUURT)], HERE, count)
    assert asked == [{1, 3}]


def test_nobody_knows_the_place_and_still_someone_gets_it() -> None:
    choice = choose([person(1, 77), person(2)], _1=2, _2=1)
    assert (choice.professional_id, codes(choice.reasons)) == (2, ["lightest-load"])


def test_the_replacement_takes_over_the_wijk_of_who_is_away() -> None:
    away, instead, neighbour = person(1, BUURT, absent=True, replacement_id=2), person(2), person(3, WIJK)
    choice = choose([away, instead, neighbour])
    assert choice.professional_id == 2
    assert {"code": "replaces", "professional": 1} in choice.reasons


def test_a_chain_of_replacements_is_followed() -> None:
    chain = [person(1, BUURT, absent=True, replacement_id=2), person(2, absent=True, replacement_id=3), person(3)]
    assert choose(chain).professional_id == 3


def test_a_circle_of_replacements_ends() -> None:
    circle = [person(1, BUURT, absent=True, replacement_id=2), person(2, absent=True, replacement_id=1)]
    assert choose(circle).professional_id is None
    assert choose([*circle, person(3)]).professional_id == 3


def test_a_replacement_outside_the_team_does_not_count() -> None:
    choice = choose([person(1, BUURT, absent=True, replacement_id=50)])
    assert (choice.professional_id, codes(choice.reasons)) == (None, ["nobody-on-duty"])


def test_an_empty_team_chooses_nobody_and_says_so() -> None:
    choice = choose([])
    assert (choice.professional_id, codes(choice.reasons)) == (None, ["team-empty"])


teams = st.lists(
    st.builds(
        Candidate,
        professional_id=st.integers(1, 8),
        area_ids=st.frozensets(st.sampled_from([*HERE, 77]), max_size=3),
        absent=st.booleans(),
        replacement_id=st.none() | st.integers(1, 8),
        on_duty_today=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.professional_id,
)


@given(teams)
def test_nobody_who_is_away_is_ever_chosen_and_someone_present_always_is(team: list[Candidate]) -> None:
    chosen = choose(team).professional_id
    present = {one.professional_id for one in team if not one.absent}
    assert chosen in present if present else chosen is None


@given(teams, st.randoms())
def test_the_order_of_the_rows_never_matters(team: list[Candidate], random: object) -> None:
    shuffled = list(team)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose(team) == choose(shuffled)
