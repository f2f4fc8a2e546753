"""Who wins when people put options in order: Borda, Schulze and instant run-off. Pure, in whole numbers.

A ballot may leave options out. Those share the last place: whatever is named stands before them, and between them the
voter says nothing. An empty ballot is not counted.

**Ties**, the same for all rules and known before the vote: who stands first more often goes before, then who stands
first in the published list. In a run-off, of the options with fewest votes the one drops out that had fewest in the
round before, and so on back; then the one that stands last in the published list.

Written out here because no library that is kept up explains its steps with ballots that leave options out
(python-vote-core is from 2011 and GPL, pyrankvote has no Schulze); each is a page long and tested with the examples of
the literature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

Id = int | str
Order = tuple[Id, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An outcome. `order`: all options, the winner first. `tied`: options that only the tie rule put in order.

    `steps`: how it came about, as a table that can be shown: see each rule.
    """

    rule: str
    ballots: int
    order: list[Id]
    tied: list[list[Id]] = field(default_factory=list)
    steps: dict[str, Any] = field(default_factory=dict)

    @property
    def winner(self) -> Id | None:
        return self.order[0] if self.ballots else None

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "ballots": self.ballots,
            "winner": self.winner,
            "order": self.order,
            "tied": self.tied,
            "steps": self.steps,
        }


def grouped(options: Sequence[Id], choices: Iterable[Sequence[Id]]) -> Counter[Order]:
    """Ballots as the rules take them: how often each order was cast. Raises `ValueError` for one that cannot be."""
    known, ballots = set(options), Counter(tuple(one) for one in choices if one)
    for ballot in ballots:
        if len(set(ballot)) != len(ballot) or not known.issuperset(ballot):
            raise ValueError("A ballot names each option at most once, and only options that are there.")
    return ballots


def pairs(options: Sequence[Id], ballots: Mapping[Order, int]) -> dict[Id, dict[Id, int]]:
    """`[a][b]`: on how many ballots a stands before b."""
    before = {one: dict.fromkeys((other for other in options if other != one), 0) for one in options}
    for ballot, times in ballots.items():
        left_out = [one for one in options if one not in ballot]
        for place, one in enumerate(ballot):
            for other in (*ballot[place + 1 :], *left_out):
                before[one][other] += times
    return before


def borda(options: Sequence[Id], ballots: Mapping[Order, int]) -> Ranked:
    """Points by place: one for each option it stands before, a half for each it shares the last place with.

    The rule of J.-C. de Borda (1781), for ballots that leave options out as M. Dummett (1997) does: with 5 options
    4, 3, 2 … points, and what is left out shares the points that are left. `steps`: `rows` with `points`, `places`
    (how often first, second, …) and `leftOut`.
    """
    count = sum(ballots.values())
    before = pairs(options, ballots)
    double = {one: sum(count + before[one][other] - before[other][one] for other in before[one]) for one in options}
    order, tied = _sort(options, ballots, lambda one: -double[one])
    rows = []
    for one in order:
        places = [0] * len(options)
        for ballot, times in ballots.items():
            if one in ballot:
                places[ballot.index(one)] += times
        rows.append({"id": one, "points": double[one] / 2, "places": places, "leftOut": count - sum(places)})
    return Ranked(rule="borda", ballots=count, order=order, tied=tied, steps={"rows": rows})


