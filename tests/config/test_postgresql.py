"""Connections to PostgreSQL: one that is kept is asked whether it works when that is in doubt; moments are exact."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection, transaction


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_noticed() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    other.close()

    assert not connection.is_usable()
    connection.close()


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_moment_is_read_in_utc_to_the_microsecond() -> None:
    texts = ("2026-11-22 13:00:00.5+01", "2026-07-01T00:00:00.000007Z", "0001-01-01Z", "9999-12-31 23:59:59.999999Z")
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(%s::timestamptz[])", [list(texts)])
        read = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT %s::timestamptz, NULL::timestamptz", [read[1]])
        again = cursor.fetchone()

    assert read == [
        datetime(2026, 11, 22, 12, 0, 0, 500_000, UTC),
        datetime(2026, 7, 1, 0, 0, 0, 7, UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
    ]
    assert all(one.tzinfo is UTC for one in read)
    assert again == (read[1], None)


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("beyond", ["infinity", "10000-01-01Z"])
def test_a_moment_outside_the_calendar_is_refused(beyond: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [beyond])
        with pytest.raises(DataError):
            cursor.fetchone()
