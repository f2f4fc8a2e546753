"""The frames of the live channel, as ASGI messages ready to send (see the contract, "Live channel")."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from core.events.log import Nudge
from core.live.access import is_public

Message = dict[str, Any]
HEARTBEAT = 25
"""Seconds; a client that hears nothing for longer than this sends a ping."""


def frame(**content: Any) -> Message:
    return {"type": "websocket.send", "text": json.dumps(content, separators=(",", ":"), ensure_ascii=False)}


def event(nudge: Nudge) -> Message:
    """Encoded once, handed to every socket. On a public stream it says that something happened, not to what."""
    public = is_public(nudge.stream)
    return frame(
        type="event",
        stream=nudge.stream,
        seq=nudge.seq,
        event={
            "type": nudge.type,
            "subject": "" if public else nudge.subject,
            "version": 0 if public else nudge.version,
            "at": nudge.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        },
    )


def reset(stream: str, seq: int) -> Message:
    return frame(type="reset", stream=stream, seq=seq)


def closed(stream: str) -> Message:
    return frame(type="closed", stream=stream)


def error(detail: str) -> Message:
    return frame(type="error", detail=detail)


PONG = frame(type="pong")
