"""How often proposals are right, in figures that can be printed, stored and compared. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Ranker = Callable[[str], list[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of `count` texts the right category came first `first` times, and among the first three `three` times."""

    count: int
    first: int
    three: int

    @property
    def top1(self) -> float:
        """Between 0 and 1."""
        return self.first / self.count if self.count else 0.0

    @property
    def top3(self) -> float:
        return self.three / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    whole: Tally
    by_category: dict[str, Tally]
    mistakes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(right, proposed first) → how often."""

    def as_json(self) -> dict[str, Any]:
        return {
            "count": self.whole.count,
            "top1": round(self.whole.top1, 4),
            "top3": round(self.whole.top3, 4),
            "categories": {
                slug: {"count": tally.count, "top1": round(tally.top1, 4), "top3": round(tally.top3, 4)}
                for slug, tally in sorted(self.by_category.items())
            },
        }


def measure(texts: Iterable[tuple[str, str]], rank: Ranker) -> Figures:
    """`texts`: (text, the right category)."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    mistakes: Counter[tuple[str, str]] = Counter()
    for text, slug in texts:
        proposed = [one for one, _score in rank(text)[:3]]
        row = counts[slug]
        row[0] += 1
        row[1] += proposed[:1] == [slug]
        row[2] += slug in proposed
        if proposed[:1] != [slug]:
            mistakes[slug, proposed[0] if proposed else ""] += 1
    by_category = {slug: Tally(*row) for slug, row in counts.items()}
    whole = Tally(*(sum(row[at] for row in counts.values()) for at in range(3)))
    return Figures(whole, by_category, mistakes)
