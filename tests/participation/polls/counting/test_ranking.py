"""Borda, Schulze and run-off: examples of the literature by hand, and what each rule promises."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.polls.counting.ranking import Order, Ranked, borda, grouped, pairs, run_off, schulze

# The capital of Tennessee: everybody wants it nearby. Memphis, Nashville, Chattanooga, Knoxville.
TENNESSEE = Counter({tuple("MNCK"): 42, tuple("NCKM"): 26, tuple("CKNM"): 15, tuple("KCNM"): 17})
# M. Schulze, the first example of his article: 45 voters, no one wins every duel.
SCHULZE = Counter(
    {
        tuple("ACBED"): 5,
        tuple("ADECB"): 5,
        tuple("BEDAC"): 8,
        tuple("CABED"): 3,
        tuple("CAEBD"): 7,
        tuple("CBADE"): 2,
        tuple("DCEBA"): 7,
        tuple("EBADC"): 8,
    }
)


def test_of_the_capital_of_tennessee_each_rule_gives_its_own() -> None:
    assert borda("MNCK", TENNESSEE).order == ["N", "C", "M", "K"]
    assert schulze("MNCK", TENNESSEE).order == ["N", "C", "K", "M"]
    assert run_off("MNCK", TENNESSEE).order == ["K", "M", "N", "C"]


def test_the_points_of_borda_stand_in_a_table() -> None:
    outcome = borda("MNCK", TENNESSEE)
    assert [(row["id"], row["points"]) for row in outcome.steps["rows"]] == [
        ("N", 194.0), ("C", 173.0), ("M", 126.0), ("K", 107.0),
    ]  # fmt: skip
    assert outcome.steps["rows"][2] == {"id": "M", "points": 126.0, "places": [42, 0, 0, 58], "leftOut": 0}


def test_what_a_ballot_leaves_out_shares_the_points_that_are_left() -> None:
    """Four options: 3 points for the first; the other three share 2 + 1 + 0."""
    outcome = borda("abcd", {("a",): 1})
    assert {row["id"]: row["points"] for row in outcome.steps["rows"]} == {"a": 3, "b": 1, "c": 1, "d": 1}
    assert [row["leftOut"] for row in outcome.steps["rows"]] == [0, 1, 1, 1]
    assert outcome.tied == [["b", "c", "d"]]


def test_the_example_of_schulze_comes_out_with_its_chains() -> None:
    outcome = schulze("ABCDE", SCHULZE)
    assert outcome.order == ["E", "A", "C", "B", "D"]
    assert outcome.tied == []
    assert outcome.steps["beatsAll"] is None
    chains = {row["id"]: row["to"] for row in outcome.steps["chains"]}
    assert chains["A"] == {"B": 28, "C": 28, "D": 30, "E": 24}
    assert chains["E"] == {"A": 25, "B": 28, "C": 28, "D": 31}
    assert {"one": "A", "other": "B", "forOne": 20, "forOther": 25} in outcome.steps["duels"]
    assert len(outcome.steps["duels"]) == 10
    assert outcome.steps["wins"][0]["wins"] == sum(
        1 for other in "ABCD" if pairs("ABCDE", SCHULZE)["E"][other] > pairs("ABCDE", SCHULZE)[other]["E"]
    )


def test_the_rounds_of_a_run_off_say_who_drops_out_and_where_their_ballots_go() -> None:
    first, second, last = run_off("MNCK", TENNESSEE).steps["rounds"]
    assert first["votes"] == [
        {"id": "M", "votes": 42}, {"id": "N", "votes": 26}, {"id": "C", "votes": 15}, {"id": "K", "votes": 17},
    ]  # fmt: skip
    assert (first["out"], first["moved"], first["byTieRule"]) == ("C", [{"id": "K", "votes": 15}], False)
    assert (second["out"], second["moved"]) == ("N", [{"id": "K", "votes": 26}])
    assert (last["out"], last["stopped"], last["votes"]) == (
        None, 0, [{"id": "M", "votes": 42}, {"id": "K", "votes": 58}],
    )  # fmt: skip


def test_a_ballot_on_which_nobody_is_left_stops_counting_and_half_of_what_counts_is_enough() -> None:
    outcome = run_off("abc", {("a",): 4, ("b", "c"): 3, ("c",): 2})
    first, second = outcome.steps["rounds"]
    assert (first["out"], first["moved"], first["stopped"]) == ("c", [], 0)
    assert (second["stopped"], second["votes"]) == (2, [{"id": "a", "votes": 4}, {"id": "b", "votes": 3}])
    assert outcome.order == ["a", "b", "c"]


def test_more_than_half_of_the_votes_ends_a_run_off_at_once_and_exactly_half_does_not() -> None:
    assert len(run_off("abc", {("a",): 3, ("b",): 1, ("c",): 1}).steps["rounds"]) == 1
    assert len(run_off("abc", {("a",): 2, ("b",): 1, ("c",): 1}).steps["rounds"]) == 2


def test_of_two_with_fewest_votes_the_one_with_fewest_before_drops_out() -> None:
    """In the second round b and c have 4 each; in the first c had 3 and b had 4."""
    ballots = {("a",): 5, ("b", "a"): 4, ("c", "b"): 3, ("d", "c"): 1}
    rounds = run_off("abcd", ballots).steps["rounds"]
    assert [(one["out"], one["byTieRule"]) for one in rounds[:2]] == [("d", False), ("c", True)]
    # All have 6 in the third round: c had fewest in the second, b in the first, and the second goes before.
    ballots = {("a",): 6, ("b",): 4, ("c",): 5, ("d", "b"): 2, ("e", "c"): 1, ("e",): 2}
    assert [one["out"] for one in run_off("abcde", ballots).steps["rounds"]][:3] == ["d", "e", "c"]
    # Nobody had fewer before: who stands last in the published list.
    assert run_off("abc", {("a",): 2, ("b",): 1, ("c",): 1}).steps["rounds"][0]["out"] == "c"
    assert run_off("acb", {("a",): 2, ("b",): 1, ("c",): 1}).steps["rounds"][0]["out"] == "b"


@pytest.mark.parametrize("rule", [borda, schulze, run_off])
def test_a_tie_goes_to_who_stands_first_more_often_and_then_to_the_first_in_the_list(rule: object) -> None:
    both = rule("xy", {("x", "y"): 1, ("y", "x"): 1})  # type: ignore[operator]
    assert both.order == ["x", "y"]
    assert rule("yx", {("x", "y"): 1, ("y", "x"): 1}).order == ["y", "x"]  # type: ignore[operator]


def test_who_stands_first_more_often_wins_a_tie_of_points() -> None:
    lead = borda("abc", {("b",): 2, ("a", "c"): 1, ("c", "a"): 1})
    assert {row["id"]: row["points"] for row in lead.steps["rows"]} == {"b": 4.0, "a": 4.0, "c": 4.0}
    assert lead.order == ["b", "a", "c"]


@pytest.mark.parametrize("rule", [borda, schulze, run_off])
def test_without_ballots_nobody_wins(rule: object) -> None:
    outcome: Ranked = rule("abc", {})  # type: ignore[operator]
    assert (outcome.winner, outcome.order, outcome.tied, outcome.ballots) == (None, ["a", "b", "c"], [], 0)


@pytest.mark.parametrize("wrong", [["a", "a"], ["z"]])
def test_a_ballot_that_names_an_option_twice_or_one_that_is_not_there_is_refused(wrong: list[str]) -> None:
    with pytest.raises(ValueError, match="ballot"):
        grouped("abc", [wrong])


def test_empty_ballots_are_not_counted() -> None:
    assert grouped("abc", [["a"], [], ["a"], ["b", "a"]]) == {("a",): 2, ("b", "a"): 1}


# --- what the rules promise ----------------------------------------------------------------------

OPTIONS = "abcd"
orders = st.sampled_from([order[:length] for order in permutations(OPTIONS) for length in range(1, 5)])
ballots_of = st.dictionaries(orders, st.integers(1, 9), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(ballots_of)
def test_who_wins_every_duel_wins_by_schulze_and_who_loses_every_duel_does_not(ballots: dict[Order, int]) -> None:
    before = pairs(OPTIONS, ballots)
    outcome = schulze(OPTIONS, ballots)
    for one in OPTIONS:
        if all(before[one][other] > before[other][one] for other in before[one]):
            assert outcome.winner == outcome.steps["beatsAll"] == one
        if all(before[one][other] < before[other][one] for other in before[one]):
            assert outcome.winner != one


@settings(max_examples=150, deadline=None)
@given(ballots_of)
def test_the_order_of_schulze_follows_the_strongest_chains(ballots: dict[Order, int]) -> None:
    """Chains worked out in another way: every path there is."""
    before = pairs(OPTIONS, ballots)
    link = {(a, b): before[a][b] if before[a][b] > before[b][a] else 0 for a in OPTIONS for b in before[a]}

    def strongest(start: str, end: str) -> int:
        others = [one for one in OPTIONS if one not in {start, end}]
        paths = [(start, *middle, end) for size in range(3) for middle in permutations(others, size)]
        return max(min(link[step] for step in pairwise(path)) for path in paths)

    outcome = schulze(OPTIONS, ballots)
    chains = {row["id"]: row["to"] for row in outcome.steps["chains"]}
    assert all(chains[a][b] == strongest(a, b) for a in OPTIONS for b in OPTIONS if a != b)
    for place, one in enumerate(outcome.order):
        assert all(chains[one][other] >= chains[other][one] for other in outcome.order[place + 1 :])


@settings(max_examples=100, deadline=None)
@given(ballots_of, st.sampled_from([schulze, run_off]))
def test_a_double_of_an_option_right_behind_it_changes_no_winner(ballots: dict[Order, int], rule: object) -> None:
    """Independence of clones, where no tie rule decided."""
    outcome = rule(OPTIONS, ballots)  # type: ignore[operator]
    if outcome.tied or any(one["byTieRule"] for one in outcome.steps.get("rounds", [])):
        return
    doubled = {
        tuple(one for option in order for one in ((option, "B") if option == "b" else (option,))): times
        for order, times in ballots.items()
    }
    again = rule(OPTIONS + "B", doubled)  # type: ignore[operator]
    if any(one["byTieRule"] for one in again.steps.get("rounds", [])):
        return
    assert again.winner.lower() == outcome.winner


@settings(max_examples=100, deadline=None)
@given(ballots_of, st.sampled_from([borda, schulze]))
def test_putting_the_winner_higher_never_makes_it_lose(ballots: dict[Order, int], rule: object) -> None:
    winner = rule(OPTIONS, ballots).winner  # type: ignore[operator]
    raised: Counter[Order] = Counter()
    for number, (order, times) in enumerate(ballots.items()):
        raised[(winner, *(one for one in order if one != winner)) if number % 2 else order] += times
    assert rule(OPTIONS, raised).winner == winner  # type: ignore[operator]


@settings(max_examples=100, deadline=None)
@given(ballots_of)
def test_the_points_of_borda_add_up_and_follow_the_ballots_one_by_one(ballots: dict[Order, int]) -> None:
    outcome = borda(OPTIONS, ballots)
    points = {row["id"]: row["points"] for row in outcome.steps["rows"]}
    by_hand = dict.fromkeys(OPTIONS, 0.0)
    for order, times in ballots.items():
        rest = [one for one in OPTIONS if one not in order]
        for place, one in enumerate(order):
            by_hand[one] += times * (3 - place)
        for one in rest:
            by_hand[one] += times * sum(range(len(rest))) / len(rest)
    assert points == pytest.approx(by_hand)
    assert [row["points"] for row in outcome.steps["rows"]] == sorted(points.values(), reverse=True)


@settings(max_examples=100, deadline=None)
@given(ballots_of)
def test_in_a_run_off_no_ballot_is_lost(ballots: dict[Order, int]) -> None:
    outcome = run_off(OPTIONS, ballots)
    rounds = outcome.steps["rounds"]
    assert sorted(outcome.order) == sorted(OPTIONS)
    for one, after in pairwise(rounds):
        votes, next_votes = ({row["id"]: row["votes"] for row in each["votes"]} for each in (one, after))
        assert votes[one["out"]] == min(votes.values())
        moved = {row["id"]: row["votes"] for row in one["moved"]}
        assert next_votes == {who: votes[who] + moved.get(who, 0) for who in next_votes}
        assert after["stopped"] == one["stopped"] + votes[one["out"]] - sum(moved.values())
    last = {row["id"]: row["votes"] for row in rounds[-1]["votes"]}
    assert last[outcome.winner] * 2 > sum(last.values()) or len(last) == 1