def schulze(options: Sequence[Id], ballots: Mapping[Order, int]) -> Ranked:
    """Pair by pair: who is put before each of the others by more voters wins; if they beat each other in a circle, the
    strongest chain of duels decides.

    M. Schulze, “A new monotonic, clone-independent, reversal symmetric, and condorcet-consistent single-winner election
    method” (2011), strength by winning votes. `steps`: `duels` (each pair once, with the voters for either), `wins` per
    option, `beatsAll` (who wins every duel, or None) and `chains` (the strongest chain from each to each).
    """
    before = pairs(options, ballots)
    chain = {
        one: {other: votes if votes > before[other][one] else 0 for other, votes in before[one].items()}
        for one in options
    }
    for middle in options:
        for one in options:
            for other in options:
                if len({one, middle, other}) == 3:
                    through = min(chain[one][middle], chain[middle][other])
                    chain[one][other] = max(chain[one][other], through)
    place_of: dict[Id, int] = {}
    left = list(options)
    while left:
        unbeaten = [one for one in left if not any(_beats(chain, other, one) for other in left)]
        place_of |= dict.fromkeys(unbeaten, len(place_of))
        left = [one for one in left if one not in place_of]
    order, tied = _sort(options, ballots, place_of.__getitem__)
    wins = {one: sum(before[one][other] > before[other][one] for other in before[one]) for one in options}
    duels = [
        {"one": one, "other": other, "forOne": before[one][other], "forOther": before[other][one]}
        for place, one in enumerate(options)
        for other in options[place + 1 :]
    ]
    beats_all = next((one for one in options if wins[one] == len(options) - 1), None) if ballots else None
    return Ranked(
        rule="schulze",
        ballots=sum(ballots.values()),
        order=order,
        tied=tied,
        steps={
            "duels": duels,
            "wins": [{"id": one, "wins": wins[one]} for one in order],
            "beatsAll": beats_all,
            "chains": [{"id": one, "to": {str(other): votes for other, votes in chain[one].items()}} for one in order],
        },
    )


def _beats(chain: Mapping[Id, Mapping[Id, int]], one: Id, other: Id) -> bool:
    return one != other and chain[one][other] > chain[other][one]


def run_off(options: Sequence[Id], ballots: Mapping[Order, int]) -> Ranked:
    """Rounds: each ballot counts for the first on it who is still in; who has most of what counts wins, else the last
    drops out.

    A ballot on which nobody is left stops counting. `steps`: `rounds` with `votes` per option still in, `stopped`
    (ballots that no longer count), `out` (who drops out, or None in the last), `moved` (to whom their ballots go) and
    `byTieRule`.
    """
    still, out = list(options), list[Id]()
    rounds: list[dict[str, Any]] = []
    history: list[Counter[Id]] = []
    total = sum(ballots.values())
    while True:
        votes = _tops(still, ballots)
        history.append(votes)
        round_ = {
            "votes": [{"id": one, "votes": votes[one]} for one in still],
            "stopped": total - votes.total(),
            "out": None,
            "moved": [],
            "byTieRule": False,
        }
        rounds.append(round_)
        if len(still) < 2 or max(votes[one] for one in still) * 2 > votes.total() > 0 or not total:
            break
        fewest = min(votes[one] for one in still)
        last = [one for one in still if votes[one] == fewest]
        loser = min(last, key=partial(_came_last, history, options))
        still.remove(loser)
        out.append(loser)
        moved = _tops(still, {one: times for one, times in ballots.items() if _top([*still, loser], one) == loser})
        round_ |= {
            "out": loser,
            "byTieRule": len(last) > 1,
            "moved": [{"id": one, "votes": moved[one]} for one in still if moved[one]],
        }
    order, tied = _sort(still, ballots, lambda one: -history[-1][one])
    return Ranked(rule="run-off", ballots=total, order=[*order, *reversed(out)], tied=tied, steps={"rounds": rounds})


def _came_last(history: Sequence[Counter[Id]], options: Sequence[Id], one: Id) -> tuple[int, ...]:
    """Fewest votes now, then a round earlier, and so on; then last in the list."""
    return (*(votes[one] for votes in reversed(history)), -options.index(one))


def _top(still: Sequence[Id], ballot: Order) -> Id | None:
    return next((one for one in ballot if one in still), None)


def _tops(still: Sequence[Id], ballots: Mapping[Order, int]) -> Counter[Id]:
    votes: Counter[Id] = Counter()
    for ballot, times in ballots.items():
        top = _top(still, ballot)
        if top is not None:
            votes[top] += times
    return votes


def _sort(options: Sequence[Id], ballots: Mapping[Order, int], worth: Any) -> tuple[list[Id], list[list[Id]]]:
    """Lowest `worth` first, ties by the rule of this module; and which those were."""
    first = _tops(options, ballots)
    order = sorted(options, key=lambda one: (worth(one), -first[one], options.index(one)))
    groups: dict[Any, list[Id]] = {}
    for one in order:
        groups.setdefault(worth(one), []).append(one)
    return order, [group for group in groups.values() if len(group) > 1 and ballots]
