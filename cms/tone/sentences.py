"""A text as sentences and words, with where each stands. Pure; linear in the length of the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:[-'’‑][^\W_]+)*")
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[\r\n\u2028\u2029]+")
_JOINTS = str.maketrans("", "", "-'’‑")
SHORT = frozenset(
    re.split(
        r"\s+",
        "bijv bv ca dhr mevr mw dr drs ir ing mr prof nr st o.a d.w.z i.p.v t.a.v m.b.t m.u.v e.d enz etc blz tel"
        " max min incl excl evt jl resp art jan feb mrt apr jun jul aug sep okt nov dec i.v.m t.b.v z.s.m a.u.b",
    )
)
"""What ends in a full stop without ending a sentence."""


class Word(NamedTuple):
    """`plain`: without capitals, accents, hyphens and apostrophes."""

    text: str
    plain: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """`words` from the text, never none; `start` and `end` are theirs."""

    words: tuple[Word, ...]

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


def plain(text: str) -> str:
    """A word as lists know it."""
    low = text.casefold()
    if not low.isascii():
        low = "".join(one for one in unicodedata.normalize("NFKD", low) if not unicodedata.combining(one))
    return low.translate(_JOINTS)


def sentences(text: str) -> list[Sentence]:
    """The sentences with a word in them, in order. A new line ends one, a full stop after an initial does not."""
    words = [Word(one[0], plain(one[0]), one.start(), one.end()) for one in _WORD.finditer(text)]
    found: list[Sentence] = []
    first = at = 0
    for stop in _STOP.finditer(text):
        while at < len(words) and words[at].start < stop.start():
            at += 1
        if at > first and not _goes_on(text, words[at - 1], stop):
            found.append(Sentence(tuple(words[first:at])))
            first = at
    if first < len(words):
        found.append(Sentence(tuple(words[first:])))
    return found


def _goes_on(text: str, last: Word, stop: re.Match[str]) -> bool:
    """Whether this full stop belongs to a short form, an initial or a number."""
    if not stop[0].startswith(".") or len(stop[0]) > 1:
        return False
    if last.end != stop.start():
        return False
    following = text[stop.end() : stop.end() + 2].strip()[:1]
    if last.text.isdigit():
        return following.islower()
    begin = last.start
    while begin >= 2 and text[begin - 1] == "." and text[begin - 2].isalpha():
        begin -= 2
    whole = text[begin : last.end].casefold()
    return whole in SHORT or (len(last.text) == 1 and last.text.isalpha())
