"""The Method of Equal Shares: everybody gets an equal share of the budget, and supporters of a project pay for it.

D. Peters, G. Pierczyński, P. Skowron, “Proportional Participatory Budgeting with Additive Utilities” (NeurIPS 2021).
In each round the project whose supporters pay least per unit of what they get from it is chosen; all pay the same (per
point), or all they have left. What a voter gets from a project is its cost (`by_cost`), or 1, times their points.

**Completion** (`ADD1U`): by itself the method leaves money. So it begins with a share of budget / voters, rounded down
to a whole unit, and is repeated with a share that is a step higher, as long as the outcome fits the budget and some
project with a vote would still fit; then what is left is filled with the projects with most votes that fit (Add1U).
**A step** is 1, 10, 100 … cents: the largest of these that is at most a hundredth of the share it began with, and
never less than a cent (`step_for`). In a small budget a euro would be a tenth of everybody's share; in a large one
cents would change nothing but the time it takes. Ties: `budgets`.

All sums are exact: what voters have left are whole numbers of 1/`scale` of a unit, and the scale grows when needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd, lcm

from participation.polls.counting.budgets import Divided, Election, Explained, without_any

NONE, ADD1, ADD1U = "none", "add1", "add1u"

Progress = Callable[[int], None]
"""Is told now and then how much of the budget is divided, 0 to 100; never goes down."""


@dataclass(slots=True)
class _Bought:
    """A project that was chosen: paid by so many, `price` each per point at most."""

    project: int
    price: Fraction
    payers: int
    gave_all: int


@dataclass(slots=True)
class _Run:
    """One count with a given share. `kinds`: of each group of voters what kind it is; `money`: what a kind has left."""

    bought: list[_Bought] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    money: list[int] = field(default_factory=list)
    scale: int = 1


def equal_shares(
    election: Election,
    *,
    by_cost: bool = True,
    completion: str = ADD1U,
    step: int | None = None,
    fill_unsupported: bool = False,
    progress: Progress | None = None,
) -> Divided:
    """Divide the budget. Without completion everybody's share is exactly budget / voters.

    `step`: another one than the rule says. `fill_unsupported`: also fill with projects nobody named; we never do.
    """
    count = _Counting(election, by_cost=by_cost)
    if not election.voters:
        return _explain(count, _Run(), Fraction(0), 0, completion, fill_unsupported)
    share = Fraction(election.budget, election.voters)
    if completion == NONE:
        return _explain(count, count.run(share), share, 0, completion, fill_unsupported)
    start = int(share)
    step = step or step_for(start)
    end, run = count.raised(start, step, progress)
    return _explain(count, run, Fraction(end), (end - start) // step, completion, fill_unsupported)


def step_for(share: int) -> int:
    """By how much a share is raised that began like this: a power of ten, at most a hundredth of it, at least 1."""
    return 10 ** max(len(str(share)) - 3, 0)


class _Counting:
    """An election laid out for counting: voters with the same ballot are one group, for they always have the same left.

    A kind of voters: those who have the same left. Kind 0 has nothing left.
    """

    def __init__(self, election: Election, *, by_cost: bool) -> None:
        self.election = election
        self.weights = list(election.ballots.values())
        self.priority = [0] * len(election.projects)
        for place, index in enumerate(election.order()):
            self.priority[index] = place
        self.worth = [one.cost if by_cost else 1 for one in election.projects]
        named: list[dict[int, list[int]]] = [{} for _project in election.projects]
        for group, ballot in enumerate(election.ballots):
            for index, points in ballot:
                named[index].setdefault(points, []).append(group)
        self.supporters = [list(by_points.items()) for by_points in named]
        self.multiples = [lcm(*by_points) for by_points in named]

    def run(self, share: Fraction | int) -> _Run:
        """Choose until no project can be paid by its supporters."""
        share = Fraction(share)
        state = _Run(kinds=[1] * len(self.weights), money=[0, share.numerator], scale=share.denominator)
        # What a project costs its supporters never falls: the last known price is enough to pass it over.
        waiting = [
            (Fraction(one.cost, self.election.points[index] * self.worth[index]), self.priority[index], index, -1)
            for index, one in enumerate(self.election.projects)
            if self.election.points[index]
        ]
        heapify(waiting)
        while waiting:
            _rate, priority, index, known = heappop(waiting)
            price = self.price(state, index)
            if price is None:
                continue
            if known == len(state.bought):
                self.buy(state, index, price)
            else:
                heappush(waiting, (price / self.worth[index], priority, index, len(state.bought)))
        return state

    def price(self, state: _Run, index: int) -> Fraction | None:
        """What each supporter pays per point, at most; None when they cannot pay it together.

        Who has least per point goes first: they give all they have while that is less than an equal part of the rest.
        """
        weights, kinds, money = self.weights, state.kinds, state.money
        rest = self.election.projects[index].cost * state.scale
        multiple = self.multiples[index]
        purses: list[tuple[int, int, int]] = []
        there = left = 0
        for points, groups in self.supporters[index]:
            tally: dict[int, int] = {}
            for group in groups:
                kind = kinds[group]
                tally[kind] = tally.get(kind, 0) + weights[group]
            tally.pop(0, None)
            for kind, weight in tally.items():
                there += money[kind] * weight
                left += points * weight
                purses.append((money[kind] * (multiple // points), points, weight))
        if there < rest:
            return None
        purses.sort()
        for purse, points, weight in purses:
            if purse * left >= rest * multiple:
                break
            rest -= purse * points // multiple * weight
            left -= points * weight
        return Fraction(rest, left * state.scale)

    def buy(self, state: _Run, index: int, price: Fraction) -> None:
        """Let the supporters pay."""
        grow = price.denominator // gcd(price.denominator, state.scale)
        if grow != 1:
            state.scale *= grow
            state.money = [one * grow for one in state.money]
        each = price.numerator * (state.scale // price.denominator)
        payers = gave_all = 0
        kinds, money = state.kinds, state.money
        for points, groups in self.supporters[index]:
            after: dict[int, int] = {0: 0}
            part = each * points
            for group in groups:
                kind = kinds[group]
                if not kind:
                    continue
                weight = self.weights[group]
                payers += weight
                if kind not in after:
                    if money[kind] <= part:
                        after[kind] = 0
                    else:
                        after[kind] = len(money)
                        money.append(money[kind] - part)
                if money[kind] < part:
                    gave_all += weight
                kinds[group] = after[kind]
        state.bought.append(_Bought(index, price, payers, gave_all))

    def raised(self, share: int, step: int, progress: Progress | None) -> tuple[int, _Run]:
        """The last share, of those one step apart, whose outcome fits the budget."""
        run, told = self.run(share), -1
        while not self.exhaustive(run):
            if progress is not None and (done := self.spent(run) * 100 // self.election.budget) > told:
                told = done
                progress(told)
            higher = self.run(share + step)
            if self.spent(higher) > self.election.budget:
                break
            share, run = share + step, higher
        return share, run

    def spent(self, run: _Run) -> int:
        return sum(self.election.projects[one.project].cost for one in run.bought)

    def exhaustive(self, run: _Run) -> bool:
        """Whether no other project that somebody named fits what is left of the budget."""
        left, bought = self.election.budget - self.spent(run), {one.project for one in run.bought}
        return not any(
            one.cost <= left and self.election.votes[index] and index not in bought
            for index, one in enumerate(self.election.projects)
        )


def _explain(
    count: _Counting, run: _Run, share: Fraction, raised: int, completion: str, fill_unsupported: bool
) -> Divided:
    election = count.election
    bought = {one.project: (place, one) for place, one in enumerate(run.bought, start=1)}
    left = election.budget - count.spent(run)
    filled: dict[int, int] = {}
    over: dict[int, int] = {}
    for index in election.order():
        if index in bought:
            continue
        cost = election.projects[index].cost
        wanted = completion == ADD1U and (election.votes[index] or fill_unsupported)
        if wanted and cost <= left:
            filled[index] = len(bought) + len(filled) + 1
            left -= cost
        else:
            over[index] = max(cost - left, 0)
    told = []
    for index, project in enumerate(election.projects):
        place, paid = bought.get(index, (None, None))
        told.append(
            Explained(
                id=project.id,
                cost=project.cost,
                votes=election.votes[index],
                points=election.points[index],
                chosen=index not in over,
                way="shares" if paid else "votes" if index in filled else "",
                round=place or filled.get(index),
                payers=paid.payers if paid else 0,
                most_each=paid.price if paid else None,
                gave_all=paid.gave_all if paid else 0,
                missing=Fraction(0) if paid else project.cost - _purse(count, run, index),
                over=over.get(index, 0),
            )
        )
    return Divided(
        rule="equal-shares",
        budget=election.budget,
        voters=election.voters,
        projects=tuple(told),
        total=election.budget - left,
        without=without_any(election, [*bought, *filled]),
        share=share,
        raised=raised,
    )


def _purse(count: _Counting, run: _Run, index: int) -> Fraction:
    """What the supporters of a project have left together."""
    groups = (group for _points, named in count.supporters[index] for group in named)
    return Fraction(sum(run.money[run.kinds[group]] * count.weights[group] for group in groups), run.scale)
