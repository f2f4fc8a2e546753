"""Totals ballot by ballot are the same as a count from scratch."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.polls.counting.ranking import borda, pairs
from participation.polls.counting.tallying import Total, add, empty, take

OPTIONS = [11, 12, 13, 14]
some = st.lists(st.sampled_from(OPTIONS), unique=True, max_size=4)
CHOICES: dict[str, st.SearchStrategy[Any]] = {
    "single": st.sampled_from(OPTIONS),
    "yesno": st.sampled_from(OPTIONS),
    "multiple": some,
    "scale": st.integers(1, 10),
    "ranking": some,
    "budget": some,
    "points": st.dictionaries(st.sampled_from([str(one) for one in OPTIONS]), st.integers(0, 9)),
}


def begin(kind: str) -> Total:
    return empty("budget" if kind == "points" else kind, [] if kind == "scale" else OPTIONS)


@pytest.mark.parametrize("kind", sorted(CHOICES))
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_taking_ballots_out_again_is_as_if_they_had_never_come(kind: str, data: st.DataObject) -> None:
    stay = data.draw(st.lists(CHOICES[kind], max_size=12))
    go = data.draw(st.lists(CHOICES[kind], max_size=12))
    deeds = [(add, one) for one in [*stay, *go]]
    random.Random(len(deeds)).shuffle(deeds)
    total, scratch = begin(kind), begin(kind)
    for deed, choice in deeds:
        deed(total, choice)
    for choice in go:
        take(total, choice)
        total = json.loads(json.dumps(total))
    for choice in stay:
        add(scratch, choice)
    assert total == scratch
    assert total["answered"] == len(stay)


def test_each_kind_counts_what_was_chosen() -> None:
    single, several, scale, budget = begin("single"), begin("multiple"), begin("scale"), begin("points")
    for choice in (11, 12, 11):
        add(single, choice)
    add(several, [11, 13])
    add(several, [13])
    for choice in (3, 3, 1):
        add(scale, choice)
    add(budget, {"11": 4, "12": 0})
    add(budget, {"11": 1, "14": 2})
    assert single == {"kind": "single", "answered": 3, "by": {"11": 2, "12": 1, "13": 0, "14": 0}}
    assert several == {"kind": "multiple", "answered": 2, "by": {"11": 1, "12": 0, "13": 2, "14": 0}}
    assert scale == {"kind": "scale", "answered": 3, "by": {"3": 2, "1": 1}}
    assert budget["by"] == {"11": 2, "12": 0, "13": 0, "14": 1}
    assert budget["points"] == {"11": 5, "12": 0, "13": 0, "14": 2}


def test_a_budget_by_approval_gives_each_project_a_point_for_each_vote() -> None:
    total = begin("budget")
    add(total, [11, 12])
    add(total, [11])
    assert total["by"] == total["points"] == {"11": 2, "12": 1, "13": 0, "14": 0}


@settings(max_examples=80, deadline=None)
@given(st.lists(some.filter(bool), max_size=15))
def test_the_totals_of_an_order_are_those_of_the_rules(orders: list[list[int]]) -> None:
    total = begin("ranking")
    for order in orders:
        add(total, order)
    ballots: dict[Any, int] = {}
    for order in orders:
        ballots[tuple(order)] = ballots.get(tuple(order), 0) + 1
    points = {row["id"]: row["points"] for row in borda(OPTIONS, ballots).steps["rows"]}
    assert {int(one): double / 2 for one, double in total["by"].items()} == points
    assert {int(a): {int(b): n for b, n in row.items()} for a, row in total["pairs"].items()} == pairs(OPTIONS, ballots)
    assert {int(one): n for one, n in total["first"].items()} == {
        one: sum(order[0] == one for order in orders) for one in OPTIONS
    }
