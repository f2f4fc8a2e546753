"""Words of danger in a report show who to call first: `safety.toml` says which words. A hint, never a refusal. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from participation.routing.proposals.words import stem, words_of

FILE = Path(__file__).with_name("safety.toml")
GAP = "…"
WIDEST_GAP = 5
"""Words that "…" may stand for."""

TEXTS: dict[str, str | Promise] = {
    "emergency": _("Is someone in danger now, or do you see a crime or a fire? Call 112 at once."),
    "suicide": _("Do you think of suicide? Call 113 or 0800-0113, or chat on 113.nl. Free, day and night."),
    "domestic-violence": _(
        "Violence at home, or a child or elder in trouble? Call Veilig Thuis: 0800-2000. Free, day and night."
    ),
    "gas": _("Do you smell gas? Open windows, make no fire, go outside and call 0800-9009."),
    "police": _("Do you need the police, but not at once? Call 0900-8844, day and night."),
    "crime-anonymous": _(
        "Do you know of a crime and must nobody know that you told it? Call Meld Misdaad Anoniem: 0800-7000."
        " They guarantee it; we cannot."
    ),
    "animal": _("Is an animal hurt or treated badly? Call 144, day and night."),
}


@dataclass(frozen=True)
class _Signals:
    kind: str
    phone: str
    words: frozenset[str]
    phrases: tuple[str, ...]
    """By stem, the longest first; "…" stands by itself."""
    unless: tuple[str, ...]

    @cached_property
    def any_phrase(self) -> re.Pattern[str]:
        return _pattern(self.phrases)

    @cached_property
    def any_unless(self) -> re.Pattern[str]:
        return _pattern(self.unless)


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the phrases in a text of stems with a space around each."""
    gap = rf"(?:[^ ]+ ){{0,{WIDEST_GAP}}}"

    def written(phrase: str) -> str:
        return "".join(gap if one == GAP else f"{re.escape(one)} " for one in phrase.split())

    return re.compile("(?<= )(?:" + "|".join(map(written, phrases)) + ")" if phrases else r"(?!)")


def _by_stem(phrases: list[str]) -> tuple[str, ...]:
    def stems(phrase: str) -> str:
        pieces = re.split(f"({GAP})", phrase)
        return " ".join(one if one == GAP else " ".join(_roots(one)) for one in pieces if one.strip())

    return tuple(sorted(map(stems, phrases), key=lambda one: (-len(one), one)))


def _roots(text: str) -> list[str]:
    return [stem(word) for word in words_of(text)]


@cache
def _signals() -> tuple[_Signals, ...]:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        _Signals(
            kind,
            table["phone"],
            frozenset(word for one in table["words"] for word in words_of(one)),
            _by_stem(table["phrases"]),
            _by_stem(table["unless"]),
        )
        for kind, table in tables.items()
    )


def safety_advice(text: str) -> list[dict[str, str]]:
    """`[{kind, phone, text}]` for words that point to danger, most urgent first.

    Single words match as they are written (a "messing" kraan is no knife), phrases by stem.
    """
    words = words_of(text)
    roots = [stem(word) for word in words]
    line = " " + "".join(f"{root} " for root in roots)
    found = []
    for one in _signals():
        left, present = line, words
        if one.any_unless.search(line):
            left = one.any_unless.sub(lambda match: "- " * match[0].count(" "), line)
            present = [word for word, root in zip(words, left.split(), strict=True) if root != "-"]
        if not one.words.isdisjoint(present) or one.any_phrase.search(left):
            found.append({"kind": one.kind, "phone": one.phone, "text": str(TEXTS[one.kind])})
    return found


def safety_signals() -> list[dict[str, Any]]:
    """The same for a phone without a network, which looks itself: `frontend/src/melden/safety.ts`."""
    return [
        {
            "kind": one.kind,
            "phone": one.phone,
            "text": str(TEXTS[one.kind]),
            "words": sorted(one.words),
            "phrases": list(one.phrases),
            "unless": list(one.unless),
        }
        for one in _signals()
    ]
