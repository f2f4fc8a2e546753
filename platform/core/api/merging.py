"""Lists that no single index holds in order, merged from index scans of which each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any, Protocol, Self

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.expressions import RawSQL

MOST_BRANCHES = 400
"""SQLite takes at most 500 parts in one compound query."""


Read = Callable[[RawSQL, Sequence[str]], list[Any]]
"""Reads the rows whose primary keys a statement gives, in this order."""


class Chosen(Protocol):
    """A list that knows how to read its first rows: what `KeysetPagination` pages besides querysets."""

    @property
    def narrowed(self) -> models.QuerySet[Any]: ...

    def filter(self, *conditions: models.Q) -> Self: ...

    def first(self, limit: int, ordering: Sequence[str]) -> list[Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The rows that `narrowed` holds and of which the columns of `keys` have one of these values.

    `narrowed` only chooses, and should need no other columns than an index has; `read` reads what a page shows of
    the rows that were chosen. With an index on
    (key columns, ordering) the database reads about `limit` entries for each combination of the keys, however
    many rows there are, and the statement is planned once, whatever their number.
    """

    narrowed: models.QuerySet[Any]
    keys: Mapping[str, Sequence[Any]]
    read: Read

    @property
    def plain(self) -> models.QuerySet[Any]:
        """The same rows without a merge: to count, or to take them all."""
        return self.narrowed.filter(**{f"{name}__in": list(values) for name, values in self.keys.items()})

    def filter(self, *conditions: models.Q) -> Self:
        return replace(self, narrowed=self.narrowed.filter(*conditions))

    def first(self, limit: int, ordering: Sequence[str]) -> list[Any]:
        """The first `limit` rows in this order; one query."""
        if not all(self.keys.values()):
            return []
        try:
            chosen = self._chosen(limit, ordering)
        except EmptyResultSet:  # a condition that nothing can meet
            return []
        return self.read(chosen, ordering)

    def _chosen(self, limit: int, ordering: Sequence[str]) -> RawSQL:
        """A subquery with the primary keys of these rows."""
        if connections[self.narrowed.db].vendor == "postgresql":
            return self._lateral(limit, ordering)
        if prod(map(len, self.keys.values())) <= MOST_BRANCHES:
            return self._compound(limit, ordering)
        sql, params = self.plain.order_by(*ordering).values("pk")[:limit].query.sql_with_params()
        return RawSQL(sql, params)  # noqa: S611

    def _branch(self, limit: int, ordering: Sequence[str], sides: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """One scan: primary keys in order, at most `limit`."""
        names = dict.fromkeys(["pk", *(name.lstrip("-") for name in ordering)])
        scan = self.narrowed.filter(**sides).order_by(*ordering).values_list(*names)[:limit]
        sql, params = scan.query.sql_with_params()
        return sql, params

    def _order(self, ordering: Sequence[str]) -> str:
        quote = connections[self.narrowed.db].ops.quote_name
        return ", ".join(f"i.{quote(name.lstrip('-'))}{' DESC' if name.startswith('-') else ''}" for name in ordering)

    def _lateral(self, limit: int, ordering: Sequence[str]) -> RawSQL:
        fields = {name: _column(self.narrowed.model, name) for name in self.keys}
        sides = {name: RawSQL(f"k{at}.v", [], output_field=field) for at, (name, field) in enumerate(fields.items())}  # noqa: S611
        branch, params = self._branch(limit, ordering, sides)
        types = ["bigint[]" if isinstance(field, models.IntegerField) else "text[]" for field in fields.values()]
        lists = " CROSS JOIN ".join(f"unnest(%s::{kind}) k{at}(v)" for at, kind in enumerate(types))
        sql = f'SELECT i."pk" FROM {lists} CROSS JOIN LATERAL ({branch}) i ORDER BY {self._order(ordering)} LIMIT %s'  # noqa: S608
        return RawSQL(sql, [*map(list, self.keys.values()), *params, limit])  # noqa: S611

    def _compound(self, limit: int, ordering: Sequence[str]) -> RawSQL:
        marks = {name: object() for name in self.keys}
        sides = {
            name: RawSQL("%s", [mark], output_field=_column(self.narrowed.model, name)) for name, mark in marks.items()
        }
        branch, params = self._branch(limit, ordering, sides)
        combinations = [dict(zip(self.keys, values, strict=True)) for values in product(*self.keys.values())]
        every: list[Any] = []
        for values in combinations:
            given = {id(mark): values[name] for name, mark in marks.items()}
            every += [given.get(id(one), one) for one in params]
        whole = " UNION ALL ".join([f"SELECT * FROM ({branch})"] * len(combinations))  # noqa: S608
        sql = f'SELECT i."pk" FROM ({whole}) i ORDER BY {self._order(ordering)} LIMIT %s'  # noqa: S608
        return RawSQL(sql, [*every, limit])  # noqa: S611


def _column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field: Any = model._meta.get_field(name)
    return field.target_field if field.is_relation else field
