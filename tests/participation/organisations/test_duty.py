from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from participation.organisations.duty import Candidate, choose_person

BUURT, WIJK, GEMEENTE = 4, 3, 1
HERE = (BUURT, WIJK, GEMEENTE)


def person(pk: int, *areas: int, **fields: object) -> Candidate:
    return Candidate(professional_id=pk, area_ids=frozenset(areas), **fields)  # type: ignore[arg-type]


def codes(reasons: tuple[dict[str, object], ...]) -> list[object]:
    return [one["code"] for one in reasons]


def test_who_knows_the_smallest_area_goes_before_who_has_less_work() -> None:
    choice = choose_person([person(1, GEMEENTE), person(2, WIJK), person(3, BUURT, open_cases=40)], HERE)
    assert choice.professional_id == 3
    assert choice.reasons[0] == {"code": "knows-area", "area": BUURT}


def test_then_who_works_today_then_who_has_the_least_work_then_the_lowest_id() -> None:
    off = person(1, WIJK, on_duty_today=False)
    busy, free, also_free = person(2, WIJK, open_cases=3), person(4, WIJK, open_cases=2), person(3, WIJK, open_cases=2)
    assert choose_person([off, busy, free, also_free], HERE).professional_id == 3
    assert choose_person([off, busy], HERE).professional_id == 2
    assert choose_person([off], HERE).professional_id == 1
    assert "not-today" in codes(choose_person([off], HERE).reasons)


def test_nobody_knows_the_place_and_still_someone_gets_it() -> None:
    choice = choose_person([person(1, 77, open_cases=2), person(2, open_cases=1)], HERE)
    assert (choice.professional_id, codes(choice.reasons)) == (2, ["lightest-load"])


def test_the_replacement_takes_over_the_wijk_of_who_is_away() -> None:
    away, instead, neighbour = person(1, BUURT, absent=True, replacement_id=2), person(2), person(3, WIJK)
    choice = choose_person([away, instead, neighbour], HERE)
    assert choice.professional_id == 2
    assert {"code": "replaces", "professional": 1} in choice.reasons


def test_a_chain_of_replacements_is_followed() -> None:
    chain = [person(1, BUURT, absent=True, replacement_id=2), person(2, absent=True, replacement_id=3), person(3)]
    assert choose_person(chain, HERE).professional_id == 3


def test_a_circle_of_replacements_ends() -> None:
    circle = [person(1, BUURT, absent=True, replacement_id=2), person(2, absent=True, replacement_id=1)]
    assert choose_person(circle, HERE).professional_id is None
    assert choose_person([*circle, person(3)], HERE).professional_id == 3


def test_a_replacement_outside_the_team_does_not_count() -> None:
    choice = choose_person([person(1, BUURT, absent=True, replacement_id=50)], HERE)
    assert (choice.professional_id, codes(choice.reasons)) == (None, ["nobody-on-duty"])


def test_an_empty_team_chooses_nobody_and_says_so() -> None:
    choice = choose_person([], HERE)
    assert (choice.professional_id, codes(choice.reasons)) == (None, ["team-empty"])


teams = st.lists(
    st.builds(
        Candidate,
        professional_id=st.integers(1, 8),
        area_ids=st.frozensets(st.sampled_from([*HERE, 77]), max_size=3),
        absent=st.booleans(),
        replacement_id=st.none() | st.integers(1, 8),
        on_duty_today=st.booleans(),
        open_cases=st.integers(0, 5),
    ),
    max_size=8,
    unique_by=lambda one: one.professional_id,
)


@given(teams)
def test_nobody_who_is_away_is_ever_chosen_and_someone_present_always_is(team: list[Candidate]) -> None:
    chosen = choose_person(team, HERE).professional_id
    present = {one.professional_id for one in team if not one.absent}
    assert chosen in present if present else chosen is None


@given(teams, st.randoms())
def test_the_order_of_the_rows_never_matters(team: list[Candidate], random: object) -> None:
    shuffled = list(team)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose_person(team, HERE) == choose_person(shuffled, HERE)
