"""What we advise on the wording of a poll: neutral, one thing at a time, plain, and options that weigh the same. Pure.

It never blocks: a list of words knows no better than who wrote the question. Words are those of Dutch, the language
polls here are written in; the rest holds for any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_SENTENCE = 25
"""Words; longer ones are hard to follow at level B1."""
LONGEST_QUESTION = 20
MANY_OPTIONS = 5
"""From here on the order begins to matter: the first ones get more votes."""
_LEADING = re.compile(
    r"\b(?:vindt u ook|vind je ook|bent u het (?:er ?)?mee eens|ben je het (?:er ?)?mee eens|zou u niet|zou je niet"
    r"|wilt u ook|wil je ook|toch|natuurlijk|uiteraard|vanzelfsprekend|eindelijk|helaas|gelukkig|immers|logischerwijs"
    r"|iedereen weet|niet waar|nietwaar|onverantwoord\w*|prachtig\w*|schandalig\w*|geweldig\w*|broodnodig\w*)\b",
    re.IGNORECASE,
)
_TWO = re.compile(
    r"\?.*\?|\ben/of\b|\ben (?:wilt|wil|vindt|vind|bent|ben|moet|kan|kunt|gaat|ga|heeft|heb|zou|komt|denkt|hoe|wat|waar"
    r"|wanneer|waarom|wie|welke?)\b",
    re.IGNORECASE | re.DOTALL,
)
_WAY_OUT = re.compile(
    r"\b(?:geen mening|weet (?:ik )?(?:het )?niet|geen van|maakt (?:mij )?niet uit|anders|neutraal|niets)\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"^\s*(?:ja\b|voor\b|goed\b|heel goed\b|eens\b|zeer mee eens\b|wel\b)", re.IGNORECASE)
_AGAINST = re.compile(r"^\s*(?:nee\b|tegen\b|slecht\b|heel slecht\b|oneens\b|zeer mee oneens\b|niet\b)", re.IGNORECASE)
_STOP = re.compile(r"[.!?…]+(?:\s|$)|[\r\n]+")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option, as far as its weight goes."""

    label: str
    explanation: str = ""
    has_photo: bool = False


def leading_words(text: str) -> list[str]:
    """Words that say what to think, as they stand there; each once."""
    return list(dict.fromkeys(match[0].lower() for match in _LEADING.finditer(text)))


def asks_two_things(question: str) -> bool:
    return _TWO.search(question) is not None


def longest_sentence(text: str) -> int:
    """How many words its longest sentence has."""
    return max((len(_WORD.findall(part)) for part in _STOP.split(text)), default=0)


def offers_way_out(choices: Sequence[Choice]) -> bool:
    """Whether somebody who wants none of them can say so."""
    return any(_WAY_OUT.search(one.label) for one in choices)


def unequal_sides(choices: Sequence[Choice]) -> bool:
    """There are options for and options against, and more of the one than of the other."""
    in_favour = sum(_FOR.match(one.label) is not None for one in choices)
    against = sum(_AGAINST.match(one.label) is not None for one in choices)
    return bool(in_favour and against) and in_favour != against


def unequal_words(choices: Sequence[Choice]) -> bool:
    """Some have an explanation and others none, or one says much more than another."""
    lengths = [len(one.explanation) for one in choices]
    if any(lengths) and not all(lengths):
        return True
    whole = [len(one.label) + len(one.explanation) for one in choices]
    return len(whole) > 1 and max(whole) > 60 and max(whole) > 3 * min(whole)


def unequal_photos(choices: Sequence[Choice]) -> bool:
    return len({one.has_photo for one in choices}) > 1
