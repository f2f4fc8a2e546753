"""Which categories the words of a text point to, from each category's own list of words. Pure.

A line of that list is a word or a phrase, as residents say it, with these signs:

* `lantaarnpaal = 2`: counts double. `deksel = 0.4`: says little. `tuin = -1`: points elsewhere. `0`: nothing.
* `auto + stoep`: both words, in any order, near each other.
* `^ mag ik`: only at the start of the text.

Words meet by stem ("palen", "paal"). A compound ("tuinafval"), a suffix ("asansörde") and a word with one
typing error count for less; a phrase counts for more than a word. What is denied ("geen ratten maar muizen",
"het gaat niet om parkeren") hardly counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from participation.routing.proposals.words import stem, words_of

STEM, PART, SHORT_PART, TYPO = 0.95, 0.6, 0.35, 0.7
"""What a match is worth that is not word for word."""
PHRASE_BONUS, PAIR_BONUS = 0.5, 0.25
"""What each further word of a phrase adds, and each further part of a pair."""
LETTER = 0.01
"""What each letter of a phrase adds, to 15: "hennepkwekerij" says more than "kelder"."""
DENIED = 0.2
SHORTEST_PART, LONG_PART, SHORTEST_TYPO = 4, 5, 6
"""Letters of a stem before a part of a word, or a word with a typing error, may match it."""
NEAR = 8
"""Words between the two of `auto + stoep`, at most."""
START = "^"
MOST_POINTING = 150
"""Words of a text that count: what it is about is said early, and this keeps the longest text within 2 ms or so."""

_WEIGHT = re.compile(r"^(.*\S)\s*=\s*(-?\d+(?:[.,]\d+)?)$")
_DENIERS = {"gaat niet": 4, "niet over": 3, "niet om": 3, "not about": 3, "geen last": 3}
"""Two words → how many words after them are denied."""


class Line(NamedTuple):
    """One line of a category's list; `words` of one or more phrases that must be near each other."""

    parts: tuple[tuple[str, ...], ...]
    weight: float


def read_line(line: str) -> Line | None:
    """The meaning of a line, or None when there is no word in it."""
    found = _WEIGHT.match(line.strip())
    text, weight = (found[1], float(found[2].replace(",", "."))) if found else (line, 1.0)
    anchored = text.lstrip().startswith(START)
    parts = tuple(tuple(words) for words in (words_of(part) for part in text.split("+")) if words)
    if not parts:
        return None
    if anchored:
        parts = ((START, *parts[0]), *parts[1:])
    return Line(parts, weight)


@dataclass(frozen=True, slots=True)
class _Signal:
    """A line of one or more categories, ready for comparing: `places` is category → weight."""

    key: int
    parts: tuple[tuple[str, ...], ...]
    words: tuple[tuple[str, ...], ...]
    size: float
    places: tuple[tuple[int, float], ...]


