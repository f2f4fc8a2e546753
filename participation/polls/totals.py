"""The totals of a poll, ballot by ballot: `{question id: total}` as `counting.tallying` keeps one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from participation.polls.choices import Asked
from participation.polls.counting import tallying
from participation.polls.states import Kind

Totals = dict[str, Any]


def begin(questions: Sequence[Asked]) -> Totals:
    """Nobody chose anything yet. Answers in one's own words are not counted."""
    return {
        str(one.id): tallying.empty(one.kind, [option.id for option in one.options])
        for one in questions
        if one.kind != Kind.OPEN
    }


def add_ballot(totals: Totals, questions: Sequence[Asked], choices: Mapping[str, Any]) -> None:
    """Count a ballot, in place."""
    _each(tallying.add, totals, questions, choices)


def take_ballot(totals: Totals, questions: Sequence[Asked], choices: Mapping[str, Any]) -> None:
    """Take a ballot out again, in place."""
    _each(tallying.take, totals, questions, choices)


def _each(do: Any, totals: Totals, questions: Sequence[Asked], choices: Mapping[str, Any]) -> None:
    if not totals:
        totals.update(begin(questions))
    for name, choice in choices.items():
        do(totals[name], choice)
