"""The events initiatives record, and the streams each belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.accounts.actor import Actor
from core.events.log import Happened, record
from core.events.models import Event
from participation.cases.events import case_stream, team_stream, wijk_stream
from participation.initiatives.models import Initiative

STEP = "initiative.step"
"""It went to another stage; submitting is one too."""
CHANGED = "initiative.changed"
MEMBER = "initiative.member"
SUPPORT = "initiative.support"
COMMENT = "initiative.comment"
UPDATE = "initiative.update"
"""Diary, milestones or money."""
HELP = "initiative.help"
OFFER = "initiative.offer"
MESSAGE = "initiative.message"
"""In the conversation between group and coach."""
COACH = "initiative.coach"
"""Another coach, role or rhythm."""
PARTNER = "initiative.partner"
STALLED = "initiative.stalled"
CHECK = "initiative.check"
"""The coach looked how the group stands; for the desk."""
CODES = "initiative.codes"
"""Letters with codes were made, replaced or withdrawn."""

FOR_EVERYBODY = frozenset({STEP, CHANGED, MEMBER, SUPPORT, COMMENT, UPDATE, HELP, COACH, PARTNER})
"""What may change the public page."""
FOR_THE_DESK = frozenset({CHECK, CODES})
"""What the group does not even hear happened."""


def subject_of(slug: str) -> str:
    return f"initiative/{slug}"


def initiative_stream(slug: str) -> str:
    """What everybody may follow of a public initiative."""
    return f"initiative:{slug}"


def tell(
    initiative: Initiative, event_type: str, *, actor: Actor, now: datetime, payload: dict[str, Any] | None = None
) -> Event:
    """Record what happened, as in `happened`. Once per transaction; with other events use `record`."""
    [event] = record(happened(initiative, event_type, actor=actor, now=now, payload=payload))
    return event


def happened(
    initiative: Initiative,
    event_type: str,
    *,
    actor: Actor,
    now: datetime,
    payload: dict[str, Any] | None = None,
    also_public: bool = False,
    inside: bool = False,
) -> Happened:
    """What happened to an initiative, whose `version` has been raised for it, with the streams that hear it.

    These are the team that holds its case, its case (the group follows it there) and, when it is public
    (`also_public`: was until now) and everybody may know, its own stream and that of its wijk. `inside`: what only
    the group and who helps it hear. The payload holds ids and codes only.
    """
    streams: set[str] = set()
    case = initiative.case
    if case is not None:
        streams |= {team_stream(case.team_id, confidential=False)}
        streams |= {case_stream(case.reference)} if event_type not in FOR_THE_DESK else set()
    for_everybody = event_type in FOR_EVERYBODY and not inside
    if (initiative.is_public or also_public) and for_everybody and initiative.area_id is not None:
        streams |= {initiative_stream(initiative.slug)}
        streams |= {name for name in [wijk_stream(initiative.area_id)] if name}
    return Happened(
        type=event_type,
        subject=subject_of(initiative.slug),
        version=initiative.version,
        actor=actor,
        at=now,
        audience=Event.Audience.TEAM if event_type in FOR_THE_DESK else Event.Audience.RESIDENT,
        gemeente_id=initiative.gemeente_id,
        payload=(payload or {}) | ({"by": actor.professional_id} if actor.professional_id else {}),
        streams=sorted(streams),
    )
