"""How much two texts of residents say the same, judged by their words. Pure; for ranking only, never shown.

Words tell what it is about ("bank", "container"); pairs of three letters forgive typing errors, plurals and
compounds ("grofvuil", "grof vuil", "vuilnisbak").
"""

from __future__ import annotations

import re
import unicodedata

_LITTLE_WORDS = """
aan al als alweer bij dan dat de den der deze die dit door dus een eens en er ergens even for from geen graag had heb
hebben heeft het hier hij hoe hun ik in is ja je jullie kan kom kunt la liggen ligt maar me meer men met mij mijn na
naar naast niet nog nu of om onder ons onze ook op over per staan staat steeds te ter that the there this tot uit u uw
van veel voor waar was wat we weer weg wel were wij wordt zal ze zeer zich zijn zit zo and
"""
LITTLE = frozenset(_LITTLE_WORDS.split())
"""Words that say nothing about what somebody saw or wants."""
MOST_WORDS = 120


def alike(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same words)."""
    ours, theirs = _words(one), _words(other)
    if not ours or not theirs:
        return 0.0
    return max(_dice(ours, theirs), _dice(_trigrams(ours), _trigrams(theirs)))


def likeness_step(one: str, other: str) -> int:
    """2: clearly the same, 1: something in common, 0: neither.

    So coarse that the order of an answer tells nothing about what somebody else wrote.
    """
    measured = alike(one, other)
    return 2 if measured >= 0.45 else 1 if measured >= 0.2 else 0


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return {word for word in re.findall(r"\w{2,}", plain)[:MOST_WORDS] if word not in LITTLE}


def _trigrams(words: set[str]) -> set[str]:
    return {padded[at : at + 3] for word in words for padded in [f" {word} "] for at in range(len(padded) - 2)}


def _dice(ours: set[str], theirs: set[str]) -> float:
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0
