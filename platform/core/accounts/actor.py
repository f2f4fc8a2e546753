"""Actor: who does something, as far as a rule needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["resident", "professional", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The doer of an action, with the reach that was read for this request.

    `gemeente_id` is the root area whose rows this person may touch; the team sets hold team ids.
    `organised_team_ids`: the teams of the organisations this person administers. `mandates`: names of the roles
    held for the whole municipality.
    `label` is a public name (a professional's), empty for residents and the system.
    `resident_id`: the resident who signed in; None for one without an account.
    """

    kind: ActorKind
    user_id: int | None = None
    professional_id: int | None = None
    gemeente_id: int | None = None
    team_ids: frozenset[int] = frozenset()
    confidential_team_ids: frozenset[int] = frozenset()
    lead_team_ids: frozenset[int] = frozenset()
    organised_team_ids: frozenset[int] = frozenset()
    mandates: frozenset[str] = frozenset()
    label: str = ""
    resident_id: int | None = None


SYSTEM = Actor(kind="system")
RESIDENT = Actor(kind="resident")
