"""Rows written without the ORM: all or nothing, refused as the table refuses, and read back as they were."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import BigIntegerField, CharField, Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.utils import timezone

from core.api.models import IdempotencyKey
from core.events.models import Event, Stream, StreamEntry
from core.rows import Given, Reading, insert, rider

pytestmark = pytest.mark.django_db


def event(**fields: Any) -> Event:
    values = {"type": "case.received", "subject": "case/M-TEST01", "audience": "resident", "actor_kind": "resident"}
    return Event(**{**values, "at": timezone.now(), "payload": {"person": None, "said": ["één", 1.5]}} | fields)


def test_a_row_is_read_back_as_it_was_and_knows_its_key() -> None:
    key = IdempotencyKey(
        scope="report:1", key=uuid.uuid4(), fingerprint=b"\x00\xff" * 16, answer="{}", created_at=timezone.now()
    )
    known = event()

    assert insert(key)
    assert insert(known)

    assert (key.pk is not None, key._state.adding) == (True, False)
    for row in (key, known):
        stored = type(row).objects.values().get(pk=row.pk)
        fields = {name: value for name, value in vars(row).items() if not name.startswith("_")}
        assert {
            name: bytes(value) if isinstance(value, memoryview) else value for name, value in stored.items()
        } == fields


def test_who_comes_second_writes_nothing_and_nothing_hangs_on_it() -> None:
    happened = event()
    insert(happened)
    assert insert(Stream(name="wijk:WK1"), rider(StreamEntry(event=happened, seq=1), "stream"), unique=("name",))

    second = Stream(name="wijk:WK1")
    assert not insert(second, rider(StreamEntry(event=happened, seq=2), "stream"), unique=("name",))

    assert second._state.adding
    assert list(StreamEntry.objects.values_list("stream__name", "seq", "event")) == [("wijk:WK1", 1, happened.pk)]


def test_what_hangs_on_a_row_costs_postgresql_no_statement_of_its_own(django_assert_num_queries: Any) -> None:
    happened = event()
    insert(happened)
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 3):
        entries = [StreamEntry(event=happened, seq=seq) for seq in (1, 2)]
        stream = Stream(name="wijk:WK1")
        insert(stream, *(rider(entry, "stream") for entry in entries))
    assert StreamEntry.objects.count() == 2
    assert [(entry.stream, entry._state.adding) for entry in entries] == [(stream, False)] * 2


def test_a_rule_of_the_table_refuses_as_it_always_does() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Stream(name="wijk:WK1", head=-1), unique=("name",))
    happened = event()
    insert(happened)
    twice = [rider(StreamEntry(event=happened, seq=1), "stream") for _ in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Stream(name="wijk:WK1"), *twice)
    assert not Stream.objects.exists()


@pytest.mark.postgres
def test_what_is_too_long_is_refused_and_not_cut_off() -> None:
    stream = Stream.objects.create(name="wijk:WK1")
    with pytest.raises(DataError), transaction.atomic():
        insert(event(type="x" * 41))
    with pytest.raises(DataError), transaction.atomic():
        insert(stream.__class__(name="wijk:WK2"), rider(event(subject="x" * 65), "gemeente"))


COLUMNS = ["id", "at", "payload", "entries__stream__name", "is_told"]
about = Reading(
    COLUMNS,
    lambda: (
        Event.objects.filter(subject=Given("subject", CharField()), pk__in=Given("chosen", BigIntegerField()))
        .annotate(is_told=Exists(StreamEntry.objects.filter(event=OuterRef("pk"))))
        .order_by("id")
    ),
)


def test_a_reading_gives_what_the_orm_gives_for_what_each_request_brings(django_assert_num_queries: Any) -> None:
    told, alone, other = event(), event(payload={}), event(subject="case/M-TEST02")
    for one in (told, alone, other):
        insert(one)
    insert(Stream(name="wijk:WK1"), rider(StreamEntry(event=told, seq=1), "stream"))
    everything = RawSQL("SELECT id FROM events_event WHERE id <> %s", [0])

    with django_assert_num_queries(1):
        found = about.rows(subject="case/M-TEST01", chosen=everything)

    assert found == [
        [told.pk, told.at, told.payload, "wijk:WK1", True],
        [alone.pk, alone.at, {}, None, False],
    ]
    assert [row[0] for row in about.rows(subject="case/M-TEST02", chosen=everything)] == [other.pk]
    assert about.rows(subject="case/M-TEST01", chosen=RawSQL("SELECT id FROM events_event WHERE id = %s", [0])) == []
