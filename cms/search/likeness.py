"""How alike two words are, for who mistypes. Pure. PostgreSQL picks candidates by the same trigrams (`pg_trgm`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

ENOUGH = 0.45
"""Between 0 and 1: from here on a word was meant by another."""
ALIKE = 0.8
"""The least share of letters in the same order for words with few trigrams in common."""
WHOLE = 4
"""Letters from which on a word may stand inside another: "tuin" in "moestuin", but "or" not in "voor"."""


@lru_cache(maxsize=32_768)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def wanted(word: str) -> str:
    """What must stand in a searchable text: a part of any word, or for a short one how a word begins."""
    return word if len(word) >= WHOLE else f" {word}"


def likeness(word: str, other: str) -> float:
    """The share of trigrams in common, or how alike the letters are: of the whole, or of a part of a longer word."""
    mine, theirs = _trigrams(word), _trigrams(other)
    common = len(mine & theirs)
    if common < 2:
        return 0.0
    share = common / (len(mine) + len(theirs) - common)
    if share >= ENOUGH or len(word) < 5 or len(other) < len(word) - 2:
        return share
    longer = len(other) - len(word)
    parts = [other] if longer <= 2 else [other[at : at + len(word)] for at in range(longer + 1)]
    letters = max(SequenceMatcher(None, word, part).ratio() for part in parts)
    return ENOUGH * letters / ALIKE if letters >= ALIKE else share


def judge_of(words: Sequence[str]) -> Callable[[str], float]:
    """How much a searchable text is like all of these words: 1 when it holds them. Each other word is judged once."""
    known: dict[tuple[str, str], float] = {}

    def best(word: str, text: str) -> float:
        if wanted(word) in text:
            return 1.0
        highest = 0.0
        for other in text.split():
            if (word, other) not in known:
                known[word, other] = likeness(word, other)
            highest = max(highest, known[word, other])
        return highest

    return lambda text: min(best(word, text) for word in words)
