# ruff: noqa: S608 (tables and columns are our own)
"""The rows of the test database, past Django's models: what was built once is laid down again in milliseconds.

`keep` runs a builder in the first test of a process that wants it, notes which rows came, changed and went, and does
just that in every test after it. `put_back` takes away what a test committed, and only that, where Django's `flush`
empties every table, those that migrations filled too, and makes the permissions of all apps anew.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import connection, transaction

from core.snapshots.models import Revision
from core.snapshots.snapshot import Snapshot, changed

T = TypeVar("T")
Row = tuple[Any, ...]
Rows = dict[str, dict[Any, Row]]
"""Table -> key -> values: on SQLite as they are, on PostgreSQL as literals that it reads back to the same."""
Step = tuple[str, list[Row]]
"""A statement; on SQLite with the values to run it with, one row at a time."""


class Table(NamedTuple):
    """`key` is the place of the primary key among the columns; `sequence` counts it, on PostgreSQL."""

    name: str
    columns: tuple[str, ...]
    key: int
    sequence: str | None


class Kept(NamedTuple):
    """What a builder did to the rows, which snapshots it changed, and what it returned."""

    steps: list[Step]
    snapshots: list[str]
    answer: bytes


_kept: dict[str, Kept] = {}
_base: Rows = {}


def keep(name: str, build: Callable[[], T]) -> T:
    """What `build` makes: its rows, and its answer by way of pickle. Each test must have the same rows before it."""
    with transaction.atomic():
        if name not in _kept:
            before, told = _read(), dict(Revision.objects.values_list("name", "number"))
            answer = build()
            after = _read()
            names = [one for one, number in Revision.objects.values_list("name", "number") if told.get(one) != number]
            for rows in (before, after):
                rows.pop(Revision._meta.db_table, None)  # a new number each time
            _kept[name] = Kept(_steps(before, after), names, pickle.dumps(answer))
            return answer
        kept = _kept[name]
        _run(kept.steps)
        Snapshot.forget_all()
        for one in kept.snapshots:
            changed(one)
        return pickle.loads(kept.answer)  # noqa: S301 (written above)


def remember() -> None:
    """Call once, on the migrated database: to these rows `put_back` goes back."""
    _base.update(_read())


def put_back() -> None:
    """Whatever was committed since is gone. Numbers count on."""
    with transaction.atomic():
        _run(_steps(_read(_filled()), _base))


def _run(steps: list[Step]) -> None:
    connection.ensure_connection()
    driver: Any = connection.connection
    if settings.SQLITE:
        for statement, rows in steps:
            driver.executemany(statement, rows)
    elif steps:
        with driver.cursor() as cursor:
            cursor.execute(";".join(statement for statement, _rows in steps), prepare=False)


def _steps(now: Rows, wanted: Rows) -> list[Step]:
    """What makes `wanted` of `now`. References are checked at the end of a transaction, so any order will do."""
    steps: list[Step] = []
    for table in _tables():
        have, want = now.get(table.name, {}), wanted.get(table.name, {})
        key = f'"{table.columns[table.key]}"'
        if gone := [(one,) for one, row in have.items() if want.get(one) != row]:
            steps.append(_step(f'DELETE FROM "{table.name}" WHERE ({key}) IN', gone))
        if come := [row for one, row in want.items() if have.get(one) != row]:
            columns = ", ".join(f'"{column}"' for column in table.columns)
            steps.append(_step(f'INSERT INTO "{table.name}" ({columns}) VALUES', come))
            if table.sequence:
                most = f'(SELECT max({key}) FROM "{table.name}"), (SELECT last_value FROM {table.sequence})'
                steps.append((f"SELECT setval('{table.sequence}', greatest({most}))", []))
    return steps


def _step(statement: str, rows: list[Row]) -> Step:
    if settings.SQLITE:
        row = f"({', '.join('?' * len(rows[0]))})"
        return (f"{statement} {row}", rows)
    values = ", ".join(f"({', '.join(row)})" for row in rows)
    return (f"{statement} ({values})" if statement.endswith("IN") else f"{statement} {values}", [])


def _filled() -> set[str]:
    parts = [f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")" for table in _tables()]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name for (name,) in cursor.fetchall()}


def _read(only: set[str] | None = None) -> Rows:
    """The rows of all tables, or of some; a table without rows is left out."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in _tables():
            if only is None or table.name in only:
                columns = [f'"{column}"' for column in table.columns]
                if not settings.SQLITE:
                    columns = [f"quote_nullable({column}::text)" for column in columns]
                cursor.execute(f'SELECT {", ".join(columns)} FROM "{table.name}"')
                if rows := {row[table.key]: tuple(row) for row in cursor.fetchall()}:
                    found[table.name] = rows
    return found


@cache
def _tables() -> list[Table]:
    """All but those of a full-text search, which follow the others, and the list of migrations."""
    found = []
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            if "_fts" in name or name == "django_migrations":
                continue
            columns = tuple(one.name for one in connection.introspection.get_table_description(cursor, name))
            key = connection.introspection.get_primary_key_column(cursor, name)
            sequence = None
            if not settings.SQLITE:
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{name}"', key])
                (sequence,) = cursor.fetchone()
            found.append(Table(name, columns, columns.index(key), sequence))
    return found
