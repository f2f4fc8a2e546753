"""Write `oracle.txt`: what pabutools 1.2.3 makes of the small instances; run by hand in an environment of its own.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install pabutools==1.2.3
    PYTHONPATH=. /tmp/oracle/bin/python tests/participation/polls/counting/record_oracle.py

pabutools is GPL and brings a proprietary solver and 200 MB along, so it is in no lock file; what it answers is a fact.
A line for each seed: the projects in the order they were chosen, by equal shares by cost, by equal shares with every
project worth the same, both again with shares raised one at a time (Add1), by equal shares with points, and, sorted,
by most votes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pabutools import election as pb
from pabutools import rules
from pabutools.tiebreaking import TieBreakingRule

from tests.participation.polls.counting.instances import RECORDED, Instance, small


def recorded(instance: Instance) -> str:
    projects = [pb.Project(str(index), cost) for index, cost in enumerate(instance.costs)]
    divided = pb.Instance(projects, budget_limit=instance.budget)
    approvals = pb.ApprovalProfile(
        [pb.ApprovalBallot([projects[index] for index in one]) for one in instance.ballots], instance=divided
    )
    points = pb.CardinalProfile(
        [pb.CardinalBallot({projects[index]: given for index, given in one.items()}) for one in instance.ballots],
        instance=divided,
    )
    chosen = [
        _shares(instance, divided, approvals, sat_class=pb.Cost_Sat),
        _shares(instance, divided, approvals, sat_class=pb.Cardinality_Sat),
        _shares(instance, divided, approvals, sat_class=pb.Cost_Sat, voter_budget_increment=1),
        _shares(instance, divided, approvals, sat_class=pb.Cardinality_Sat, voter_budget_increment=1),
        _shares(instance, divided, points, sat_class=pb.Additive_Cardinal_Sat, points=True),
        "".join(
            sorted(
                one.name
                for one in rules.greedy_utilitarian_welfare(
                    divided, approvals, sat_class=pb.Cost_Sat, tie_breaking=_ties(instance, points=False)
                )
            )
        ),
    ]
    return " ".join(one or "-" for one in chosen)


def _shares(instance: Instance, divided: Any, profile: Any, *, points: bool = False, **options: Any) -> str:
    outcome = rules.method_of_equal_shares(divided, profile, tie_breaking=_ties(instance, points=points), **options)
    return "".join(one.name for one in outcome)


def _ties(instance: Instance, *, points: bool) -> TieBreakingRule:
    """The tie rule of `budgets`."""

    def weight(_instance: Any, _profile: Any, project: Any) -> tuple[int, int, int]:
        index = int(project.name)
        votes = sum((one[index] if points else 1) for one in instance.ballots if index in one)
        return (-votes, instance.costs[index], index)

    return TieBreakingRule(weight)


if __name__ == "__main__":
    lines = [recorded(small(seed)) for seed in range(RECORDED)]
    Path(__file__).with_name("oracle.txt").write_text("\n".join(lines) + "\n")
