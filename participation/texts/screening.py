"""What makes a text suspicious: words of the municipality's list, too many links, markup. It never refuses anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core.snapshots.snapshot import Snapshot
from participation.texts.models import BlockedWord

MOST_LINKS = 2
"""A resident may point to a page of ours and to one of a newspaper."""
LINK = re.compile(
    r"https?://|(?<![/@\w.-])(?:www\.|[a-z0-9-]{2,40}\.(?:com|net|org|info|biz|ru|cn|top|xyz|shop|online|site)\b)",
    re.IGNORECASE,
)
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
"""Signs without a width, which would part a word of the list."""
MARKUP = re.compile(r"<a\s|\[(?:url|link)\b|</?(?:script|iframe|img)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The blocked words of one municipality, as expressions of whole words."""

    hold: re.Pattern[str] | None = None
    ask: re.Pattern[str] | None = None

    def to_ask(self, text: str) -> list[re.Match[str]]:
        """What the writer could say differently."""
        return list(self.ask.finditer(text)) if self.ask else []


NO_WORDS = Words()


def marks_of(gemeente_id: int, text: str) -> list[str]:
    """What is wrong with these words: `word`, `links`. Read they are at once, with a warning."""
    return list(dict.fromkeys(one["code"] for one in reasons_in(text, words_of(gemeente_id))))


def reasons_in(written: str, words: Words) -> list[dict[str, Any]]:
    """Why somebody should look first, as codes with figures. A word is given as it stands on the list."""
    written = UNSEEN.sub("", written)
    found: list[dict[str, Any]] = []
    if words.hold is not None:
        hits = sorted({" ".join(match[0].lower().split()) for match in words.hold.finditer(written)})
        found += [{"code": "word", "word": word} for word in hits[:5]]
    links = len(LINK.findall(written))
    if links > MOST_LINKS or MARKUP.search(written):
        found.append({"code": "links", "count": links})
    return found


def words_of(gemeente_id: int) -> Words:
    """From memory: no query."""
    return _blocked.get().get(gemeente_id, NO_WORDS)


def whole_words(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """One expression for all phrases: whole words, in any case, with any space between; longest first."""
    parts = [r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(phrases, key=len, reverse=True)]
    parts = [part for part in parts if part]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None


@dataclass(slots=True)
class _Lists:
    hold: list[str] = field(default_factory=list)
    ask: list[str] = field(default_factory=list)


def _load() -> Mapping[int, Words]:
    found: dict[int, _Lists] = {}
    rows = BlockedWord.objects.filter(is_active=True).values_list("gemeente_id", "deed", "phrase")
    for gemeente_id, deed, phrase in rows:
        getattr(found.setdefault(gemeente_id, _Lists()), deed).append(phrase)
    return MappingProxyType({pk: Words(whole_words(one.hold), whole_words(one.ask)) for pk, one in found.items()})


_blocked = Snapshot("blocked-words", _load)
