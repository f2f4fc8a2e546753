"""Random elections about a budget, the same for the same seed in every Python: for the oracle and for properties."""

from __future__ import annotations

import random
from dataclasses import dataclass

from participation.polls.counting.budgets import Election, Project

RECORDED = 2000


@dataclass(frozen=True)
class Instance:
    """`costs` per project; `ballots` per voter: points by project. `budget` a multiple of the number of voters."""

    budget: int
    costs: list[int]
    ballots: list[dict[int, int]]

    def election(self, *, points: bool = False) -> Election:
        projects = [Project(index, cost) for index, cost in enumerate(self.costs)]
        return Election.of(projects, [one if points else set(one) for one in self.ballots], self.budget)


def small(seed: int) -> Instance:
    """Up to 12 voters and 9 projects; some without a vote, many ties. Some ballots name nothing."""
    dice = random.Random(seed)
    voters, projects = dice.randrange(1, 13), dice.randrange(1, 10)
    costs = [dice.randrange(1, 8) * dice.randrange(1, 8) for _ in range(projects)]
    keen = [dice.randrange(0, 11) / 10 for _ in range(projects)]
    ballots = [
        {index: dice.randrange(1, 6) for index in range(projects) if dice.random() < keen[index]} for _ in range(voters)
    ]
    return Instance(voters * dice.randrange(1, 26), costs, ballots)


def large(seed: int, *, voters: int = 400, projects: int = 25) -> Instance:
    """Like a neighbourhood: a few popular projects, people who name three to five, amounts in cents."""
    dice = random.Random(seed)
    costs = [dice.randrange(5, 200) * 10_000 + dice.randrange(100) for _ in range(projects)]
    keen = [dice.paretovariate(1.2) for _ in range(projects)]
    ballots = [
        {index: dice.randrange(1, 6) for index in set(dice.choices(range(projects), keen, k=dice.randrange(0, 6)))}
        for _ in range(voters)
    ]
    return Instance(dice.randrange(200, 700) * 10_000 + 77, costs, ballots)
