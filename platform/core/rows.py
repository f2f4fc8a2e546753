"""Writing new rows in few statements, and reading known ones, without asking the ORM each time how to say it.

For what every report, event and repeatable request writes: there `save()` takes longer to put a row into words than
the database takes to store it, and PostgreSQL's round trips are most of the rest. No signals are sent; none listen.
`Reading` is the same for what every request of a professional reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, JSONField, Model, QuerySet
from django.db.models.expressions import RawSQL

AS_THEY_ARE = {"sqlite": {bool, float, int, str, type(None)}, "postgresql": {bool, float, str, type(None)}}
"""Types that go to the database unchanged. PostgreSQL must be told how wide an integer is."""


@dataclass(frozen=True, slots=True)
class Rider:
    """A row that hangs on another, its head, and is written with it.

    `values`: SQL of each column but `key`, in which the head's key goes; `params` fill their placeholders.
    `row`: what knows its head by `relation` once it is written.
    """

    table: str
    key: str
    columns: Sequence[str]
    values: Sequence[str]
    params: Sequence[Any]
    row: Model | None = None
    relation: str = ""


def insert(row: Model, *riders: Rider, unique: tuple[str, ...] = ()) -> bool:
    """Write a new row, and those that hang on it; PostgreSQL takes one statement for all.

    False, with nothing written, when another row has the same values of `unique` (names of its fields, as the table's
    constraint has them). Waits for a transaction that is about to: PostgreSQL on the index, SQLite on the database.
    """
    sql, params = _statement(type(row), unique), _values(row)
    together = bool(riders) and connection.vendor == "postgresql"
    if together:
        hung = "".join(f", rider{at} AS ({_hung(one, 'head.id')} FROM head)" for at, one in enumerate(riders))
        sql = f"WITH head (id) AS ({sql}){hung} SELECT id FROM head"  # noqa: S608
        params += [param for one in riders for param in one.params]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()
        if found is None:
            return False
        for one in () if together else riders:
            cursor.execute(_hung(one, "%s"), [found[0], *one.params])
    row.pk = found[0]
    _is_stored(row)
    for one in riders:
        if one.row is not None:
            setattr(one.row, one.relation, row)
            _is_stored(one.row)
    return True


def hang(rider: Rider, head: Any) -> None:
    """Write a row that hangs on one that is there, by its key."""
    with connection.cursor() as cursor:
        cursor.execute(_hung(rider, "%s"), [head, *rider.params])


def rider(row: Model, key: str) -> Rider:
    """This row, not saved yet, as one that hangs on another by its relation `key`."""
    at = next(at for at, field in enumerate(_fields(type(row))) if field.name == key)
    columns, values = list(_columns(type(row))), _values(row)
    hung = columns.pop(at)
    del values[at]
    return Rider(_name(row._meta.db_table), hung, columns, _casts(type(row), key), values, row, key)


def _is_stored(row: Model) -> None:
    row._state.adding, row._state.db = False, connection.alias


def _hung(one: Rider, head: str) -> str:
    values = ", ".join([head, *one.values])
    return f"INSERT INTO {one.table} ({', '.join([one.key, *one.columns])}) SELECT {values}"


@cache
def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    """The fields of a new row, without a key that the database gives."""
    return [field for field in model._meta.concrete_fields if not field.get_internal_type().endswith("AutoField")]


@cache
def _columns(model: type[Model]) -> list[str]:
    return [_name(str(field.column)) for field in _fields(model)]


@cache
def _casts(model: type[Model], key: str) -> list[str]:
    """The placeholders of all fields but `key`. What a SELECT gives has a type of its own, unlike VALUES do.

    The column's type without its length: a cast to a length would cut off what is too long.
    """
    if connection.vendor != "postgresql":
        return ["%s"] * (len(_fields(model)) - 1)
    kinds = [str(field.db_type(connection)).partition("(")[0] for field in _fields(model) if field.name != key]
    return [f"%s::{kind}" for kind in kinds]


@cache
def _statement(model: type[Model], unique: tuple[str, ...]) -> str:
    columns = _columns(model)
    sql = (
        f"INSERT INTO {_name(model._meta.db_table)} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
    )
    if unique:
        taken = [_name(str(field.column)) for field in _fields(model) if field.name in unique]
        sql += f" ON CONFLICT ({', '.join(taken)}) DO NOTHING"
    return f"{sql} RETURNING {_name(str(model._meta.pk.column))}"


def _values(row: Model) -> list[Any]:
    plain, stored = AS_THEY_ARE[connection.vendor], []
    for field in _fields(type(row)):
        value = getattr(row, str(field.attname))
        if type(value) not in plain or isinstance(field, JSONField):
            value = field.get_db_prep_save(value, connection)
        stored.append(value)
    return stored


def _name(name: str) -> str:
    return str(connection.ops.quote_name(name))


# --- reading ----------------------------------------------------------------------------------


class Given(Expression):
    """Stands in the queryset of a `Reading` for what each request brings: a value of this field, or a `RawSQL`."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    @property
    def mark(self) -> str:
        return f"{{{self.name}}}"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return self.mark, [self]


class Reading:
    """Columns of a queryset in which `Given` stands for what differs; the ORM puts it into words once per process."""

    def __init__(self, columns: Sequence[str], queryset: Callable[[], QuerySet[Any, Any]]) -> None:
        self._columns, self._queryset = columns, queryset

    def rows(self, **given: Any) -> list[list[Any]]:
        """The columns of each row, as the ORM gives them. One query."""
        sql, params, converters = self._words
        values: list[Any] = []
        for param in params:
            value = given[param.name] if isinstance(param, Given) else param
            if isinstance(value, RawSQL):
                sql = sql.replace(param.mark, value.sql)
                values += value.params
            elif isinstance(param, Given):
                sql = sql.replace(param.mark, "%s")
                values.append(param.output_field.get_db_prep_value(value, connection))
            else:
                values.append(param)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found = list(map(list, cursor.fetchall()))
        for at, (convert, expression) in converters:
            for row in found:
                row[at] = convert(row[at], expression, connection)
        return found

    @cached_property
    def _words(self) -> tuple[str, Sequence[Any], list[tuple[int, Any]]]:
        """The statement, its parameters, and by column what makes a value of what the database gives."""
        compiler = self._queryset().values_list(*self._columns).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        known = compiler.get_converters([one[0] for one in compiler.select])
        return sql, params, [(at, (one, column)) for at, (several, column) in known.items() for one in several]
