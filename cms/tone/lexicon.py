"""The words and phrases that are looked for, and how they are found in a sentence. Pure.

How a phrase is written: "kansarm/e/en" is three words, "achterstands*" every word that begins so, "…" between words
stands for at most `WIDEST_GAP` others.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cms.tone.sentences import Word, plain

STIGMA, FRAME, DIFFICULT = "stigma", "frame", "difficult-word"
GAP = "…"
WIDEST_GAP = 3
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase on a list. `why` is "" where the kind says enough; `instead` is what could stand there."""

    kind: str
    phrase: str
    why: str = ""
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """Words `first` up to but not including `after` of a sentence."""

    first: int
    after: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class _Piece:
    """One word of a phrase: any of `exact`, or what begins with one of `prefixes`; neither is a gap."""

    exact: frozenset[str]
    prefixes: tuple[str, ...]

    def fits(self, word: str) -> bool:
        return word in self.exact or (bool(self.prefixes) and word.startswith(self.prefixes))


def _pieces(phrase: str) -> list[_Piece]:
    found = []
    for one in phrase.split():
        exact, prefixes = set(), []
        stem, *endings = one.split("/")
        for form in [stem, *(stem + ending for ending in endings)] if one != GAP else []:
            if form.endswith("*"):
                prefixes.append(plain(form[:-1]))
            else:
                exact.add(plain(form))
        found.append(_Piece(frozenset(exact), tuple(prefixes)))
    return found


def same_phrase(phrase: str) -> str:
    """By this two phrases on a list are one."""
    return " ".join(plain(one) for one in phrase.split())


@dataclass
class Lexicon:
    """Every entry, findable by its first word: the time to look does not depend on how many there are."""

    entries: tuple[Entry, ...]
    _exact: dict[str, list[tuple[list[_Piece], Entry]]] = field(default_factory=lambda: defaultdict(list))
    _prefixes: dict[int, dict[str, list[tuple[list[_Piece], Entry]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def __post_init__(self) -> None:
        for entry in self.entries:
            first, *rest = _pieces(entry.phrase) or [_Piece(frozenset(), ())]
            for one in first.exact:
                self._exact[one].append((rest, entry))
            for one in first.prefixes:
                if one:
                    self._prefixes[len(one)][one].append((rest, entry))

    def hits(self, words: Sequence[Word]) -> Iterator[Hit]:
        """What stands in a sentence, from left to right, the longest where two begin or overlap."""
        at = 0
        while at < len(words):
            best = self._longest(words, at)
            if best is None:
                at += 1
                continue
            yield best
            at = best.after

    def _longest(self, words: Sequence[Word], at: int) -> Hit | None:
        word, best = words[at].plain, None
        for rest, entry in self._starting(word):
            after = _end_of(rest, words, at + 1)
            if after and (best is None or after > best.after):
                best = Hit(at, after, entry)
        return best

    def _starting(self, word: str) -> Iterator[tuple[list[_Piece], Entry]]:
        yield from self._exact.get(word, ())
        for length, known in self._prefixes.items():
            if len(word) >= length:
                yield from known.get(word[:length], ())


def _end_of(rest: list[_Piece], words: Sequence[Word], at: int) -> int:
    """Where the phrase ends, 0 when it does not stand here."""
    gap = 0
    for piece in rest:
        if not piece.exact and not piece.prefixes:
            gap = WIDEST_GAP
            continue
        here = next((n for n in range(at, min(at + gap + 1, len(words))) if piece.fits(words[n].plain)), None)
        if here is None:
            return 0
        at, gap = here + 1, 0
    return at


@cache
def default_entries() -> tuple[Entry, ...]:
    """Ours: `words.toml` and `difficult.toml`, an entry for each phrase."""
    tables = tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))
    found = [
        Entry(kind, phrase, group["why"], tuple(group["instead"]))
        for kind in (STIGMA, FRAME)
        for group in tables[kind]
        for phrase in group["words"]
    ]
    found += [
        Entry(DIFFICULT, phrase, "", tuple(one.strip() for one in instead.split(",")))
        for phrase, instead in _difficult()["words"].items()
    ]
    return tuple({same_phrase(one.phrase): one for one in reversed(found)}.values())[::-1]


@cache
def known_long_words() -> frozenset[str]:
    return frozenset(plain(one) for one in _difficult()["long"]["allowed"])


@cache
def _difficult() -> dict[str, dict[str, str]]:
    return tomllib.loads((_HERE / "difficult.toml").read_text(encoding="utf-8"))


def lexicon(own: Iterable[tuple[Entry, bool]] = ()) -> Lexicon:
    """Ours with a municipality's own over it: (entry, in use). The same phrase there replaces ours or takes it away."""
    own = list(own)
    theirs = {same_phrase(entry.phrase) for entry, _used in own}
    ours = [one for one in default_entries() if same_phrase(one.phrase) not in theirs]
    return Lexicon((*(entry for entry, used in own if used), *ours))
