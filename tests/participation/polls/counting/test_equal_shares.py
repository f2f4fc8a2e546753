"""Equal shares: the worked examples, what must hold always, and what another implementation makes of it."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.polls.counting.budgets import Election, Explained, Id, Project
from participation.polls.counting.greedy import most_votes_first
from participation.polls.counting.shares import ADD1, ADD1U, NONE, equal_shares, step_for
from tests.participation.polls.counting.instances import RECORDED, Instance, large, small

ORACLE = Path(__file__).with_name("oracle.txt").read_text().splitlines()

# Name: voters, budget, (project, cost, who named it) …
VECTORS: dict[str, tuple[int, int, list[tuple[str, int, tuple[int, ...]]]]] = {
    "A": (3, 150, [("p1", 100, (1, 2)), ("p2", 50, (1,)), ("p3", 50, (3,))]),
    "B": (10, 100, [*((name, 40, (1, 2, 3, 4, 5, 6)) for name in "abd"), ("c", 40, (7, 8, 9, 10))]),
    "C": (4, 120, [("x", 60, (1, 2, 3)), ("y", 50, (3, 4)), ("z", 30, (1, 2))]),
    "D": (2, 100, [("a", 10, (1, 2)), ("b", 5, ())]),
}


def vector(name: str) -> Election:
    voters, budget, projects = VECTORS[name]
    return Election.of(
        [Project(project, cost) for project, cost, _who in projects],
        [{project for project, _cost, who in projects if voter in who} for voter in range(1, voters + 1)],
        budget,
    )


def explained(projects: tuple[Explained, ...], one: Id) -> Explained:
    return next(project for project in projects if project.id == one)


@pytest.mark.parametrize(
    ("name", "base", "add1", "add1u", "greedy"),
    [
        ("A", {"p1": "1/2", "p3": "1"}, ["p1", "p3"], ["p1", "p3"], ["p1", "p2"]),
        ("B", {"a": "1/6", "c": "1/4"}, ["a", "c"], ["a", "c"], ["a", "b"]),
        ("C", {"x": "1/3"}, ["x"], ["x", "z"], ["x", "z"]),
        ("D", {"a": "1/2"}, ["a"], ["a"], ["a"]),
    ],
)
def test_the_worked_examples_come_out(
    name: str, base: dict[str, str], add1: list[str], add1u: list[str], greedy: list[str]
) -> None:
    election = vector(name)
    outcome = equal_shares(election, completion=NONE)
    assert outcome.chosen == list(base)
    for project, rate in base.items():
        one = explained(outcome.projects, project)
        assert one.most_each == Fraction(rate) * one.cost
    assert equal_shares(election, completion=ADD1).chosen == add1
    assert equal_shares(election, completion=ADD1U).chosen == add1u
    assert most_votes_first(election).chosen == greedy


def test_shares_are_raised_until_the_next_raise_would_break_the_budget() -> None:
    outcome = equal_shares(vector("C"), completion=ADD1)
    assert (outcome.share, outcome.raised, outcome.total, outcome.left) == (34, 4, 60, 60)


def test_a_project_nobody_named_is_filled_in_only_when_that_is_asked() -> None:
    assert equal_shares(vector("D"), fill_unsupported=True).chosen == ["a", "b"]
    assert most_votes_first(vector("D"), fill_unsupported=True).chosen == ["a", "b"]
    assert not explained(equal_shares(vector("D")).projects, "b").chosen


def test_the_explanation_says_who_paid_what_and_what_was_missing() -> None:
    """C: three people pay 20 each for x; z is bought from what is left; y lacks 10 of its supporters' money."""
    outcome = equal_shares(vector("C"))
    x, y, z = outcome.projects
    assert (x.way, x.round, x.payers, x.most_each, x.gave_all, x.missing) == ("shares", 1, 3, 20, 0, 0)
    # With 34 each, who named y has 14 and 34 left; who named z has 14 and 14.
    assert (y.chosen, y.way, y.round, y.missing, y.over) == (False, "", None, 2, 20)
    assert (z.chosen, z.way, z.round, z.payers, z.most_each, z.missing) == (True, "votes", 2, 0, None, 2)
    assert (outcome.total, outcome.left, outcome.without) == (90, 30, 1)


