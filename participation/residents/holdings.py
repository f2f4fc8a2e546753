"""What other rooms hold about a resident, and what of theirs stands on `/mijn/`.

Each room tells so in its `AppConfig.ready`; this one knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from core.errors import Text
from core.events.log import Happened
from participation.residents.models import Resident

Export = Callable[[Resident], dict[str, Any]]
"""Everything held, JSON-ready: texts, numbers, datetimes, lists and dicts; camelCase keys. Empty: nothing is held."""
Erase = Callable[[Resident, datetime], Sequence[Happened]]
"""In the transaction of the erasure, before the row of the resident goes. What was public stays, without a name.

Answers what is to be told of it: all rooms together record once, at the very end (`core.events.log.record`).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """`goes`, `stays`: one sentence each for who is about to erase everything. `words`: keys of the export in words."""

    key: str
    label: Text
    export: Export
    erase: Erase
    goes: Text = ""
    stays: Text = ""
    words: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a section: where it leads, and a few words about it."""

    label: str
    address: str
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A card on `/mijn/`; `address` and `link` lead on to all of it."""

    title: Text
    text: Text = ""
    items: Sequence[Item] = ()
    address: str = ""
    link: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What everybody who changes it holds before the row of a resident, so that who erases must do so too.

    `of`: which of them an erasure concerns; `hold`: hold these, in one query and always in the same order.
    """

    of: Callable[[Resident], frozenset[int]]
    hold: Callable[[frozenset[int]], None]


SectionOf = Callable[[HttpRequest, Resident], Section | None]
holdings: dict[str, Holding] = {}
held_first: list[Rows] = []
sections: dict[str, SectionOf] = {}


def register_holding(
    key: str,
    label: Text,
    *,
    export: Export,
    erase: Erase,
    goes: Text = "",
    stays: Text = "",
    words: Mapping[str, Text] | None = None,
) -> None:
    """A room tells what it holds about residents, how to hand it over and how to erase it."""
    holdings[key] = Holding(key=key, label=label, export=export, erase=erase, goes=goes, stays=stays, words=words or {})


def register_rows(rows: Rows) -> None:
    """A room tells which of its rows are held before that of a resident."""
    if rows not in held_first:
        held_first.append(rows)


def register_section(key: str, of: SectionOf) -> None:
    """A room puts a card on `/mijn/` (None: nothing to show to this resident)."""
    sections[key] = of
