"""Keyset paging: page 1,000 costs what page 1 costs, and rows that arrive meanwhile shift nothing.

A cursor is the ordering values of the last row seen, in base64. It is not signed: it says where to go on
in a list that is filtered by what the caller may see anyway.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models
from django.db.models import F, Q, Value
from django.db.models.expressions import Func
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.errors import BadRequest
from core.api.merging import Chosen

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
MAX_DIGITS = 30
"""No decimal column of ours is longer; a forged exponent must not reach the database."""


class RowBeyond(Func):
    """`(a, b) < (x, y)`: one comparison that SQLite and PostgreSQL both answer from an index on (a, b)."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, *sides: Any, operator: str = "<") -> None:
        self.operator = operator
        super().__init__(*sides)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        parts, params = [], []
        for expression in self.source_expressions:
            sql, own = compiler.compile(expression)
            parts.append(sql)
            params.extend(own)
        half = len(parts) // 2
        return f"({', '.join(parts[:half])}) {self.operator} ({', '.join(parts[half:])})", tuple(params)


class KeysetPagination(BasePagination):
    """Pages of a queryset over `ordering`, e.g. `("-created_at", "-id")`; one query per page.

    Ordering fields must never be NULL and must end in a unique one. Annotations may be used when they
    have an output field. Give `ordering` per request or in a subclass:

        page = KeysetPagination("-created_at", "-id")
        rows = page.paginate_queryset(cases, request)
        return page.get_paginated_response([shape(row) for row in rows])

    A list that no single index holds in order can be given as several querysets that share no row, each of
    which one does: the database then merges them (UNION ALL) and reads no more rows than the page has. Where
    the parts differ only in the values of some columns, `merging.Merged` says so in one statement.
    """

    ordering: Sequence[str] = ("-id",)

    def __init__(self, *ordering: str, never_null: Collection[str] = ()) -> None:
        """`never_null`: columns that may be NULL in the table, but not in the rows of this list."""
        if ordering:
            self.ordering = ordering
        self.never_null = never_null
        self.next_url: str | None = None

    def paginate_queryset(  # type: ignore[override]
        self,
        queryset: models.QuerySet[Any] | Chosen | Sequence[models.QuerySet[Any]],
        request: Request,
        view: Any = None,
    ) -> list[Any]:
        """At most `limit` rows after `cursor`; sets `next_url` when there are more."""
        limit = _limit(request)
        if isinstance(queryset, models.QuerySet):
            rows = self._read([queryset], request, limit)
        elif isinstance(queryset, Sequence):
            rows = self._read(list(queryset), request, limit)
        else:
            beyond = self._after(request, queryset.narrowed)
            rows = (queryset.filter(beyond) if beyond else queryset).first(limit + 1, self.ordering)
        if len(rows) > limit:
            del rows[limit:]
            self.next_url = self._next_url(request, self._encode(rows[-1]))
        return rows

    def _after(self, request: Request, queryset: models.QuerySet[Any]) -> Q | None:
        """What lies beyond the request's cursor; None without one."""
        fields = [self._field(queryset, name.lstrip("-")) for name in self.ordering]
        cursor = request.query_params.get("cursor")
        return self._beyond(fields, self._decode(cursor, fields, queryset)) if cursor else None

    def _read(self, parts: list[models.QuerySet[Any]], request: Request, limit: int) -> list[Any]:
        beyond = self._after(request, parts[0])
        if beyond:
            parts = [part.filter(beyond) for part in parts]
        if len(parts) > 1 and connections[parts[0].db].features.supports_slicing_ordering_in_compound:
            # SQLite merges ordered parts by itself; PostgreSQL sorts them whole unless each is cut first.
            parts = [part.order_by(*self.ordering)[: limit + 1] for part in parts]
        whole = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)
        return list(whole.order_by(*self.ordering)[: limit + 1])

    def cut(self, queryset: models.QuerySet[Any], *, cursor: str, limit: int) -> tuple[list[Any], str]:
        """The same for a page that is no API: at most `limit` rows after `cursor`, and the cursor of the next ones.

        Either cursor is empty at its end of the list. Raises `BadRequest`.
        """
        if cursor:
            fields = [self._field(queryset, name.lstrip("-")) for name in self.ordering]
            queryset = queryset.filter(self._beyond(fields, self._decode(cursor, fields, queryset)))
        rows = list(queryset.order_by(*self.ordering)[: limit + 1])
        if len(rows) <= limit:
            return rows, ""
        return rows[:limit], self._encode(rows[limit - 1])

    def get_paginated_response(self, data: Any) -> Response:
        headers = {"Link": f'<{self.next_url}>; rel="next"'} if self.next_url else None
        return Response({"results": data, "next": self.next_url}, headers=headers)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": {"type": ["string", "null"], "format": "uri"}},
        }

    def _next_url(self, request: Request, cursor: str) -> str:
        query = request.query_params.copy()
        query["cursor"] = cursor
        return str(request.build_absolute_uri(f"{request.path}?{urlencode(sorted(query.lists()), doseq=True)}"))

    def _beyond(self, fields: list[models.Field[Any, Any]], values: list[Any]) -> Q:
        names = [name.lstrip("-") for name in self.ordering]
        down = [name.startswith("-") for name in self.ordering]
        wrapped = [Value(value, output_field=field) for value, field in zip(values, fields, strict=True)]
        if len(set(down)) == 1:
            return Q(RowBeyond(*map(F, names), *wrapped, operator="<" if down[0] else ">"))
        # Mixed directions have no row comparison: a bound on the first field (which the index serves),
        # then "further in the first field that differs".
        beyond = Q()
        for index, name in enumerate(names):
            same = Q(**{f"{earlier}__exact": values[i] for i, earlier in enumerate(names[:index])})
            beyond |= same & Q(**{f"{name}__{'lt' if down[index] else 'gt'}": values[index]})
        return Q(**{f"{names[0]}__{'lte' if down[0] else 'gte'}": values[0]}) & beyond

    def _field(self, queryset: models.QuerySet[Any], name: str) -> models.Field[Any, Any]:
        if (annotation := queryset.query.annotations.get(name)) is not None:
            return annotation.output_field
        field: Any = queryset.model._meta.pk if name == "pk" else queryset.model._meta.get_field(name)
        if field.null and name not in self.never_null:
            raise ImproperlyConfigured(f"Keyset paging over {name} would lose the rows where it is NULL.")
        if isinstance(field, models.GeneratedField):
            made: models.Field[Any, Any] = field.output_field  # type: ignore[assignment]  # Django fills it in
            return made
        return field.target_field if field.is_relation else field

    def _signature(self) -> int:
        """Tells a cursor of another list, which may have the same number of values, from one of this."""
        return zlib.crc32(",".join(self.ordering).encode())

    def _encode(self, row: Any) -> str:
        values = [
            _out(row[name] if isinstance(row, dict) else getattr(row, name))
            for name in (name.lstrip("-") for name in self.ordering)
        ]
        packed = json.dumps([self._signature(), *values], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    def _decode(self, cursor: str, fields: list[models.Field[Any, Any]], queryset: models.QuerySet[Any]) -> list[Any]:
        try:
            packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            signature, *values = json.loads(packed.decode("utf-8"))
            if signature != self._signature() or len(values) != len(fields):
                raise ValueError
            return [_in(value, field, queryset.db) for value, field in zip(values, fields, strict=True)]
        except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError, InvalidOperation):
            raise BadRequest(_("This cursor does not belong to this list. Start again without a cursor.")) from None


