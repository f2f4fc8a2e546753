"""The outcome of one question by its rule, from all choices. Pure; what the background task and the verifier share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from participation.polls.counting import ranking
from participation.polls.counting.budgets import Choice, Divided, Election, Project
from participation.polls.counting.greedy import compare, most_votes_first
from participation.polls.counting.shares import Progress, equal_shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A question that a rule decides. `options`: (id, cents) in the order published; `budget` in cents."""

    rule: str
    options: tuple[tuple[int, int], ...]
    budget: int = 0
    by_cost: bool = True

    @classmethod
    def from_json(cls, question: Mapping[str, Any]) -> Decided:
        """As `counting.published` writes a question."""
        return cls(
            rule=question["rule"],
            options=tuple((one["id"], one.get("cents", 0)) for one in question["options"]),
            budget=question.get("cents", 0),
            by_cost=question.get("byCost", True),
        )


_ORDERS = {"borda": ranking.borda, "schulze": ranking.schulze, "run-off": ranking.run_off}


def outcome_of(one: Decided, choices: Iterable[Any], *, progress: Progress | None = None) -> dict[str, Any]:
    """`ranking.Ranked.as_json` or `budgets.Divided.as_json`; choices as on the ballots."""
    if one.rule in _ORDERS:
        ids = [option for option, _cents in one.options]
        return _ORDERS[one.rule](ids, ranking.grouped(ids, choices)).as_json()
    return _divided(one.rule, _election(one, choices), one.by_cost, progress).as_json()


def compared(one: Decided, choices: Iterable[Any]) -> dict[str, Any]:
    """Of a budget: `other`, what the other rule would have given, and who would be better off (`greedy.Compared`)."""
    election = _election(one, choices)
    other = "greedy" if one.rule == "equal-shares" else "equal-shares"
    mine, theirs = (_divided(rule, election, one.by_cost, None) for rule in (one.rule, other))
    return {"other": theirs.as_json(), **compare(election, mine, theirs).as_json()}


def _divided(rule: str, election: Election, by_cost: bool, progress: Progress | None) -> Divided:
    if rule == "greedy":
        return most_votes_first(election)
    return equal_shares(election, by_cost=by_cost, progress=progress)


def _election(one: Decided, choices: Iterable[Any]) -> Election:
    projects = [Project(option, cents) for option, cents in one.options]
    return Election.of(projects, map(_choice, choices), one.budget)


def _choice(choice: Any) -> Choice:
    return {int(name): points for name, points in choice.items()} if isinstance(choice, dict) else choice
