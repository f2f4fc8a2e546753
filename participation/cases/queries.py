"""Every read of cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from core.events.models import Event
from core.events.queries import history
from participation.cases.listing import Row
from participation.cases.models import Case
from participation.cases.subjects import source_of
from participation.routing.models import Category
from participation.routing.queries import config

MOST_PARTS = 24
"""Into how many ordered parts a list is split at most."""


def category_ids(gemeente_id: int, slug: str) -> frozenset[int]:
    """Ids of a category and what stands below it, from memory; empty when there is none with this slug."""
    routing = config(gemeente_id)
    found = routing.category(slug)
    if found is None:
        return frozenset()
    below = (one.pk for one in routing.settings.categories.values() if one.parent_id == found.pk)
    return frozenset({found.pk, *below})


def parted(parts: list[QuerySet[Case]], name: str, ids: frozenset[int]) -> list[QuerySet[Case]]:
    """Each part per id, while they stay few: planning a merge of many costs more than it saves."""
    if len(parts) * len(ids) > MOST_PARTS:
        return [part.filter(**{f"{name}__in": ids}) for part in parts]
    return [part.filter(**{name: pk}) for part in parts for pk in sorted(ids)]


def category_of(case: Case | Row) -> Category | None:
    """Its category, from memory."""
    if case.category_id is None:
        return None
    known = config(case.gemeente_id).settings.categories.get(case.category_id)
    return known or Category.objects.get(pk=case.category_id)


def late(now: datetime) -> Q:
    """Open, and past the promise: no first answer in time, or not handled in time."""
    return Q(due_at__lt=now)


def is_late(case: Case | Row, now: datetime) -> bool:
    """The same rule for a case in hand."""
    return case.due_at is not None and case.due_at < now


def open_cases_per_person(professional_ids: Collection[int]) -> dict[int, int]:
    """Open cases each of these people holds; people without are absent. One query.

    Written out: it runs for many reports, and the ORM takes longer to put it in words than the database to answer.
    COUNT(*) lets the index `cases_assignee` answer alone.
    """
    ids = sorted(professional_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT assignee_id, COUNT(*) FROM {connection.ops.quote_name(Case._meta.db_table)}"  # noqa: S608
            f" WHERE assignee_id IN ({', '.join(['%s'] * len(ids))}) AND closed_at IS NULL GROUP BY assignee_id",
            ids,
        )
        return dict(cursor.fetchall())


def case_history(case: Case) -> list[Event]:
    """What happened to the case, oldest first."""
    return history(f"case/{case.reference}")


def whole_history(case: Case) -> list[Event]:
    """The same, with what happened to what the case is about."""
    also = source_of(case.kind).also_about(case.pk)
    return history(f"case/{case.reference}", *([also] if also else []))


def changes_since(case: Case, version: int) -> list[dict[str, Any]]:
    """What happened after `version`: type, moment and the status or person it led to, for a refused save."""
    return [
        {
            "type": event.type,
            "version": event.version,
            "at": event.at.isoformat().replace("+00:00", "Z"),
            **_codes(event.payload),
        }
        for event in case_history(case)
        if event.version > version
    ]


def _codes(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {key: payload[key] for key in ("from", "to", "status", "category", "priority") if key in payload}