def test_who_has_less_than_an_equal_part_gives_all_and_others_pay_more() -> None:
    election = Election.of(
        [Project("first", 60), Project("second", 100)],
        [{"first", "second"}, {"first", "second"}, {"first", "second"}, {"second"}],
        160,
    )
    outcome = equal_shares(election, by_cost=False, completion=NONE)
    first, second = outcome.projects
    assert outcome.chosen == ["first", "second"]
    assert (first.most_each, first.gave_all) == (20, 0)
    # 20 left for each of three, 40 for the fourth.
    assert (second.payers, second.most_each, second.gave_all) == (4, 40, 3)


def test_who_has_nothing_left_pays_nothing_and_is_no_payer() -> None:
    election = Election.of([Project("a", 30), Project("b", 10)], [{"a", "b"}, {"a"}, {"a"}, {"b"}], 40)
    outcome = equal_shares(election, completion=NONE)
    assert [(one.payers, one.most_each, one.gave_all) for one in outcome.projects] == [(3, 10, 0), (1, 10, 0)]


def test_what_is_left_is_spent_to_the_last_cent() -> None:
    voters, _budget, projects = VECTORS["C"]
    ballots = [{name for name, _cost, who in projects if voter in who} for voter in range(1, voters + 1)]
    election = Election.of([Project(name, cost) for name, cost, _who in projects], ballots, 90)
    outcome = equal_shares(election)
    assert (outcome.chosen, outcome.left, outcome.share) == (["x", "z"], 0, 34)
    assert [one.way for one in outcome.projects] == ["shares", "", "votes"]


def test_by_cost_prefers_more_votes_and_otherwise_what_costs_each_less() -> None:
    election = Election.of(
        [Project("dear", 90), Project("cheap", 20)], [{"dear"}, {"dear"}, {"dear", "cheap"}, {"cheap"}], 120
    )
    assert equal_shares(election, completion=NONE, by_cost=True).chosen == ["dear", "cheap"]
    assert equal_shares(election, completion=NONE, by_cost=False).chosen == ["cheap"]


@pytest.mark.parametrize(
    ("costs", "winner"),
    [
        # The same number of votes, so the same price per euro: the cheaper one, wherever it stands.
        ([30, 20], 1),
        ([20, 30], 0),
        ([20, 20], 0),
    ],
)
def test_a_tie_goes_to_the_cheaper_project_and_then_to_the_first_in_the_list(costs: list[int], winner: int) -> None:
    projects = [Project(index, cost) for index, cost in enumerate(costs)]
    # Each can pay one of the two.
    election = Election.of(projects, [{0, 1}, {0, 1}], 30)
    assert equal_shares(election, completion=NONE).chosen == [winner]
    assert most_votes_first(election).chosen == [winner]


def test_a_tie_goes_to_the_project_with_most_votes_before_it_goes_to_the_cheaper_one() -> None:
    # Of equal worth, and 10 from each payer: three named the dear one.
    projects = [Project("cheap", 20), Project("dear", 30)]
    election = Election.of(projects, [{"dear", "cheap"}, {"dear", "cheap"}, {"dear"}], 30)
    assert equal_shares(election, completion=NONE, by_cost=False).chosen == ["dear"]


def test_with_points_who_gave_more_pays_more() -> None:
    election = Election.of([Project("a", 90)], [{"a": 2}, {"a": 1}, {}], 180)
    [one] = equal_shares(election, completion=NONE).projects
    assert (one.votes, one.points, one.most_each, one.payers) == (2, 3, 30, 2)


