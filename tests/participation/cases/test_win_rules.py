"""Which solved case is worth telling: the rules alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from participation.cases.win_rules import Signs, in_words, judge

ORDINARY = Signs(
    supporters=0,
    took=timedelta(days=2, hours=20),
    promised=timedelta(days=3),
    before_and_after=False,
    since_alike=timedelta(days=4),
)


def signs(**changes: object) -> Signs:
    return Signs(**({name: getattr(ORDINARY, name) for name in Signs.__slots__} | changes))


@pytest.mark.parametrize(
    ("changes", "codes", "points"),
    [
        ({}, [], 0),
        ({"supporters": 4}, [], 0),
        ({"supporters": 5}, ["supporters"], 2),
        ({"supporters": 15}, ["supporters"], 3),
        ({"before_and_after": True}, ["pictures"], 2),
        ({"took": timedelta(days=1, hours=12)}, ["quick"], 1),
        ({"took": timedelta(days=1, hours=12, seconds=1)}, [], 0),
        ({"took": timedelta(hours=1), "promised": timedelta(days=1)}, [], 0),
        ({"took": timedelta(hours=1), "promised": timedelta(days=2)}, ["quick"], 1),
        ({"took": timedelta(hours=1), "promised": None}, [], 0),
        ({"since_alike": None}, ["first"], 1),
        ({"since_alike": timedelta(days=180)}, ["first"], 1),
        ({"since_alike": timedelta(days=179)}, [], 0),
    ],
)
def test_each_reason_has_its_threshold_and_weight(changes: dict[str, object], codes: list[str], points: int) -> None:
    verdict = judge(signs(**changes))

    assert [one["code"] for one in verdict.reasons] == codes
    assert verdict.points == points


def test_quick_and_first_of_its_kind_is_not_enough_and_a_third_reason_is() -> None:
    quick_and_first = {"took": timedelta(hours=3), "since_alike": None}

    assert not judge(signs(**quick_and_first)).is_win
    assert judge(signs(**quick_and_first, supporters=5)).is_win
    assert judge(signs(before_and_after=True, since_alike=None)).is_win
    assert judge(signs(supporters=15)).is_win


def test_reasons_are_said_with_their_numbers() -> None:
    verdict = judge(
        signs(supporters=7, before_and_after=True, took=timedelta(hours=3), since_alike=timedelta(days=200))
    )
    with translation.override("en"):
        assert in_words(verdict.reasons) == [
            "7 neighbours saw it too.",
            "There are photos of before and after.",
            "Solved within a day, much faster than promised.",
            "The first of its kind in this quarter in 6 months.",
        ]
        assert in_words(judge(signs(since_alike=None)).reasons) == ["The first of its kind in this quarter."]
