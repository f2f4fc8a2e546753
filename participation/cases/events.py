"""The events cases record, and the streams each belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.events.log import Happened, record
from core.events.models import Event
from participation.cases.models import Case

RECEIVED = "case.received"
ASSIGNED = "case.assigned"
TRANSITIONED = "case.transitioned"
MESSAGE = "case.message"
NOTE = "case.note"
UPDATED = "case.updated"

FOR_RESIDENTS = frozenset({RECEIVED, ASSIGNED, TRANSITIONED, MESSAGE})
"""What the reporter may know has happened; these also enter the case's own stream."""
ON_THE_WIJK = frozenset({RECEIVED, ASSIGNED, TRANSITIONED, UPDATED})
"""What changes a public wijk page."""


def subject_of(reference: str) -> str:
    """The subject of a case's events: `case/M-7K3Q9A`."""
    return f"case/{reference}"


def team_stream(team_id: int, *, confidential: bool) -> str:
    """A team's stream; confidential cases have one of their own, so that others see not even a gap."""
    return f"team-confidential:{team_id}" if confidential else f"team:{team_id}"


def case_stream(reference: str) -> str:
    """What the resident may follow of one case."""
    return f"case:{reference}"


def wijk_stream(area_id: int) -> str | None:
    """The stream of public events in the wijk that holds this area (the area itself above wijk level)."""
    chain = tree().ancestors(area_id)
    named = next((row for row in chain if row.level == "wijk"), chain[0] if chain else None)
    return f"wijk:{named.code}" if named else None


def tell(
    case: Case,
    event_type: str,
    *,
    actor: Actor,
    now: datetime,
    payload: dict[str, Any] | None = None,
    also_teams: tuple[tuple[int, bool], ...] = (),
    also_public: bool = False,
) -> Event:
    """Record what happened to `case`, whose `version` has been raised for it.

    `also_teams`: further (team, confidential) that must hear it, such as the team a case leaves.
    `also_public`: it was public until now, so the wijk page changes too.
    """
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    streams = {team_stream(case.team_id, confidential=confidential)}
    streams |= {team_stream(team_id, confidential=was_confidential) for team_id, was_confidential in also_teams}
    if event_type in FOR_RESIDENTS:
        streams.add(case_stream(case.reference))
    if event_type in ON_THE_WIJK and (case.visibility == Case.Visibility.PUBLIC or also_public):
        streams |= {name for name in [wijk_stream(case.area_id)] if name}
    audience = Event.Audience.RESIDENT if event_type in FOR_RESIDENTS else Event.Audience.TEAM
    if confidential and audience is Event.Audience.TEAM:
        audience = Event.Audience.CONFIDENTIAL
    [event] = record(
        Happened(
            type=event_type,
            subject=subject_of(case.reference),
            version=case.version,
            actor=actor,
            at=now,
            audience=audience,
            gemeente_id=case.gemeente_id,
            payload=(payload or {}) | ({"by": actor.professional_id} if actor.professional_id else {}),
            streams=sorted(streams),
        )
    )
    return event
