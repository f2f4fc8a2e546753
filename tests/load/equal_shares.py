"""How long equal shares takes, and how much memory, for a budget the size of a large city district.

    python tests/load/equal_shares.py [voters] [projects]     without numbers: 6,586 voters and 64 projects

People name one to eight projects, most of them in their own part of the district; amounts are in cents, and the share
is raised step by step as the rule says (`counting.shares`).
"""

from __future__ import annotations

import platform
import random
import resource
import sys
import time
import tracemalloc
from pathlib import Path

BUDGET = 250_000_00


def main(voters: int, projects: int) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from participation.polls.counting.budgets import Election, Project
    from participation.polls.counting.greedy import compare, most_votes_first
    from participation.polls.counting.shares import equal_shares, step_for

    dice = random.Random(1)
    prices = [5, 10, 25, 50, 100, 150, 200, 300, 500]
    offered = [Project(one, dice.choice(prices) * 100_00 + dice.randrange(100)) for one in range(projects)]
    liked = [dice.paretovariate(1.2) for _ in offered]
    parts = [dice.randrange(6) for _ in offered]
    choices = []
    for _ in range(voters):
        home = dice.randrange(6)
        keen = [like * (4 if part == home else 1) for like, part in zip(liked, parts, strict=True)]
        choices.append(set(dice.choices(range(projects), keen, k=dice.randrange(1, 9))))
    election = Election.of(offered, choices, BUDGET)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(f"{voters:,} voters, {projects} projects, {len(election.ballots):,} different ballots, {BUDGET:,} cents")
    for by_cost in (True, False):
        started, cpu = time.perf_counter(), time.process_time()
        outcome = equal_shares(election, by_cost=by_cost)
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
        print(
            f"{'by cost' if by_cost else 'each project the same'}: {wall:.1f} s ({cpu:.1f} s of CPU), counted "
            f"{outcome.raised + 1:,} times, share {BUDGET // voters:,} → {outcome.share} cents in steps of "
            f"{step_for(BUDGET // voters)}; {len(outcome.chosen)} projects for {outcome.total:,} cents, "
            f"{outcome.without:,} voters without any"
        )
    started = time.perf_counter()
    compare(election, outcome, most_votes_first(election))
    print(f"most votes first, and the comparison: {time.perf_counter() - started:.2f} s")
    tracemalloc.start()
    equal_shares(election, step=1000)
    print(f"memory of the count at most {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB, "
          f"of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip


if __name__ == "__main__":
    voters, projects = sys.argv[1:3] if len(sys.argv) == 3 else ("6586", "64")
    main(int(voters), int(projects))
