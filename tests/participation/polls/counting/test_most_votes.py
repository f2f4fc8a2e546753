"""Most votes first, and who is better off with which rule."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.polls.counting.budgets import Election, Project
from participation.polls.counting.greedy import compare, most_votes_first
from participation.polls.counting.shares import equal_shares
from tests.participation.polls.counting.instances import Instance, large, small


def test_a_project_that_does_not_fit_is_passed_over_and_the_next_is_tried() -> None:
    election = Election.of(
        [Project("a", 60), Project("b", 50), Project("c", 40)], [{"a", "b", "c"}, {"a", "b"}, {"a"}], 100
    )
    outcome = most_votes_first(election)
    a, b, c = outcome.projects
    assert outcome.chosen == ["a", "c"]
    assert (a.round, a.way, b.over, b.round, c.round) == (1, "votes", 10, None, 2)
    assert (outcome.total, outcome.left, outcome.without) == (100, 0, 0)


def test_with_points_the_project_with_most_points_goes_first() -> None:
    election = Election.of([Project("a", 60), Project("b", 60)], [{"a": 1}, {"a": 1}, {"b": 5}], 60)
    assert most_votes_first(election).chosen == ["b"]
    assert [(one.votes, one.points) for one in most_votes_first(election).projects] == [(2, 2), (1, 5)]


def test_points_of_nothing_are_no_vote() -> None:
    election = Election.of([Project("a", 60)], [{"a": 0}], 60)
    assert (election.votes, most_votes_first(election).chosen) == ((0,), [])


def test_the_comparison_says_who_is_better_off_with_which_rule() -> None:
    # Six name a, b and d; four name only c: most votes first leaves the four with nothing.
    projects = [Project(name, 40) for name in "abdc"]
    election = Election.of(projects, [{"a", "b", "d"}] * 6 + [{"c"}] * 4, 100)
    told = compare(election, equal_shares(election), most_votes_first(election)).as_json()
    assert told == {
        "betterFirst": 4,
        "betterSecond": 6,
        "same": 0,
        "someFirst": 10,
        "someSecond": 6,
        "projectsFirst": 1.0,
        "projectsSecond": 1.2,
        "moneyFirst": 40,
        "moneySecond": 48,
        "onlyFirst": ["c"],
        "onlySecond": ["b"],
    }


@settings(max_examples=50, deadline=None)
@given(
    st.one_of(
        st.integers(0, 100_000).map(small), st.integers(0, 999).map(lambda one: large(one, voters=30, projects=8))
    )
)
def test_nothing_that_was_named_still_fits_and_more_votes_are_never_passed_over_for_fewer(instance: Instance) -> None:
    election = instance.election()
    outcome = most_votes_first(election)
    assert outcome.total <= outcome.budget
    left = outcome.budget
    for one in sorted(outcome.projects, key=lambda one: (-one.votes, one.cost, one.id)):
        assert one.chosen == (one.cost <= left and one.votes > 0)
        assert one.over == (0 if one.chosen else max(one.cost - left, 0))
        left -= one.cost * one.chosen
    compared = compare(election, equal_shares(election), outcome)
    assert compared.better_first + compared.better_second + compared.same == election.voters
    assert compared.some_second == election.voters - outcome.without
    same = compare(election, outcome, outcome)
    assert (same.better_first, same.better_second, same.only_first) == (0, 0, [])
