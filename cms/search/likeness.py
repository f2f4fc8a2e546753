"""How alike two words are, for who mistypes. Pure. PostgreSQL picks candidates by the same trigrams (`pg_trgm`)."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

ENOUGH = 0.45
"""Between 0 and 1: from here on a word was meant by another."""
INSIDE = 0.8
"""How much a part of a long word must be like a word that is meant to stand in it."""


@lru_cache(maxsize=32_768)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def likeness(word: str, other: str) -> float:
    """The share of trigrams that the two have in common; half of the likeness for a part of a longer, Dutch word."""
    mine, theirs = _trigrams(word), _trigrams(other)
    common = len(mine & theirs)
    if common < 2:
        return 0.0
    whole = common / (len(mine) + len(theirs) - common)
    if whole >= ENOUGH or len(other) < len(word) + 3 or len(word) < 5:
        return whole
    parts = (other[at : at + len(word)] for at in range(len(other) - len(word) + 1))
    inside = max(SequenceMatcher(None, word, part).ratio() for part in parts)
    return max(whole, ENOUGH * inside / INSIDE) if inside >= INSIDE else whole


def best(word: str, text: str) -> float:
    """The likeness of the word in the text that is most like this one; 1 when the text holds it."""
    return 1.0 if word in text else max((likeness(word, other) for other in text.split()), default=0.0)
