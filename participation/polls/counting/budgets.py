"""What both rules for a budget share: projects with a price, ballots, what an outcome tells. Pure, in exact numbers.

Amounts are whole numbers of one unit: in the platform cents, in a `.pb` file what its budget is in.
Ballots: by approval a voter names projects; a knapsack ballot (projects that together fit the budget) is read as the
approval of each of them, as Goel, Krishnaswamy, Sakshuwong & Aitamurto (2019) and Dutch practice do; with points a
project gets what the voter gave it. A ballot that names nothing counts as a voter.

**The tie rule**, the same for both rules and known before the vote: the project with most votes (with points: most
points) goes first, then the one that costs less, then the one that stands first in the published list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any

Id = int | str
Choice = Collection[Id] | Mapping[Id, int]
"""The projects a voter named; or, with points, how many each got."""
Votes = tuple[tuple[int, int], ...]
"""A ballot: (index of the project, points), by index."""


@dataclass(frozen=True, slots=True)
class Project:
    id: Id
    cost: int


@dataclass(frozen=True)
class Election:
    """What is divided. `ballots`: how often each different ballot was cast. `projects` in the order published."""

    budget: int
    projects: tuple[Project, ...]
    ballots: Mapping[Votes, int]
    voters: int = field(init=False)
    votes: tuple[int, ...] = field(init=False)
    """Per project: how many voters named it."""
    points: tuple[int, ...] = field(init=False)
    """Per project: points; by approval the same as votes."""

    def __post_init__(self) -> None:
        if self.budget < 0 or any(one.cost <= 0 for one in self.projects):
            raise ValueError("A budget is not below zero, and a project costs something.")
        votes, points = [0] * len(self.projects), [0] * len(self.projects)
        for ballot, times in self.ballots.items():
            for index, given in ballot:
                votes[index] += times
                points[index] += times * given
        object.__setattr__(self, "voters", sum(self.ballots.values()))
        object.__setattr__(self, "votes", tuple(votes))
        object.__setattr__(self, "points", tuple(points))

    @classmethod
    def of(cls, projects: Sequence[Project], choices: Iterable[Choice], budget: int) -> Election:
        """Choices as they come from the ballots. Raises `KeyError` for a project that is not there."""
        place = {one.id: index for index, one in enumerate(projects)}
        if len(place) != len(projects):
            raise ValueError("Two projects have the same id.")
        return cls(budget, tuple(projects), Counter(_ballot(choice, place) for choice in choices))

    def order(self) -> list[int]:
        """Indexes of the projects, who wins a tie first."""
        return sorted(range(len(self.projects)), key=lambda one: (-self.points[one], self.projects[one].cost, one))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why one project was chosen, or not.

    `way`: how it was chosen: `shares` (its supporters paid for it) or `votes` (from what was left, most votes first).
    `round`: it was so many'th to be chosen. `payers`: who paid something, `most_each` at most so much each (per point
    given); `gave_all`: how many of them paid less, because it was all they had. Of one that was not chosen, `missing`:
    what its supporters together lacked in the end; `over`: how much more it costs than was left when its turn came.
    """

    id: Id
    cost: int
    votes: int
    points: int
    chosen: bool
    way: str = ""
    round: int | None = None
    payers: int = 0
    most_each: Fraction | None = None
    gave_all: int = 0
    missing: Fraction = Fraction(0)
    over: int = 0

    def as_json(self) -> dict[str, Any]:
        """Amounts in whole units, rounded up."""
        return {
            "id": self.id,
            "cost": self.cost,
            "votes": self.votes,
            "points": self.points,
            "chosen": self.chosen,
            "way": self.way,
            "round": self.round,
            "payers": self.payers,
            "mostEach": None if self.most_each is None else ceil(self.most_each),
            "mostEachExactly": None if self.most_each is None else str(self.most_each),
            "gaveAll": self.gave_all,
            "missing": ceil(self.missing),
            "over": self.over,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """An outcome. `share`: what each voter could spend in the end, and `raised` how often it was raised to get there.

    `without`: voters of whose projects none was chosen; who named no project is one of them.
    """

    rule: str
    budget: int
    voters: int
    projects: tuple[Explained, ...]
    total: int
    without: int
    share: Fraction | None = None
    raised: int = 0

    @property
    def left(self) -> int:
        return self.budget - self.total

    @property
    def chosen(self) -> list[Id]:
        """In the order in which they were chosen."""
        return [one.id for one in sorted(self.projects, key=lambda one: one.round or 0) if one.chosen]

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "budget": self.budget,
            "voters": self.voters,
            "total": self.total,
            "left": self.left,
            "chosen": self.chosen,
            "without": self.without,
            "share": None if self.share is None else float(self.share),
            "raised": self.raised,
            "projects": [one.as_json() for one in self.projects],
        }


def without_any(election: Election, chosen: Collection[int]) -> int:
    """How many voters have none of these projects (indexes)."""
    won = frozenset(chosen)
    return sum(
        times for ballot, times in election.ballots.items() if won.isdisjoint(index for index, _points in ballot)
    )


def _ballot(choice: Choice, place: Mapping[Id, int]) -> Votes:
    if isinstance(choice, Mapping):
        if any(points < 0 for points in choice.values()):
            raise ValueError("Points are not below zero.")
        return tuple(sorted((place[one], points) for one, points in choice.items() if points))
    return tuple(sorted((place[one], 1) for one in set(choice)))
