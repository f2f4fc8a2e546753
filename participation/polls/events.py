"""The events polls record, and the streams each belongs to. Never who voted, never what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.accounts.actor import Actor
from core.events.log import Happened, record
from core.events.models import Event
from participation.cases.events import case_stream, team_stream, wijk_stream
from participation.polls.models import Poll

STEP = "poll.step"
CHANGED = "poll.changed"
BALLOTS = "poll.ballots"
"""More ballots were counted; at most once a second for each poll. To everybody only when the totals they see moved."""
PROJECT = "poll.project"
CODES = "poll.codes"
WORDS = "poll.words"
"""An answer in somebody's own words was shown or hidden."""
ASIDE = "poll.aside"
"""Ballots were proposed to be set aside, and what the second person decided."""
OUTCOME = "poll.outcome"
"""The outcome by the rules is there."""
ANSWERED = "poll.answered"

FOR_EVERYBODY = frozenset({STEP, CHANGED, BALLOTS, PROJECT, WORDS, OUTCOME, ANSWERED})
"""What may change the public page."""
ON_THE_WIJK = frozenset({STEP, CHANGED, PROJECT, OUTCOME, ANSWERED})
"""What changes the page of the wijk; that somebody voted does not."""


def subject_of(slug: str) -> str:
    return f"poll/{slug}"


def poll_stream(slug: str) -> str:
    """What everybody may follow of a public poll."""
    return f"poll:{slug}"


def tell(poll: Poll, event_type: str, *, actor: Actor, now: datetime, payload: dict[str, Any] | None = None) -> Event:
    """Record what happened, as in `happened`. Once per transaction; with other events use `record`."""
    [event] = record(happened(poll, event_type, actor=actor, now=now, payload=payload))
    return event


def happened(
    poll: Poll,
    event_type: str,
    *,
    actor: Actor,
    now: datetime,
    payload: dict[str, Any] | None = None,
    also_public: bool = False,
    inside: bool = False,
) -> Happened:
    """What happened to a poll, with its case selected, and who hears it. The payload holds ids and codes only.

    These are the team that holds it and, when it is public (`also_public`: was until now), its own stream and its wijk.
    `inside`: what everybody may know at another time, for the team alone.
    """
    streams = {team_stream(poll.case.team_id, confidential=False)}
    for_everybody = event_type in FOR_EVERYBODY and not inside
    if for_everybody:
        streams |= {case_stream(poll.case.reference)}
    if (poll.is_public or also_public) and for_everybody:
        streams |= {poll_stream(poll.slug)}
        if event_type in ON_THE_WIJK:
            streams |= {name for name in [wijk_stream(poll.area_id)] if name}
    return Happened(
        type=event_type,
        subject=subject_of(poll.slug),
        version=poll.version,
        actor=actor,
        at=now,
        audience=Event.Audience.RESIDENT if for_everybody else Event.Audience.TEAM,
        gemeente_id=poll.gemeente_id,
        payload=(payload or {}) | ({"by": actor.professional_id} if actor.professional_id else {}),
        streams=sorted(streams),
    )
