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
LATE = "case.late"
HANDED_OVER = "case.handed-over"
PART = "case.part"
"""A part of this case was split off, took a step or was withdrawn."""
MERGED = "case.merged"
SUPPORTED = "case.supported"
"""Somebody saw the same and said so, or sent a photo of it. For the team alone."""
OFFERED = "case.offered"
"""Offered to another team, given back, withdrawn or left unanswered; accepting it is `ASSIGNED`."""

FOR_RESIDENTS = frozenset({RECEIVED, ASSIGNED, TRANSITIONED, MESSAGE, MERGED})
"""What the reporter may know has happened; these also enter the case's own stream."""
ON_THE_WIJK = frozenset({RECEIVED, ASSIGNED, TRANSITIONED, UPDATED, MERGED})
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
    """Record what happened to `case`, as in `happened`. Once per transaction; for several cases use `record`."""
    [event] = record(
        happened(
            case,
            event_type,
            actor=actor,
            now=now,
            payload=payload,
            also_teams=also_teams,
            also_public=also_public,
        )
    )
    return event


def happened(
    case: Case,
    event_type: str,
    *,
    actor: Actor,
    now: datetime,
    payload: dict[str, Any] | None = None,
    also_teams: tuple[tuple[int, bool], ...] = (),
    also_public: bool = False,
) -> Happened:
    """What happened to `case`, whose `version` has been raised for it, with the streams that hear it.

    These are its team, the team it is offered to, the team of the case it is part of, and where a resident may know
    of it those who follow it or a case that was linked to it.
    `also_teams`: further (team, confidential) that must hear it, such as the team a case leaves.
    `also_public`: it was public until now, so the wijk page changes too.
    """
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    for_residents = event_type in FOR_RESIDENTS and case.parent_id is None
    streams = {team_stream(team_id, confidential=confidential) for team_id in _teams_of(case)}
    streams |= {team_stream(team_id, confidential=was_confidential) for team_id, was_confidential in also_teams}
    if for_residents:
        streams |= {case_stream(reference) for reference in (case.reference, *_linked_to(case))}
    if event_type in ON_THE_WIJK and (case.visibility == Case.Visibility.PUBLIC or also_public):
        streams |= {name for name in [wijk_stream(case.area_id)] if name}
    audience = Event.Audience.RESIDENT if for_residents else Event.Audience.TEAM
    if confidential and audience is Event.Audience.TEAM:
        audience = Event.Audience.CONFIDENTIAL
    return Happened(
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


def _teams_of(case: Case) -> set[int]:
    """Its team and those that watch it: asked to take it over, or holding the case it is part of."""
    teams = {case.team_id, case.offered_to_id}
    if case.parent is not None:
        teams.add(case.parent.team_id)
    return {team_id for team_id in teams if team_id is not None}


def _linked_to(case: Case) -> list[str]:
    """References of the cases linked to this one. No query for a case that nobody else reported."""
    if not case.supporter_count:
        return []
    return list(Case.objects.filter(duplicate_of=case).values_list("reference", flat=True))
