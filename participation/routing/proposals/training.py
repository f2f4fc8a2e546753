"""Learning from a municipality's own reports which words go with which category.

scikit-learn (the extra `train`) does the fitting; what is kept are plain numbers for `learned.Learned`, never a
pickle. The newest reports are kept apart, and both the words and what was learned are measured on those, so the
figures say what to expect of tomorrow's reports. What is measured is what would be served.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from participation.routing.proposals import Proposer
from participation.routing.proposals.index import Index
from participation.routing.proposals.learned import VERSION, Learned, features, without_personal_data
from participation.routing.proposals.measure import Figures, measure

FEWEST_REPORTS = 300
FEWEST_OF_CATEGORY = 5
"""Reports of a category from which it can be learned."""
FEWEST_PEOPLE = 5
"""People who must have used a feature: what fewer wrote could say who they are."""
MOST_REPORTS = 20_000
MOST_FEATURES = 15_000
HELD_OUT_SHARE = 0.25
MOST_WEIGHTS = 8
"""Categories a feature may speak for or against; the smallest weights are left out."""
DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A report whose category a person chose or confirmed. `person`: who wrote it, as far as known (any code)."""

    text: str
    slug: str
    at: datetime
    person: str
    names: tuple[str, ...] = ()


History = Callable[[int], Iterable[Example]]
"""gemeente id → its examples, newest first."""
_histories: list[History] = []


class TooLittle(Exception):
    """There is not enough to learn from; the message says how much there is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was learned (`weights`) and how it does beside the words, on reports that it never saw."""

    weights: dict[str, Any]
    words: Figures
    learned: Figures
    learned_from: Sequence[Example]
    measured_on: Sequence[Example]

    @property
    def is_better(self) -> bool:
        """More often right at once, and not less often among the first three."""
        return self.learned.whole.first > self.words.whole.first and self.learned.whole.three >= self.words.whole.three


def register_history(history: History) -> None:
    """For the apps that hold reports, when they start."""
    if history not in _histories:
        _histories.append(history)


def examples_of(gemeente_id: int) -> list[Example]:
    """The newest examples of a municipality, oldest first."""
    found = [one for history in _histories for one in history(gemeente_id)]
    return sorted(found, key=lambda one: one.at)[-MOST_REPORTS:]


def train(examples: Sequence[Example], index: Index) -> Outcome:
    """Learn from the older examples, measure on the newer. `examples` oldest first; TooLittle."""
    known = [one for one in examples if one.slug in set(index.slugs)]
    if len(known) < FEWEST_REPORTS:
        raise TooLittle(f"{len(known)} < {FEWEST_REPORTS}")
    border = round(len(known) * (1 - HELD_OUT_SHARE))
    older, newer = known[:border], known[border:]
    weights = _fit(older)
    texts = [(one.text, one.slug) for one in newer]
    return Outcome(
        weights=weights,
        words=measure(texts, Proposer(index).best),
        learned=measure(texts, Proposer(index, Learned(weights)).best),
        learned_from=older,
        measured_on=newer,
    )


def _fit(examples: Sequence[Example]) -> dict[str, Any]:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts = Counter(one.slug for one in examples)
    slugs = sorted(slug for slug, count in counts.items() if count >= FEWEST_OF_CATEGORY)
    used = [one for one in examples if counts[one.slug] >= FEWEST_OF_CATEGORY]
    if len(slugs) < 2:
        raise TooLittle(f"{len(slugs)} < 2")
    found = [features(without_personal_data(one.text, one.names)) for one in used]
    idf = _features_of_many(used, found)
    columns = {name: at for at, name in enumerate(idf)}
    values: list[float] = []
    places: list[int] = []
    starts = [0]
    for one in found:
        row = {columns[name]: (1 + math.log(count)) * idf[name] for name, count in one.items() if name in idf}
        length = math.sqrt(sum(value * value for value in row.values())) or 1.0
        values += [value / length for value in row.values()]
        places += row
        starts.append(len(values))
    matrix = csr_matrix((values, places, starts), shape=(len(used), len(columns)))
    model = LogisticRegression(C=20.0, max_iter=1000, tol=1e-3)
    model.fit(matrix, [one.slug for one in used])
    order = [str(slug) for slug in model.classes_]
    weights, bias = model.coef_, model.intercept_
    if len(order) == 2:  # one row of weights, for the second against the first
        weights, bias = [-weights[0] / 2, weights[0] / 2], [-bias[0] / 2, bias[0] / 2]
    return {
        "version": VERSION,
        "slugs": order,
        "bias": [round(float(one), DECIMALS) for one in bias],
        "features": {
            name: [round(idf[name], DECIMALS), _strongest([float(row[at]) for row in weights])]
            for name, at in columns.items()
        },
    }


def _features_of_many(examples: Sequence[Example], found: Sequence[Counter[str]]) -> dict[str, float]:
    """The features that enough people used, with how rare each is; the most used first."""
    people: dict[str, set[str]] = defaultdict(set)
    reports: Counter[str] = Counter()
    for one, counted in zip(examples, found, strict=True):
        reports.update(counted.keys())
        for name in counted:
            if len(people[name]) < FEWEST_PEOPLE:
                people[name].add(one.person)
    enough = [name for name, who in people.items() if len(who) >= FEWEST_PEOPLE]
    chosen = sorted(enough, key=lambda name: (-reports[name], name))[:MOST_FEATURES]
    return {name: math.log((1 + len(examples)) / (1 + reports[name])) + 1 for name in chosen}


def _strongest(row: list[float]) -> list[list[float]]:
    """[category, weight] of the largest weights."""
    places = sorted(range(len(row)), key=lambda at: -abs(row[at]))[:MOST_WEIGHTS]
    return [[at, round(row[at], DECIMALS)] for at in sorted(places) if round(row[at], DECIMALS)]
