"""The words that point to the default categories: `words/*.toml`, a table for each category, read once.

A municipality adds lines of its own to its categories in `/beheer/`; the same word there overrules ours, and
`word = 0` takes ours away. So everyone keeps getting better words with a new version.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from pathlib import Path

from participation.routing.proposals.index import Index

FOLDER = Path(__file__).with_name("words")
WEIGHTS = {"strong": "2", "words": "", "weak": "0.4", "against": "-1"}

Categories = tuple[tuple[str, str, tuple[str, ...]], ...]
"""(slug, name, own lines) of the categories one can report, in order."""


@cache
def default_words() -> dict[str, tuple[str, ...]]:
    """Slug → lines as `index.read_line` reads them."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for slug, lists in tomllib.loads(file.read_text(encoding="utf-8")).items():
            found[slug] = tuple(
                f"{word} = {weight}" if weight else word
                for kind, weight in WEIGHTS.items()
                for word in lists.get(kind, ())
            )
    return found


@lru_cache(maxsize=32)
def index_of(categories: Categories) -> Index:
    """Our words and theirs; municipalities with the same lists share one index (0.1 s to make)."""
    ours = default_words()
    return Index((slug, name, (*ours.get(slug, ()), *own)) for slug, name, own in categories)