class Index:
    """The lists of the categories of one municipality, made ready for looking up."""

    def __init__(self, categories: Iterable[tuple[str, str, Iterable[str]]]) -> None:
        """`categories`: (slug, name, lines) in order; the order decides between equal scores."""
        self.slugs: list[str] = []
        lines: dict[tuple[tuple[str, ...], ...], dict[int, float]] = defaultdict(dict)
        for place, (slug, name, keywords) in enumerate(categories):
            self.slugs.append(slug)
            for line in filter(None, (read_line(one) for one in (name, *keywords))):
                lines[line.parts][place] = line.weight  # the last one counts
        self._by_root: dict[str, list[_Signal]] = defaultdict(list)
        """Signals by the stem of their first word."""
        self._single: dict[str, _Signal] = {}
        """Signals of one word, by stem: those that a part of a word may match."""
        roots: set[str] = set()
        for key, (words, places) in enumerate(lines.items()):
            parts = tuple(tuple(_root(word) for word in part) for part in words)
            length = sum(len(word) for part in words for word in part)
            bonus = PHRASE_BONUS * sum(len(part) - 1 for part in words) + PAIR_BONUS * (len(words) - 1)
            signal = _Signal(key, parts, words, bonus + LETTER * min(length, 15), tuple(places.items()))
            self._by_root[parts[0][0]].append(signal)
            roots.update(root for part in parts for root in part)
            if len(parts) == 1 and len(parts[0]) == 1:
                self._single.setdefault(parts[0][0], signal)
        self._roots = frozenset(roots)
        self._slips: dict[str, str] = {}
        """A stem with one letter left out → the stem."""
        for root in sorted(roots, key=lambda one: (-len(one), one)):
            if len(root) >= SHORTEST_TYPO:
                for slip in _slips(root):
                    self._slips[slip] = root

    def scores(self, text: str) -> list[tuple[str, float]]:
        """(slug, score between 0 and 1) of every category the text points to, best first."""
        totals = self.points(text)
        ranked = sorted(
            ((place, total) for place, total in totals.items() if total > 0), key=lambda one: (-one[1], one[0])
        )
        return [(self.slugs[place], max(round(total / (total + 1), 3), 0.001)) for place, total in ranked]

    def points(self, text: str) -> dict[int, float]:
        """Category (by its place) → points, which may be negative."""
        words = [START, *words_of(text)[:MOST_POINTING]]
        roots, trust = [START], [1.0]
        for word in words[1:]:
            root = stem(word)
            if root in self._roots or len(root) < SHORTEST_TYPO:
                roots.append(root)
                trust.append(1.0)
            else:
                meant = self._meant(root)
                roots.append(meant or root)
                trust.append(TYPO if meant else 1.0)
        denied = _denied(words)
        found: dict[tuple[int, int], float] = {}

        def add(signal: _Signal, factor: float) -> None:
            for place, weight in signal.places:
                value = weight * factor * (1 + signal.size)
                if abs(value) > abs(found.get((signal.key, place), 0.0)):
                    found[signal.key, place] = value

        loose: set[str] = set()
        for at, root in enumerate(roots):
            met = False
            for signal in self._by_root.get(root, ()):
                factor = self._match(signal, at, words, roots, trust)
                if factor:
                    add(signal, factor * (DENIED if at in denied else 1.0))
                    met = met or signal.parts == ((root,),)
            if not met and root not in loose and len(root) > SHORTEST_PART:
                loose.add(root)
                for part, factor in self._parts(root):
                    add(part, factor * (DENIED if at in denied else 1.0))
        totals: dict[int, float] = defaultdict(float)
        for (_key, place), value in found.items():
            totals[place] += value
        return totals

    def _match(self, signal: _Signal, at: int, words: list[str], roots: list[str], trust: list[float]) -> float:
        """How well the signal matches with its first phrase at `at`: 0 for not at all, 1 for word for word."""
        first = signal.parts[0]
        if len(first) > 1 and tuple(roots[at : at + len(first)]) != first:
            return 0.0
        factor = min(trust[at : at + len(first)])
        if tuple(words[at : at + len(first)]) != signal.words[0]:
            if len(first) == 1 and len(first[0]) < SHORTEST_PART:
                return 0.0  # "bij" is no "bijen"
            factor *= STEM
        for part in signal.parts[1:]:
            low, high = max(0, at - NEAR), min(len(roots) - len(part), at + len(first) - 1 + NEAR)
            if not any(tuple(roots[start : start + len(part)]) == part for start in range(low, high + 1)):
                return 0.0
        return factor

    def _meant(self, root: str) -> str | None:
        """The known stem that `root` is with one letter more, less, different, or two neighbours swapped."""
        known = self._slips.get(root)
        if known is not None:
            return known
        for slip in _slips(root):
            if slip in self._roots and len(slip) >= SHORTEST_TYPO:
                return slip
            known = self._slips.get(slip)
            if known is not None and one_edit_apart(root, known):
                return known
        return None

    def _parts(self, root: str) -> Iterable[tuple[_Signal, float]]:
        """The longest known beginning and end of a longer word."""
        for end in range(len(root) - 1, SHORTEST_PART - 1, -1):
            signal = self._single.get(root[:end])
            if signal is not None:
                yield signal, PART if end >= LONG_PART else SHORT_PART
                break
        for start in range(1, len(root) - SHORTEST_PART + 1):
            signal = self._single.get(root[start:])
            if signal is not None:
                yield signal, PART if len(root) - start >= LONG_PART else SHORT_PART
                break


def _root(word: str) -> str:
    return word if word == START else stem(word)


def _slips(root: str) -> list[str]:
    return [root[:at] + root[at + 1 :] for at in range(len(root))]


def _denied(words: list[str]) -> set[int]:
    """Places of words that are said not to be the matter."""
    found: set[int] = set()
    for at in range(len(words)):
        reach = _DENIERS.get(" ".join(words[at : at + 2]), 0)
        if reach:
            found.update(range(at + 2, at + 2 + reach))
        if words[at] in {"geen", "niet", "not"} and "maar" in words[at + 1 : at + 6]:
            found.update(range(at + 1, words.index("maar", at)))
    return found


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter more, less, different, or two neighbours swapped, makes `one` into `other`."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    if len(one) > len(other):
        one, other = other, one
    at = next((place for place, letter in enumerate(one) if letter != other[place]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return True
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