def test_nobody_voted_so_nothing_is_chosen() -> None:
    election = Election.of([Project("a", 90)], [], 100)
    for completion in (NONE, ADD1, ADD1U):
        outcome = equal_shares(election, completion=completion)
        assert (outcome.chosen, outcome.total, outcome.voters, outcome.without) == ([], 0, 0, 0)


def test_a_ballot_that_names_nothing_is_a_voter_without_anything() -> None:
    election = Election.of([Project("a", 10)], [{"a"}, set()], 20)
    outcome = equal_shares(election, completion=NONE)
    assert (outcome.voters, outcome.share, outcome.without) == (2, 10, 1)


def test_all_that_was_named_fits_so_all_is_chosen_and_counting_ends() -> None:
    """One voter must save up for a dear project: from 5 to 40 each."""
    election = Election.of([Project("a", 40), Project("b", 5), Project("c", 3)], [{"a"}, *[{"b"}] * 9], 50)
    assert set(equal_shares(election, completion=ADD1).chosen) == {"a", "b"}


@pytest.mark.parametrize(
    ("share", "step"), [(0, 1), (5, 1), (99, 1), (100, 1), (999, 1), (1000, 10), (3795, 10), (35_700, 100)]
)
def test_a_step_is_a_power_of_ten_of_at_most_a_hundredth(share: int, step: int) -> None:
    assert step_for(share) == step


def test_the_outcome_says_with_which_share_it_ended() -> None:
    instance = large(3)
    election = instance.election()
    outcome = equal_shares(election)
    start = instance.budget // len(instance.ballots)
    assert outcome.share == start + outcome.raised * step_for(start)
    assert outcome.raised > 3


@pytest.mark.parametrize("wrong", [[Project("a", 0)], [Project("a", -5)], [Project("a", 5), Project("a", 6)]])
def test_a_project_without_a_price_or_twice_is_refused(wrong: list[Project]) -> None:
    with pytest.raises(ValueError, match="project"):
        Election.of(wrong, [], 10)


def test_progress_goes_up() -> None:
    told: list[int] = []
    equal_shares(large(5).election(), progress=told.append)
    assert told == sorted(set(told))
    assert told and told[0] >= 0 and told[-1] <= 100


def test_it_agrees_with_another_implementation_on_two_thousand_small_elections() -> None:
    assert len(ORACLE) == RECORDED
    for seed, line in enumerate(ORACLE):
        instance = small(seed)
        election, points = instance.election(), instance.election(points=True)
        found = [
            _by_shares(election, completion=NONE),
            _by_shares(election, completion=NONE, by_cost=False),
            _by_shares(election, completion=ADD1),
            _by_shares(election, completion=ADD1, by_cost=False),
            _by_shares(points, completion=NONE, by_cost=False),
            "".join(map(str, sorted(most_votes_first(election, fill_unsupported=True).chosen, key=int))),
        ]
        assert " ".join(one or "-" for one in found) == line, seed


def _by_shares(election: Election, **options: object) -> str:
    return "".join(map(str, equal_shares(election, step=1, **options).chosen))  # type: ignore[arg-type]


# --- what must hold always -----------------------------------------------------------------------

instances = st.one_of(
    st.integers(0, 100_000).map(small),
    st.integers(0, 100_000).map(lambda seed: large(seed, voters=30, projects=8)),
)


