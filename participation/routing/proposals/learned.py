"""A learned model as plain numbers: read from JSON and counted in plain Python, so that serving needs no scikit-learn.

The features (stems, pairs of stems, pieces of words) are made here for training and serving alike.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Any

from participation.routing.proposals.words import stem, words_of

VERSION = 1
MOST_FEATURE_WORDS = 120
"""Words of a text that count; what it is about is said at the start."""
PIECES = (3, 4)
"""Letters of the pieces of words, which meet typing errors and compounds."""

_PERSONAL = re.compile(
    r"""
    \S+@\S+ | https?://\S+ | www\.\S+          # addresses
    | \b[1-9]\d{3}\s?[a-z]{2}\b                # postcode
    | \b[a-z]{2}\d{2}[a-z]{4}\d[\d\s]+         # account number
    | \S*\d\S*                                 # whatever has a digit: telephone, house, date, licence plate
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AFTER_TITLE = re.compile(
    r"\b((?i:meneer|mevrouw|dhr|mevr|mw|mijnheer|familie|fam|heet|heten|naam is|genaamd|groeten|groet|mvg|groetjes|"
    r"hoogachtend|buurman|buurvrouw|ik ben|mr|mrs|ms|my name is|regards|adim|nazywam sie))[.,:]?\s+"
    r"((?:[A-ZÀ-ÞŁŞİĆŻŹŚ][\w'’-]*|van|de|der|den|el|al|ten|ter)(?:\s+|$)){1,4}"
)


def without_personal_data(text: str, names: tuple[str, ...] = ()) -> str:
    """The text without addresses, numbers, names that follow a title or greeting, and the given names."""
    text = _AFTER_TITLE.sub(r"\1 ", _PERSONAL.sub(" ", text))
    known = {word for name in names for word in words_of(name) if len(word) > 1}
    if not known:
        return text
    return " ".join(word for word in words_of(text) if word not in known)


def features(text: str) -> Counter[str]:
    """Features of a text that holds no personal data any more, each with how often it occurs."""
    roots = [stem(word) for word in words_of(text)[:MOST_FEATURE_WORDS]]
    found = Counter(roots)
    found.update(f"{one} {other}" for one, other in pairwise(roots))
    for root in set(roots):
        framed = f"_{root}_"
        for size in PIECES:
            found.update("~" + framed[at : at + size] for at in range(len(framed) - size + 1))
    return found


class Learned:
    """Weights of features for categories: a linear model over TF-IDF, answering chances."""

    def __init__(self, data: dict[str, Any]) -> None:
        """`data` as `training` stores it; ValueError when it is of another version or malformed."""
        if data.get("version") != VERSION:
            raise ValueError("this model was stored by another version: train it again")
        self.slugs: list[str] = [str(slug) for slug in data["slugs"]]
        self.bias: list[float] = [float(one) for one in data["bias"]]
        self.features: dict[str, tuple[float, tuple[tuple[int, float], ...]]] = {
            str(name): (float(idf), tuple((int(at), float(weight)) for at, weight in weights))
            for name, (idf, weights) in data["features"].items()
        }
        if len(self.bias) != len(self.slugs) or any(
            not 0 <= at < len(self.slugs) for _idf, weights in self.features.values() for at, _weight in weights
        ):
            raise ValueError("this model does not fit its categories: train it again")

    def chances(self, text: str) -> dict[str, float]:
        """Category → chance; together 1. Empty when no feature of the text is known."""
        known = [
            ((1 + math.log(count)) * entry[0], entry[1])
            for name, count in features(without_personal_data(text)).items()
            if (entry := self.features.get(name)) is not None
        ]
        length = math.sqrt(sum(value * value for value, _weights in known))
        if not length:
            return {}
        sums = list(self.bias)
        for value, weights in known:
            for at, weight in weights:
                sums[at] += weight * value / length
        highest = max(sums)
        powers = [math.exp(one - highest) for one in sums]
        total = sum(powers)
        return {slug: power / total for slug, power in zip(self.slugs, powers, strict=True)}
