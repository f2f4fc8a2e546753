"""What differs between the kinds of case in how they are worked on, told by the app that knows.

Of a kind that nobody told of, everything the workflow has is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from participation.cases.models import Case
from participation.cases.states import MOVES, moves_from
from participation.routing.models import Category
from participation.routing.queries import RoutingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """`moves`: the steps of the workflow that are taken on the case itself; `instead` says where the others are.

    `merges`: it may be linked to another as a duplicate. `category`: what it may be filed under, by slug; with
    `keeps_visibility` that does not change who sees it.
    """

    moves: frozenset[str] = frozenset(MOVES)
    instead: Callable[[], str] = lambda: ""
    merges: bool = True
    category: Callable[[RoutingConfig, str], Category | None] = lambda routing, slug: routing.reportable(slug)
    keeps_visibility: bool = False


_ANY = Ways()
_ways: dict[str, Ways] = {}


def register_ways(kind: str, ways: Ways) -> None:
    """How cases of this kind are worked on."""
    _ways[kind] = ways


def ways_of(case: Case) -> Ways:
    """A part of a case is ordinary work, whatever the whole is."""
    return _ANY if case.parent_id is not None else _ways.get(case.kind, _ANY)


def moves_of(case: Case) -> list[str]:
    """Names of the steps that a professional may take on this case now, in table order."""
    allowed = ways_of(case).moves
    return [name for name in moves_from(case.status, part=case.parent_id is not None) if name in allowed]