@settings(max_examples=50, deadline=None)
@given(instances, st.booleans(), st.booleans())
def test_every_project_is_paid_exactly_by_those_who_named_it_and_nobody_pays_more_than_their_share(
    instance: Instance, by_cost: bool, points: bool
) -> None:
    """The payments are worked out again from the explanation, voter by voter."""
    election = instance.election(points=points)
    outcome = equal_shares(election, by_cost=by_cost)
    assert outcome.share is not None
    purses = [Fraction(outcome.share) for _voter in instance.ballots]
    byshares = [one for one in outcome.projects if one.way == "shares"]
    for one in sorted(byshares, key=lambda one: one.round or 0):
        paid, payers, gave_all = Fraction(0), 0, 0
        for voter, ballot in enumerate(instance.ballots):
            if one.id not in ballot or not purses[voter]:
                continue
            assert one.most_each is not None
            wanted = one.most_each * (ballot[int(one.id)] if points else 1)
            part = min(purses[voter], wanted)
            purses[voter] -= part
            paid, payers, gave_all = paid + part, payers + 1, gave_all + (part < wanted)
        assert (paid, payers, gave_all) == (one.cost, one.payers, one.gave_all)
    for one in outcome.projects:
        left = sum((purses[voter] for voter, ballot in enumerate(instance.ballots) if one.id in ballot), Fraction(0))
        if one.way != "shares":
            assert left < one.cost
            assert one.missing == one.cost - left


@settings(max_examples=50, deadline=None)
@given(instances, st.booleans(), st.sampled_from([NONE, ADD1, ADD1U]))
def test_the_total_fits_the_budget_and_all_numbers_add_up(instance: Instance, by_cost: bool, completion: str) -> None:
    outcome = equal_shares(instance.election(), by_cost=by_cost, completion=completion)
    chosen = [one for one in outcome.projects if one.chosen]
    assert outcome.total == sum(one.cost for one in chosen) <= outcome.budget
    assert outcome.left == outcome.budget - outcome.total
    assert sorted(one.round for one in chosen if one.round) == list(range(1, len(chosen) + 1))
    assert all(one.votes for one in chosen)
    wanted = [{one.id for one in chosen} & set(ballot) for ballot in instance.ballots]
    assert outcome.without == sum(not one for one in wanted)
    if completion == ADD1U:
        assert all(one.cost > outcome.left for one in outcome.projects if one.votes and not one.chosen)
        assert all(one.over > 0 for one in outcome.projects if one.votes and not one.chosen)


@settings(max_examples=50, deadline=None)
@given(instances, st.randoms(use_true_random=False), st.integers(2, 4))
def test_neither_the_order_of_voters_nor_copies_of_all_of_them_change_what_is_chosen(
    instance: Instance, dice: random.Random, copies: int
) -> None:
    chosen = equal_shares(instance.election(), completion=NONE).chosen
    mixed = Instance(instance.budget, instance.costs, dice.sample(instance.ballots, len(instance.ballots)))
    assert equal_shares(mixed.election(), completion=NONE).chosen == chosen
    assert equal_shares(mixed.election()) == equal_shares(instance.election())
    copied = Instance(instance.budget, instance.costs, instance.ballots * copies)
    assert equal_shares(copied.election(), completion=NONE).chosen == chosen


@settings(max_examples=50, deadline=None)
@given(instances, st.booleans())
def test_a_group_that_can_pay_for_its_own_projects_is_never_left_with_nothing(
    instance: Instance, by_cost: bool
) -> None:
    """Justified representation: if those who name a project have its price together, one of them gets something."""
    outcome = equal_shares(instance.election(), by_cost=by_cost, completion=NONE)
    chosen, voters = set(outcome.chosen), len(instance.ballots)
    for index, cost in enumerate(instance.costs):
        named = [ballot for ballot in instance.ballots if index in ballot]
        if named and len(named) * instance.budget >= cost * voters:
            assert any(chosen & set(ballot) for ballot in named)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("by_cost", [True, False])
def test_large_elections_hold_the_same_and_completing_never_makes_it_less(seed: int, by_cost: bool) -> None:
    election = large(seed, voters=900, projects=40).election()
    base, whole = (equal_shares(election, by_cost=by_cost, completion=one) for one in (NONE, ADD1U))
    assert base.total <= whole.total <= election.budget
    assert whole.without <= base.without or whole.raised
    assert all(one.missing > 0 for one in whole.projects if one.way != "shares")
