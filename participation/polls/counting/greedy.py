"""Most votes first: the rule most places use, in the same shape as `shares`; and what either means for voters.

Projects are taken by votes (with points: by points), the tie rule of `budgets`; one that costs more than is left is
passed over, and the next is tried.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from participation.polls.counting.budgets import Divided, Election, Explained, without_any


def most_votes_first(election: Election, *, fill_unsupported: bool = False) -> Divided:
    """`fill_unsupported`: also projects nobody named, when they fit; we never do."""
    left = election.budget
    rounds: dict[int, int] = {}
    over: dict[int, int] = {}
    for index in election.order():
        cost = election.projects[index].cost
        if cost <= left and (election.points[index] or fill_unsupported):
            rounds[index] = len(rounds) + 1
            left -= cost
        else:
            over[index] = max(cost - left, 0)
    return Divided(
        rule="greedy",
        budget=election.budget,
        voters=election.voters,
        projects=tuple(
            Explained(
                id=one.id,
                cost=one.cost,
                votes=election.votes[index],
                points=election.points[index],
                chosen=index in rounds,
                way="votes" if index in rounds else "",
                round=rounds.get(index),
                over=over.get(index, 0),
            )
            for index, one in enumerate(election.projects)
        ),
        total=election.budget - left,
        without=without_any(election, rounds),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two outcomes of the same ballots: for voters, what counts is how much money goes to projects they named.

    `better_first`, `better_second`, `same`: voters for whom that is more with one than with the other. `some_*`: voters
    with at least one project of theirs. `projects_*`, `money_*`: how many projects of theirs, and how much money for
    these, the average voter has (money in whole units). `only_*`: projects that only one of them chooses.
    """

    better_first: int
    better_second: int
    same: int
    some_first: int
    some_second: int
    projects_first: float
    projects_second: float
    money_first: int
    money_second: int
    only_first: list[Any]
    only_second: list[Any]

    def as_json(self) -> dict[str, Any]:
        return {_camel(name): value for name, value in asdict(self).items()}


def compare(election: Election, first: Divided, second: Divided) -> Compared:
    """Who is better off with which of these two outcomes."""
    wins = [_won(election, outcome) for outcome in (first, second)]
    better, some, projects, money = [0, 0], [0, 0], [0, 0], [0, 0]
    for ballot, times in election.ballots.items():
        spent = []
        for which, won in enumerate(wins):
            theirs = [election.projects[index].cost for index, _points in ballot if index in won]
            spent.append(sum(theirs))
            some[which] += times * bool(theirs)
            projects[which] += times * len(theirs)
            money[which] += times * sum(theirs)
        if spent[0] != spent[1]:
            better[spent[1] > spent[0]] += times
    voters = election.voters
    return Compared(
        better_first=better[0],
        better_second=better[1],
        same=voters - sum(better),
        some_first=some[0],
        some_second=some[1],
        projects_first=round(projects[0] / max(voters, 1), 2),
        projects_second=round(projects[1] / max(voters, 1), 2),
        money_first=money[0] // max(voters, 1),
        money_second=money[1] // max(voters, 1),
        only_first=[one for one in first.chosen if one not in second.chosen],
        only_second=[one for one in second.chosen if one not in first.chosen],
    )


def _won(election: Election, outcome: Divided) -> frozenset[int]:
    chosen = set(outcome.chosen)
    return frozenset(index for index, one in enumerate(election.projects) if one.id in chosen)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))
