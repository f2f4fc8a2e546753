"""Who may do what with a case: one table, read by every policy, query, stream and test. Pure.

A case is tied to teams: the one that holds it, the one it is offered to, the one that holds the case it is part of.
A role reaches some teams: one's own, those of one's organisation, or all of the municipality. A deed is allowed when
a tie that counts for it (`TIES`) lies within the reach that one of the person's roles has for it (`MATRIX`).
With a confidential case only the confidential role of that very team counts, and a lead's deeds need both roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from django.db.models import Q

from core.accounts.actor import Actor


class Deed(StrEnum):
    """What can be done with a case, or with the work of a team."""

    SEE = "see"
    NOTE = "note"
    HANDLE = "handle"
    """Take steps, write to the resident, add photos."""
    CHANGE = "change"
    """Category, priority, address, dates."""
    ASSIGN = "assign"
    """Give to a colleague or a team of the same organisation."""
    FORWARD = "forward"
    """Offer to another organisation; split off parts; withdraw an offer."""
    ACCEPT = "accept"
    """Take a case that was offered, or give it back."""
    MERGE = "merge"
    """Link as a duplicate, and undo it."""
    REVEAL = "reveal"
    """See the resident's contact data, and find cases by it."""
    EXPORT = "export"
    SEE_VIEWS = "see-views"
    """See who looked at confidential cases and contact data."""
    SEE_TEAM = "see-team"
    """See the load of a team, what is late, unassigned or stuck."""
    LEAD = "lead"
    """Plan absences and hand over the work of others."""
    MANAGE = "manage"
    """Invite people and end their accounts."""


class Role(StrEnum):
    PROFESSIONAL = "professional"
    CONFIDENTIAL = "confidential-professional"
    TEAM_LEAD = "team-lead"
    ORGANISATION_ADMIN = "organisation-admin"
    MUNICIPALITY_ADMIN = "municipality-admin"
    AUDITOR = "auditor"


class Reach(IntEnum):
    TEAM = 1
    ORGANISATION = 2
    MUNICIPALITY = 3


class Tie(StrEnum):
    """How a team is tied to a case; the value is the case's column."""

    HOLDER = "team"
    RECEIVER = "offered_to"
    PARENT = "parent__team"


_HANDLERS = {Role.PROFESSIONAL: Reach.TEAM}
_ORGANISERS = {Role.ORGANISATION_ADMIN: Reach.ORGANISATION, Role.MUNICIPALITY_ADMIN: Reach.MUNICIPALITY}
_LEADERS = {Role.TEAM_LEAD: Reach.TEAM, **_ORGANISERS}
_WATCHERS = {Role.AUDITOR: Reach.MUNICIPALITY}

MATRIX: dict[Deed, dict[Role, Reach]] = {
    Deed.SEE: {**_HANDLERS, **_ORGANISERS, **_WATCHERS},
    Deed.NOTE: {**_HANDLERS, **_ORGANISERS},
    Deed.HANDLE: _HANDLERS,
    Deed.CHANGE: _HANDLERS,
    Deed.ASSIGN: {**_HANDLERS, **_ORGANISERS},
    Deed.FORWARD: {**_HANDLERS, **_ORGANISERS},
    Deed.ACCEPT: {**_HANDLERS, **_ORGANISERS},
    Deed.MERGE: _HANDLERS,
    Deed.REVEAL: _HANDLERS,
    Deed.EXPORT: {**_LEADERS, **_WATCHERS},
    Deed.SEE_VIEWS: {**_LEADERS, **_WATCHERS},
    Deed.SEE_TEAM: {**_LEADERS, **_WATCHERS},
    Deed.LEAD: _LEADERS,
    Deed.MANAGE: _ORGANISERS,
}
"""How far each role reaches with ordinary and limited cases. Absent: not at all."""

CONFIDENTIAL_MATRIX: dict[Deed, frozenset[Role]] = {
    deed: frozenset({Role.CONFIDENTIAL} | ({Role.TEAM_LEAD} if Role.PROFESSIONAL not in roles else set()))
    for deed, roles in MATRIX.items()
    if Role.PROFESSIONAL in roles or Role.TEAM_LEAD in roles
}
"""The roles that must all be held in the team of a confidential case. Absent: nobody."""

TIES: dict[Deed, tuple[Tie, ...]] = dict.fromkeys(Deed, (Tie.HOLDER,)) | {
    Deed.SEE: (Tie.HOLDER, Tie.RECEIVER, Tie.PARENT),
    Deed.NOTE: (Tie.HOLDER, Tie.RECEIVER, Tie.PARENT),
    Deed.ACCEPT: (Tie.RECEIVER,),
    Deed.SEE_VIEWS: (Tie.HOLDER,),
}

WHOLE_CASES = frozenset({Deed.FORWARD, Deed.MERGE, Deed.REVEAL})
"""What nobody does with a part of a case: the resident hears one voice, and a part has no parts."""


@dataclass(frozen=True, slots=True)
class Teams:
    """The teams a person reaches; `everywhere`: all of the municipality."""

    ids: frozenset[int] = frozenset()
    everywhere: bool = False

    def condition(self, tie: Tie) -> Q:
        """The same as a condition on `Case`."""
        if self.everywhere:
            return Q() if tie is Tie.HOLDER else Q(**{f"{tie}__isnull": False})
        return Q(**{f"{tie}__in": self.ids})

    def __contains__(self, team_id: int | None) -> bool:
        return team_id is not None and (self.everywhere or team_id in self.ids)


def reach(actor: Actor, deed: Deed, *, confidential: bool) -> Teams:
    """The teams within which this person may do `deed`."""
    if actor.kind == "system":
        return Teams(everywhere=True)
    if confidential:
        needed = CONFIDENTIAL_MATRIX.get(deed)
        if needed is None:
            return Teams()
        return Teams(frozenset.intersection(*(_own_teams(actor, role) for role in needed)))
    ids: frozenset[int] = frozenset()
    for role, far in MATRIX[deed].items():
        if far is Reach.MUNICIPALITY and role in actor.mandates:
            return Teams(everywhere=True)
        ids |= actor.organised_team_ids if far is Reach.ORGANISATION else _own_teams(actor, role)
    return Teams(ids)


def may(
    actor: Actor, deed: Deed, *, teams: Iterable[tuple[Tie, int | None]], confidential: bool, part: bool = False
) -> bool:
    """Whether this person may do `deed` with a case tied to these teams. The municipality is the caller's to check."""
    if part and deed in WHOLE_CASES:
        return False
    within = reach(actor, deed, confidential=confidential)
    return any(team_id in within for tie, team_id in teams if tie in TIES[deed])


def _own_teams(actor: Actor, role: Role) -> frozenset[int]:
    return {
        Role.PROFESSIONAL: actor.team_ids,
        Role.CONFIDENTIAL: actor.confidential_team_ids,
        Role.TEAM_LEAD: actor.lead_team_ids,
    }.get(role, frozenset())
