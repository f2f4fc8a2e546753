from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.routing.choose import Facts, Rule, choose

GEMEENTE, STADSDEEL, WIJK, BUURT = 1, 2, 3, 4
SUB, MAIN = 21, 20
CATCH_ALL = 99
HERE = Facts(kind="report", category_ids=(SUB, MAIN), area_ids=(BUURT, WIJK, STADSDEEL, GEMEENTE))


def rule(
    pk: int, *, area: int | None = None, category: int | None = None, kind: str = "", gemeente: int = GEMEENTE
) -> Rule:
    return Rule(id=pk, gemeente_id=gemeente, team_id=pk * 100, area_id=area, category_id=category, kind=kind)


def test_without_rules_the_catch_all_team_gets_it_and_says_so() -> None:
    decision = choose(HERE, [], CATCH_ALL)
    assert decision.team_id == CATCH_ALL
    assert decision.reasons == ({"code": "catch-all", "team": CATCH_ALL},)


def test_every_step_from_most_to_least_specific_in_order() -> None:
    subjects = [
        {"category": SUB, "kind": "report"}, {"category": SUB}, {"category": MAIN, "kind": "report"},
        {"category": MAIN},
        {"kind": "report"}, {},
    ]  # fmt: skip
    places: list[int | None] = [BUURT, WIJK, STADSDEEL, GEMEENTE, None]
    rules = [
        rule(pk, area=area, **subject)  # type: ignore[arg-type]
        for pk, (subject, area) in enumerate(itertools.product(subjects, places), start=1)
    ]
    left = list(rules)
    while left:
        assert choose(HERE, reversed(left), CATCH_ALL).team_id == left[0].team_id
        left.pop(0)


def test_a_subject_goes_before_a_place() -> None:
    litter_everywhere, all_of_this_buurt = rule(1, category=SUB), rule(2, area=BUURT)
    assert choose(HERE, [all_of_this_buurt, litter_everywhere], CATCH_ALL).team_id == litter_everywhere.team_id


def test_the_reasons_name_the_winner_and_then_the_less_specific_ones() -> None:
    winner, second, third = rule(3, category=SUB, area=WIJK), rule(2, category=SUB), rule(1, kind="report")
    decision = choose(HERE, [third, second, winner], CATCH_ALL)
    assert [(one["code"], one["rule"]) for one in decision.reasons] == [
        ("rule", 3),
        ("less-specific", 2),
        ("less-specific", 1),
    ]
    assert decision.reasons[0] == {"code": "rule", "rule": 3, "team": 300, "category": SUB, "area": WIJK, "kind": ""}
    assert json.loads(json.dumps(decision.as_json())) == {"team": 300, "reasons": list(decision.reasons)}


@pytest.mark.parametrize(
    "unfit",
    [
        rule(1, category=SUB + 100),
        rule(1, area=WIJK + 100),
        rule(1, kind="poll"),
        rule(1, category=SUB, kind="initiative"),
        rule(1, category=SUB, area=WIJK + 100),
        rule(1, category=SUB, gemeente=GEMEENTE + 50),
    ],
)
def test_a_rule_that_does_not_fit_never_applies(unfit: Rule) -> None:
    assert choose(HERE, [unfit], CATCH_ALL).team_id == CATCH_ALL


def test_a_thing_without_a_category_goes_by_kind_and_place() -> None:
    poll = Facts(kind="poll", area_ids=(WIJK, GEMEENTE))
    rules = [rule(1, category=SUB), rule(2, kind="poll"), rule(3, kind="poll", area=WIJK), rule(4, area=WIJK)]
    assert choose(poll, rules, CATCH_ALL).team_id == 300


def test_equal_rules_are_decided_by_the_lowest_id() -> None:
    assert choose(HERE, [rule(8, category=SUB), rule(5, category=SUB)], CATCH_ALL).team_id == 500


rules_of_any_kind = st.lists(
    st.builds(
        Rule,
        id=st.integers(1, 50),
        gemeente_id=st.sampled_from([GEMEENTE, 77]),
        team_id=st.integers(100, 120),
        area_id=st.sampled_from([None, BUURT, WIJK, STADSDEEL, GEMEENTE, 78]),
        category_id=st.sampled_from([None, SUB, MAIN, 22]),
        kind=st.sampled_from(["", "report", "poll"]),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(rules_of_any_kind, st.randoms())
def test_the_order_of_the_rules_never_matters(rules: list[Rule], random: object) -> None:
    shuffled = list(rules)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose(HERE, rules, CATCH_ALL) == choose(HERE, shuffled, CATCH_ALL)


@given(rules_of_any_kind)
def test_a_less_specific_rule_more_never_changes_the_team(rules: list[Rule]) -> None:
    chosen = choose(HERE, rules, CATCH_ALL)
    if chosen.reasons[0]["code"] == "rule":
        broadest = Rule(id=60, gemeente_id=GEMEENTE, team_id=500)
        assert choose(HERE, [*rules, broadest], CATCH_ALL).team_id == chosen.team_id
