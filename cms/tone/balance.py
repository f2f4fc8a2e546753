"""How a page sounds as a whole: of each sentence whether it brings good news, bad news or neither. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from cms.tone.sentences import Word, plain

FILE = Path(__file__).with_name("balance.toml")
REACH = 3
"""Words after "geen" or "niet" that are turned around."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Numbers of sentences."""

    positive: int = 0
    neutral: int = 0
    negative: int = 0

    @property
    def whole(self) -> int:
        return self.positive + self.neutral + self.negative

    @property
    def all_negative(self) -> bool:
        """Bad news in at least three sentences and half of them, and no good news against it."""
        return self.negative >= 3 and self.negative * 2 >= self.whole and self.positive * 4 < self.negative

    @property
    def verdict(self) -> str:
        """`empty`, `negative`, `heavy`, `neutral`, `mixed` or `positive`."""
        if not self.whole:
            return "empty"
        if self.all_negative:
            return "negative"
        if self.negative > self.positive:
            return "heavy"
        if self.positive > 2 * self.negative and self.positive:
            return "positive"
        return "mixed" if self.positive else "neutral"

    def share(self, number: int) -> int:
        """Percent."""
        return round(100 * number / self.whole) if self.whole else 0


class _Words:
    def __init__(self, listed: Sequence[str]) -> None:
        self.exact = frozenset(plain(one) for one in listed if not one.endswith("*"))
        prefixes = [plain(one[:-1]) for one in listed if one.endswith("*")]
        self.prefixes = tuple(prefixes)

    def __contains__(self, word: str) -> bool:
        return word in self.exact or word.startswith(self.prefixes)


@cache
def _lists() -> dict[str, _Words]:
    return {name: _Words(words) for name, words in tomllib.loads(FILE.read_text(encoding="utf-8")).items()}


def leaning(words: Sequence[Word]) -> int:
    """Above 0 for good news, below 0 for bad, by the words of one sentence."""
    turning = _lists()["turning"]
    total, turned = 0, 0
    for one in words:
        if one.plain in turning.exact:
            turned = REACH + 1
        value = _weigh(one.plain)
        if value and turned > 0:
            value = -value
        total += value
        turned -= 1
    return total


@lru_cache(maxsize=8192)
def _weigh(word: str) -> int:
    lists = _lists()
    return (word in lists["positive"]) - (word in lists["negative"])


def balance(leanings: Sequence[int]) -> Balance:
    """Of a page, from what each sentence leans to."""
    positive, negative = sum(one > 0 for one in leanings), sum(one < 0 for one in leanings)
    return Balance(positive, len(leanings) - positive - negative, negative)
