"""From a resident's words to a category, and to who should be called first. No outside service, no query.

`index` knows words for every category from the first day. A municipality with a history of its own can have
a model learned from it (`learned`, `training`), used when it does better than the words on reports it never saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from participation.routing.proposals.index import Index
from participation.routing.proposals.learned import Learned
from participation.routing.proposals.safety import safety_advice, safety_signals

if TYPE_CHECKING:
    from participation.routing.queries import RoutingConfig

__all__ = ["FALLBACK", "Proposer", "propose", "safety_advice", "safety_signals"]

FALLBACK = "anders"
"""The category for what nothing points to."""
MOST = 5
ENOUGH = 3
"""With fewer proposals than this, "something else" is added as the last."""
LEARNED_SHARE = 0.7
"""How much a learned model weighs against the words, which also know categories that it never saw."""


@dataclass(frozen=True, slots=True)
class Proposer:
    """The words of a municipality, and its learned model when that is in use."""

    words: Index
    learned: Learned | None = None

    def scores(self, text: str) -> list[tuple[str, float]]:
        """(slug, score between 0 and 1), best first; only categories of the index."""
        by_words = self.words.scores(text)
        if self.learned is None:
            return by_words
        known = {slug: place for place, slug in enumerate(self.words.slugs)}
        total = sum(score for _slug, score in by_words)
        mixed = {slug: (1 - LEARNED_SHARE) * score / total for slug, score in by_words}
        for slug, chance in self.learned.chances(text).items():
            if slug in known:
                mixed[slug] = mixed.get(slug, 0.0) + LEARNED_SHARE * chance
        ranked = sorted(mixed.items(), key=lambda one: (-one[1], known[one[0]]))
        return [(slug, round(min(score, 1.0), 3)) for slug, score in ranked if score >= 0.001]

    def best(self, text: str, most: int = MOST) -> list[tuple[str, float]]:
        """The best few. Never empty as long as there is a category at all."""
        found = self.scores(text)[:most]
        slugs = self.words.slugs
        if len(found) < ENOUGH and slugs:
            last = FALLBACK if FALLBACK in slugs else slugs[-1]
            if last not in {slug for slug, _score in found}:
                found.append((last, 0.0))
        return found


def propose(config: RoutingConfig, text: str) -> list[tuple[str, float]]:
    """At most five categories the text may be about, best first, each with a score between 0 and 1.

    Never empty: when nothing points anywhere it is "something else" with score 0.
    """
    return config.settings.proposer.best(text)
