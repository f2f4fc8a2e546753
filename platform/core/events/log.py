"""`record()`: the only writer of events, and the only giver of stream numbers.

A number is taken under the row lock of its stream, in the transaction that makes the change.
Whoever commits later therefore always has the higher number, and a rolled-back transaction
takes its number with it: streams have no gaps and are in commit order. Streams are locked in
order of name, so that two writers never wait for each other.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.accounts.actor import Actor
from core.events.models import Event, Stream, StreamEntry
from core.rows import insert


@dataclass(frozen=True, slots=True)
class Nudge:
    """What goes over the wire after commit: where in which stream, and what happened to what."""

    stream: str
    seq: int
    type: str
    subject: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event to record, and the names of the streams it belongs to."""

    type: str
    subject: str
    version: int
    actor: Actor
    at: datetime
    audience: str
    gemeente_id: int | None
    payload: dict[str, Any] = field(default_factory=dict)
    streams: Sequence[str] = ()


logger = logging.getLogger(__name__)
InTransaction = Callable[[Event], None]
AfterCommit = Callable[[list[Nudge]], None]
_subscribers: dict[str, list[InTransaction]] = {}
_listeners: list[AfterCommit] = []


def subscribe(event_type: str, handler: InTransaction) -> None:
    """Call `handler(event)` inside the recording transaction (to enqueue work owed later)."""
    handlers = _subscribers.setdefault(event_type, [])
    if handler not in handlers:
        handlers.append(handler)


def listen(handler: AfterCommit) -> None:
    """Call `handler(nudges)` after the commit; it may fail without harm, the rows are the truth."""
    if handler not in _listeners:
        _listeners.append(handler)


def record(*happened: Happened) -> list[Event]:
    """Write events and give each its number in each of its streams, in one go.

    Must run inside a transaction, once (a second call would lock streams out of order and may
    deadlock with another writer); returns the saved events in the order given.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs in the transaction of the change it tells of")
    events = [
        Event(
            type=one.type,
            gemeente_id=one.gemeente_id,
            subject=one.subject,
            version=one.version,
            audience=one.audience,
            actor_kind=one.actor.kind,
            actor_id=one.actor.user_id,
            payload=one.payload,
            at=one.at,
        )
        for one in happened
    ]
    # A stream named twice for one event gets it once.
    named = [list(dict.fromkeys(one.streams)) for one in happened]
    if len(events) == 1 and named[0] and connection.vendor == "postgresql":
        places = [_write_at_once(events[0], named[0])]
    else:
        places = _write(events, named)
    nudges = [
        Nudge(name, seq, one.type, one.subject, one.version, one.at)
        for one, numbers in zip(happened, places, strict=True)
        for name, seq in numbers.items()
    ]
    for event in events:
        for handler in (*_subscribers.get(event.type, ()), *_subscribers.get("*", ())):
            handler(event)
    transaction.on_commit(lambda: _tell(nudges), robust=True)
    return events


def open_streams(names: Iterable[str]) -> None:
    """Make streams that have no event yet (a team's, when the team is made), so that they can be followed."""
    Stream.objects.bulk_create([Stream(name=name) for name in sorted(set(names))], ignore_conflicts=True)


def _tell(nudges: list[Nudge]) -> None:
    for listener in _listeners:
        try:
            listener(nudges)
        except Exception:
            logger.exception("a listener to events failed")


def _write(events: list[Event], named: list[list[str]]) -> list[dict[str, int]]:
    """Store events and give each its numbers; answers number by stream for each event."""
    if len(events) == 1:
        insert(events[0])
    else:
        Event.objects.bulk_create(events)
    counts = Counter(name for names in named for name in names)
    advanced = _advance(counts)
    next_seq = {name: head - counts[name] for name, (_pk, head) in advanced.items()}
    entries: list[int] = []
    places: list[dict[str, int]] = []
    for event, names in zip(events, named, strict=True):
        for name in names:
            next_seq[name] += 1
            entries += [advanced[name][0], next_seq[name], event.pk]
        places.append({name: next_seq[name] for name in names})
    _enter(entries)
    return places


def _write_at_once(event: Event, names: list[str]) -> dict[str, int]:
    """The same for one event in one statement, as almost every change has it (PostgreSQL)."""
    fields = [field for field in Event._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    events, streams, entries = (model._meta.db_table for model in (Event, Stream, StreamEntry))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH event AS (INSERT INTO {events} ({columns})"  # noqa: S608  # own names only
            f" VALUES ({', '.join(['%s'] * len(fields))}) RETURNING id),"
            f" stream AS (INSERT INTO {streams} AS known (name, head)"
            f" VALUES {', '.join(['(%s, 1)'] * len(names))}"
            " ON CONFLICT (name) DO UPDATE SET head = known.head + 1 RETURNING id, name, head),"
            f" entry AS (INSERT INTO {entries} (stream_id, seq, event_id)"
            " SELECT stream.id, stream.head, event.id FROM stream, event)"
            " SELECT event.id, stream.name, stream.head FROM event, stream",
            [*(field.get_db_prep_save(getattr(event, field.attname), connection) for field in fields), *sorted(names)],
        )
        rows = cursor.fetchall()
    event.pk, event._state.adding, event._state.db = rows[0][0], False, connection.alias
    numbers = {name: head for _pk, name, head in rows}
    return {name: numbers[name] for name in names}


def _advance(counts: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Lock the streams in order of name, making those that are new; answers (id, new head) by name."""
    if not counts:
        return {}
    table = connection.ops.quote_name(Stream._meta.db_table)
    names = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (name, head) VALUES {', '.join(['(%s, %s)'] * len(names))}"  # noqa: S608
            f" ON CONFLICT (name) DO UPDATE SET head = {table}.head + excluded.head RETURNING name, id, head",
            [value for name in names for value in (name, counts[name])],
        )
        return {name: (pk, head) for name, pk, head in cursor.fetchall()}


def _enter(values: list[int]) -> None:
    """Write stream entries: stream id, number and event id of each, one after the other.

    Written out like the statement above: part of every change there is, and `bulk_create` takes four times as long.
    """
    if values:
        table = connection.ops.quote_name(StreamEntry._meta.db_table)
        rows = ", ".join(["(%s, %s, %s)"] * (len(values) // 3))
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} (stream_id, seq, event_id) VALUES {rows}", values)  # noqa: S608
