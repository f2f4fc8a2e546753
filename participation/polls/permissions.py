"""Who may do what with a poll: one table, read by every policy, screen and test. Pure.

A deed is allowed when one of a person's roles has it and the stage allows it (`states.ALLOWS`, for the deeds that
are an `Act`). Who may *vote* is not in this table but in the poll's level: voting asks for no role (`voter`).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from participation.polls.states import Act, Stage, allows


class Role(StrEnum):
    VISITOR = "visitor"
    RESIDENT = "resident"
    """Signed in."""
    PROPOSER = "proposer"
    """The resident who proposed it."""
    TEAM = "team"
    """In the team that holds its case, or who organises that team."""
    DESK = "desk"
    """Another professional of the municipality, where the poll allows ballots at a desk."""


class Deed(StrEnum):
    SEE = "see"
    """What everybody sees once it is public."""
    SEE_INSIDE = "see-inside"
    """Also before that: the proposal, the preparation, its preview."""
    WATCH = "watch"
    """How many vote and, in steps of a few, what: while it is open. Patterns that ask for a look."""
    STEP = "step"
    EDIT = Act.EDIT
    REWORD = Act.REWORD
    PROPOSE_PROJECT = Act.PROPOSE_PROJECT
    CHECK_PROJECT = Act.CHECK_PROJECT
    CODES = Act.CODES
    VOTE = Act.VOTE
    ENTER = Act.ENTER
    SET_ASIDE = Act.SET_ASIDE
    ANSWER = Act.ANSWER
    MODERATE = Act.MODERATE
    ASK_OUTCOME = Act.ASK_OUTCOME


_ALL = frozenset(Role)
_TEAM = frozenset({Role.TEAM})

MATRIX: dict[Deed, frozenset[Role]] = {
    Deed.SEE: _ALL,
    Deed.SEE_INSIDE: _TEAM | {Role.PROPOSER},
    Deed.WATCH: _TEAM,
    Deed.STEP: _TEAM,
    Deed.EDIT: _TEAM,
    Deed.REWORD: _TEAM,
    Deed.PROPOSE_PROJECT: frozenset({Role.RESIDENT, Role.PROPOSER, Role.TEAM}),
    Deed.CHECK_PROJECT: _TEAM,
    Deed.CODES: _TEAM,
    Deed.VOTE: _ALL,
    Deed.ENTER: _TEAM | {Role.DESK},
    Deed.SET_ASIDE: _TEAM,
    Deed.ANSWER: _TEAM,
    Deed.MODERATE: _TEAM,
    Deed.ASK_OUTCOME: _ALL,
}

_ACTS = {act.value: act for act in Act}


def may(roles: Iterable[Role], deed: Deed, stage: str) -> bool:
    """Whether somebody with these roles may do `deed` in this stage."""
    if MATRIX[deed].isdisjoint(roles):
        return False
    act = _ACTS.get(deed.value)
    return act is None or allows(Stage(stage), act)
