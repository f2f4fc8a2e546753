"""What a row of the inbox shows: named values and no more, for a page of 50 rows is asked all day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from core.accounts.actor import Actor
from core.api.merging import Read
from core.rows import Given, Reading
from participation.cases.models import Case, Seen


class Row(NamedTuple):
    """Columns of a case, beside them the version this person saw last and the references of cases it is tied to."""

    id: int
    reference: str
    gemeente_id: int
    kind: str
    status: str
    visibility: str
    priority: str
    team_id: int
    assignee_id: int | None
    category_id: int | None
    area_id: int
    lat: float | None
    lon: float | None
    address: str
    summary: str
    language: str
    photo_count: int
    decision: dict[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime
    respond_by: datetime | None
    resolve_by: datetime | None
    responded_at: datetime | None
    due_at: datetime | None
    offered_to_id: int | None
    supporter_count: int
    seen_version: int | None
    parent__reference: str | None
    duplicate_of__reference: str | None


def shown(cases: QuerySet[Case], actor: Actor) -> QuerySet[Case, Row]:
    """The rows of these cases: no further query for any of them."""
    rows: QuerySet[Case, Any] = _with_seen(cases, actor.professional_id or 0).values_list(*Row._fields, named=True)
    return rows


def reading(actor: Actor) -> Read:
    """Reads the rows of cases that a statement chose. One query."""
    return partial(_read, actor.professional_id or 0)


def _read(person: int, chosen: RawSQL, ordering: Sequence[str]) -> list[Any]:
    return [Row._make(row) for row in _chosen(tuple(ordering)).rows(person=person, chosen=chosen)]


@cache
def _chosen(ordering: tuple[str, ...]) -> Reading:
    chosen, person = Given("chosen", BigIntegerField()), Given("person", BigIntegerField())
    return Reading(Row._fields, lambda: _with_seen(Case.objects.filter(pk__in=chosen), person).order_by(*ordering))


def _with_seen(cases: QuerySet[Case], person: int | Given) -> QuerySet[Case]:
    last = Seen.objects.filter(case=OuterRef("pk"), professional_id=person).values("version")[:1]
    return cases.annotate(seen_version=Subquery(last))
