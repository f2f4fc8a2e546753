"""Totals that go up and down with each ballot, as JSON; a count from scratch gives the same. Pure.

By kind, beside `kind` and `answered` (ballots with a choice):
single, yesno, scale: `by`, how many chose each (of a scale the steps that were chosen).
multiple, budget: `by`, how many named each; of a budget with points also `points` for each.
ranking: `by`, points by place (Borda: two for each option it stands before, one for each it shares the last place
with, because both were left out); `first`, how often it stands first; `pairs`, how often one stands before another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Total = dict[str, Any]


def empty(kind: str, options: Iterable[int]) -> Total:
    """Nobody chose anything yet. `kind` as in `states.Kind`; `options`: ids, of a scale none."""
    names = [str(one) for one in options]
    total: Total = {"kind": kind, "answered": 0, "by": dict.fromkeys(names, 0)}
    if kind == "ranking":
        total["first"] = dict.fromkeys(names, 0)
        total["pairs"] = {one: {other: 0 for other in names if other != one} for one in names}
    if kind == "budget":
        total["points"] = dict.fromkeys(names, 0)
    return total


def add(total: Total, choice: Any) -> None:
    """Count a choice, in place."""
    _count(total, choice, 1)


def take(total: Total, choice: Any) -> None:
    """Take a choice out again, in place."""
    _count(total, choice, -1)


def _count(total: Total, choice: Any, by: int) -> None:
    total["answered"] += by
    if total["kind"] == "ranking":
        _rank(total, [str(one) for one in choice], by)
    elif isinstance(choice, dict):
        for name, points in choice.items():
            if points:
                _move(total["by"], str(name), by)
                _move(total["points"], str(name), by * points)
    else:
        for one in choice if isinstance(choice, list) else [choice]:
            _move(total["by"], str(one), by)
            if "points" in total:
                _move(total["points"], str(one), by)
        if total["kind"] == "scale" and not total["by"][str(choice)]:
            del total["by"][str(choice)]


def _rank(total: Total, order: list[str], by: int) -> None:
    names = list(total["by"])
    left_out = [one for one in names if one not in order]
    if order:
        _move(total["first"], order[0], by)
    for place, one in enumerate(order):
        behind = order[place + 1 :] + left_out
        total["by"][one] += 2 * by * len(behind)
        for other in behind:
            total["pairs"][one][other] += by
    for one in left_out:
        total["by"][one] += by * (len(left_out) - 1)


def _move(counts: dict[str, int], name: str, by: int) -> None:
    counts[name] = counts.get(name, 0) + by
