"""Reading streams: heads, and what came after a number."""

from __future__ import annotations

from collections.abc import Iterable

from core.events.log import Nudge
from core.events.models import Event, Stream, StreamEntry


def heads(names: Iterable[str]) -> dict[str, int]:
    """The last number of each stream that exists, in one query."""
    return dict(Stream.objects.filter(name__in=list(names)).values_list("name", "head"))


def after(stream: str, seq: int, limit: int) -> list[Nudge]:
    """At most `limit` entries of a stream with a number above `seq`, in order; one query."""
    rows = (
        StreamEntry.objects.filter(stream__name=stream, seq__gt=seq)
        .order_by("seq")
        .values_list("seq", "event__type", "event__subject", "event__version", "event__at")[:limit]
    )
    return [Nudge(stream, *row) for row in rows]


def history(*subjects: str) -> list[Event]:
    """Everything that happened to these subjects, oldest first."""
    return list(Event.objects.filter(subject__in=subjects).order_by("id"))
