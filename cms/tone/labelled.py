"""Sentences as editors write them, with the marks each should get, written by us, to measure the tone helper with.

`labelled.tsv` is divided once and for all by a hash of the text: `develop` is for choosing words and rules, `held-out`
is only ever measured. Whoever adds texts writes them first and looks at the outcome afterwards.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("labelled.tsv")
DEVELOP, HELD_OUT = "develop", "held-out"
HELD_OUT_SHARE = 40
"""Percent."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """`marks`: (kind, the words, "" where the kind is of a sentence or of the whole)."""

    text: str
    marks: tuple[tuple[str, str], ...]
    part: str


def part_of(text: str) -> str:
    """The same for ever, whatever is added around it."""
    number = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)
    return HELD_OUT if number % 100 < HELD_OUT_SHARE else DEVELOP


@cache
def labelled() -> tuple[Labelled, ...]:
    """Every text of the set."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(Labelled(row["text"], _marks(row["marks"]), part_of(row["text"])) for row in rows)


def _marks(cell: str) -> tuple[tuple[str, str], ...]:
    pairs = (one.strip().partition("=") for one in cell.split(";") if one.strip())
    return tuple((kind, words) for kind, _equals, words in pairs)
