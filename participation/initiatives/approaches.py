"""Approaches of the library, next to a plan. The library is a storey higher and tells here how to ask it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import Conflict


@dataclass(frozen=True, slots=True)
class ApproachCard:
    """A way of working that others can take over. `evidence`: how sure we are that it helps, in words.

    `url`, `photo_url`: addresses on this site; `photo_url` may be empty.
    """

    key: UUID
    title: str
    goal: str
    url: str
    evidence: str
    photo_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for: what a plan says, of which municipality; or the one with this key."""

    gemeente_id: int
    text: str = ""
    theme_id: int | None = None
    key: UUID | None = None
    limit: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What a group knows of a way of working when it is done. Costs in whole euros; None: nobody knows."""

    initiative_id: int
    gemeente_id: int
    area_id: int | None
    title: str
    goal: str
    audience: str
    needed: str
    theme_id: int | None
    cost: int | None
    worked: tuple[str, ...]
    otherwise: tuple[str, ...]
    steps: tuple[str, ...]
    year: int


@dataclass(frozen=True, slots=True)
class Described:
    """A draft in the library. `edit_url` is None for who may not edit it; `made`: not there before."""

    title: str
    edit_url: str | None
    made: bool


Library = Callable[[Asked], list[ApproachCard]]
_libraries: list[Library] = []
Describe = Callable[[Practice, Any, datetime], Described]
_describers: list[Describe] = []


def register_approaches(library: Library) -> None:
    """Ask `library(asked)` for the cards that fit best, the best first; with a key only that one."""
    if library not in _libraries:
        _libraries.append(library)


def register_describer(describe: Describe) -> None:
    """`describe(practice, user, now)`: the draft about an initiative, made or found; in the caller's transaction."""
    _describers[:] = [describe]


def describe(practice: Practice, user: Any, now: datetime) -> Described:
    """Raises `Conflict` without a library."""
    if not _describers:
        raise Conflict
    return _describers[0](practice, user, now)


def approaches_for(*, gemeente_id: int, text: str, theme_id: int | None, limit: int = 3) -> list[ApproachCard]:
    """Cards to show next to a plan; empty without a library."""
    asked = Asked(gemeente_id=gemeente_id, text=text, theme_id=theme_id, limit=limit)
    return [card for library in _libraries for card in library(asked)][:limit]


def approach_of(key: UUID | None, *, gemeente_id: int) -> ApproachCard | None:
    """The one that a group follows; None when it is no longer in the library."""
    if key is None:
        return None
    asked = Asked(gemeente_id=gemeente_id, key=key, limit=1)
    return next((card for library in _libraries for card in library(asked)), None)
