"""What an editor could say differently: stigmatising words and frames, hard sentences, and how a page sounds. Pure.

A mark is advice, never a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from cms.tone.balance import Balance, balance, leaning
from cms.tone.lexicon import DIFFICULT, FRAME, STIGMA, Hit, Lexicon, known_long_words
from cms.tone.passive import passives
from cms.tone.sentences import Sentence, Word, sentences

LONG, PASSIVE, NEGATIVE = "long-sentence", "passive", "negative-page"
KINDS = (STIGMA, FRAME, DIFFICULT, LONG, PASSIVE, NEGATIVE)
HINT_WORDS, LONG_WORDS = 15, 20
"""More words than this in a sentence is worth a hint, or a mark (B1)."""
LONG_WORD = 20
"""Letters."""
NAMED_BEFORE = frozenset({"geen", "niet", "woord", "woorden", "term", "termen", "zogenaamde", "zogeheten"})
_QUOTES = "\"'“”„‘’«»"
_PLACE = re.compile(r"(?:straat|laan|weg|plein|kade|gracht|hof|park|markt|singel|dijk|pad|steeg)$")


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` of text number `at`; -1 is the page as a whole, which has no place.

    `hint`: less sure, or less pressing. `why` is "" where the kind itself says why.
    """

    kind: str
    at: int
    start: int
    end: int
    words: str
    why: str = ""
    alternatives: tuple[str, ...] = ()
    hint: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """By this an editor finds it fine on a page, wherever it stands there."""
        return self.kind, " ".join(self.words.casefold().split())[:KEY]


KEY = 200
"""Characters of a mark that are remembered; a sentence is known by its beginning."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`marks` in the order of the texts; the page as a whole comes last."""

    marks: tuple[Mark, ...]
    balance: Balance


def read(texts: Sequence[str], lexicon: Lexicon, fine: Collection[tuple[str, str]] = ()) -> Reading:
    """`fine`: keys of marks that an editor finds fine here, which are not made again."""
    marks: list[Mark] = []
    leanings: list[int] = []
    for at, text in enumerate(texts):
        for sentence in sentences(text):
            leanings.append(leaning(sentence.words))
            marks += _in_sentence(text, at, sentence, lexicon)
    whole = balance(leanings)
    if whole.all_negative:
        marks.append(Mark(NEGATIVE, -1, 0, 0, ""))
    return Reading(tuple(one for one in marks if one.key not in fine), whole)


def _in_sentence(text: str, at: int, sentence: Sentence, lexicon: Lexicon) -> list[Mark]:
    words = sentence.words
    marks = [_of_hit(text, at, words, hit) for hit in lexicon.hits(words)]
    marks += _long_words(at, words, {(one.start, one.end) for one in marks})
    marks += [_of_passive(at, words[first], words[last], last - first) for first, last in passives(text, words)]
    if len(words) > HINT_WORDS:
        said = text[sentence.start : sentence.end]
        marks.append(Mark(LONG, at, sentence.start, sentence.end, said, hint=len(words) <= LONG_WORDS))
    return sorted(marks, key=lambda one: (one.start, -one.end))


def _of_hit(text: str, at: int, words: Sequence[Word], hit: Hit) -> Mark:
    first, last = words[hit.first], words[hit.after - 1]
    said = text[first.start : last.end]
    instead = tuple(_as_written(one, said) for one in hit.entry.instead)
    named = hit.entry.kind != DIFFICULT and _is_named(text, words, hit)
    return Mark(hit.entry.kind, at, first.start, last.end, said, hit.entry.why, instead, named)


def _of_passive(at: int, first: Word, last: Word, apart: int) -> Mark:
    said = f"{first.text} {last.text}" if apart == 1 else f"{first.text} … {last.text}"
    return Mark(PASSIVE, at, first.start, last.end, said)


def _as_written(instead: str, said: str) -> str:
    return instead[:1].upper() + instead[1:] if said[:1].isupper() and not said.isupper() else instead


def _is_named(text: str, words: Sequence[Word], hit: Hit) -> bool:
    """Whether the word is spoken of rather than used: between quotation marks, or after "geen" or "het woord"."""
    first, last = words[hit.first], words[hit.after - 1]
    before, after = text[max(first.start - 1, 0) : first.start], text[last.end : last.end + 1]
    quoted = bool(before) and bool(after) and before in _QUOTES and after in _QUOTES
    return quoted or any(one.plain in NAMED_BEFORE for one in words[max(hit.first - 3, 0) : hit.first])


def _long_words(at: int, words: Sequence[Word], marked: Collection[tuple[int, int]]) -> Iterator[Mark]:
    """Words to cut up; not names of streets or people, and not what everybody knows."""
    for n, one in enumerate(words):
        if len(one.plain) < LONG_WORD or not one.plain.isalpha() or one.plain in known_long_words():
            continue
        is_name = one.text[:1].isupper() and (n > 0 or _PLACE.search(one.plain))
        if not is_name and not any(start <= one.start < end for start, end in marked):
            yield Mark(DIFFICULT, at, one.start, one.end, one.text, hint=True)