def _limit(request: Request) -> int:
    given = request.query_params.get("limit")
    if given is None:
        return DEFAULT_LIMIT
    field = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT)
    try:
        return int(field.run_validation(given))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"limit": error.detail}) from None


def _out(value: Any) -> Any:
    match value:
        case bool() | int() | str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case float():
            return value
        case _:
            return str(value)


def _in(value: Any, field: models.Field[Any, Any], alias: str) -> Any:
    """A cursor's value as the field's type; raises ValueError or TypeError on anything else."""
    match field:
        case models.BooleanField():
            accepted = isinstance(value, bool)
        case models.IntegerField():
            low, high = connections[alias].ops.integer_field_range(field.get_internal_type())
            accepted = type(value) is int and (low is None or low <= value) and (high is None or value <= high)  # type: ignore[redundant-expr]
        case models.FloatField():
            accepted = type(value) in (int, float) and abs(value) < 1e300
        case _:
            if not isinstance(value, str):
                raise TypeError
            return _from_text(value, field)
    if not accepted:
        raise ValueError
    return value


def _from_text(text: str, field: models.Field[Any, Any]) -> Any:
    match field:
        case models.DateTimeField():
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError
            return moment.astimezone(UTC)
        case models.DateField():
            return date.fromisoformat(text)
        case models.UUIDField():
            return UUID(text)
        case models.DecimalField():
            number = Decimal(text)
            if not number.is_finite() or number.adjusted() >= MAX_DIGITS:
                raise ValueError
            return number
        case models.CharField() | models.TextField():
            if "\0" in text:
                raise ValueError
            text.encode("utf-8")
            return text
    raise ImproperlyConfigured(f"Keyset paging does not know {type(field).__name__}.")
