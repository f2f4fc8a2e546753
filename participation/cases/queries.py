"""Every read of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.errors import FieldError, Invalid
from core.events.models import Event
from core.events.queries import history
from participation.cases.models import Case
from participation.cases.references import tidy_reference
from participation.cases.states import CLOSED, OPEN, Status

VIEWS = ("new", "mine", "team", "waiting", "late", "open", "closed")
"""The groups of the inbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What the inbox may be narrowed by; empty means "any". `area` is a code at any level."""

    references: tuple[str, ...] = ()
    view: str = ""
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    area: str = ""
    category: str = ""
    team: str = ""
    assignee: str = ""
    late: bool | None = None
    search: str = ""
    bbox: tuple[float, float, float, float] | None = None


def inbox(actor: Actor, wanted: CaseFilter, now: datetime) -> Any:
    """The cases this person may see, narrowed; unordered, with team and person joined in."""
    cases = Case.objects.visible_to(actor).select_related("team__organisation", "assignee", "category")
    if wanted.references:
        cases = cases.filter(reference__in=wanted.references)
    if wanted.view:
        cases = cases.filter(_view(wanted.view, actor, now))
    if wanted.kinds:
        cases = cases.filter(kind__in=wanted.kinds)
    if wanted.statuses:
        cases = cases.filter(status__in=wanted.statuses)
    if wanted.area:
        row = tree().by_code.get(wanted.area)
        if row is None:
            raise Invalid(FieldError("area", "unknown", _("There is no area with this code.")))
        cases = cases.filter(area_id__in=tree().descendants(row.id))
    if wanted.category:
        cases = cases.filter(Q(category__slug=wanted.category) | Q(category__parent__slug=wanted.category))
    if wanted.team:
        cases = cases.filter(team__slug=wanted.team)
    if wanted.assignee:
        cases = cases.filter(_assignee(wanted.assignee, actor))
    if wanted.late is not None:
        cases = cases.filter(late(now)) if wanted.late else cases.exclude(late(now))
    if wanted.bbox:
        west, south, east, north = wanted.bbox
        cases = cases.filter(lon__range=(west, east), lat__range=(south, north))
    if wanted.search:
        cases = cases.filter(
            Q(reference=tidy_reference(wanted.search))
            | Q(summary__icontains=wanted.search)
            | Q(address__icontains=wanted.search)
        )
    return cases


def late(now: datetime) -> Q:
    """Open, and past the promise: no first answer in time, or not handled in time."""
    return (
        Q(closed_at__isnull=True)
        & (Q(respond_by__lt=now, responded_at__isnull=True) | Q(resolve_by__lt=now))
        & ~Q(status=Status.WAITING)
    )


def is_late(case: Case, now: datetime) -> bool:
    """The same rule for a case in hand."""
    if case.status in CLOSED or case.status == Status.WAITING:
        return False
    no_answer = case.responded_at is None and case.respond_by is not None and case.respond_by < now
    return no_answer or (case.resolve_by is not None and case.resolve_by < now)


def _view(name: str, actor: Actor, now: datetime) -> Q:
    is_open = Q(closed_at__isnull=True)
    return {
        "new": is_open & Q(status__in=[Status.RECEIVED, Status.REOPENED]),
        "mine": is_open & Q(assignee_id=actor.professional_id),
        "team": is_open,
        "open": is_open,
        "waiting": Q(status=Status.WAITING),
        "late": late(now),
        "closed": Q(closed_at__isnull=False),
    }[name]


def _assignee(wanted: str, actor: Actor) -> Q:
    if wanted == "me":
        return Q(assignee_id=actor.professional_id)
    if wanted == "none":
        return Q(assignee__isnull=True)
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        return Q(assignee_id=int(wanted))
    raise Invalid(FieldError("assignee", "unknown", _("Use the number of a person, “me” or “none”.")))


def counts(actor: Actor, now: datetime, *, most: int = 1000) -> dict[str, int]:
    """How many cases each group of the inbox holds, counted to `most` at the most; one query per open set."""
    cases = Case.objects.visible_to(actor).filter(closed_at__isnull=True)
    return cases.aggregate(
        **{name: Count("id", filter=_view(name, actor, now)) for name in VIEWS if name not in {"closed", "open"}}
    )


def open_cases_per_person(professional_ids: Iterable[int]) -> dict[int, int]:
    """Open cases each of these people holds; people without are absent. One query."""
    ids = list(professional_ids)
    if len(ids) < 2:
        return {}
    rows = (
        Case.objects.filter(assignee_id__in=ids, closed_at__isnull=True)
        .values_list("assignee_id")
        .annotate(many=Count("id"))
        .order_by()
    )
    return {person: many for person, many in rows if person is not None}


def case_history(case: Case) -> list[Event]:
    """What happened to the case, oldest first."""
    return history(f"case/{case.reference}")


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


def public_cases(area_ids: Iterable[int]) -> Any:
    """Public cases in these areas, newest first."""
    return (
        Case.objects.filter(area_id__in=list(area_ids), visibility=Case.Visibility.PUBLIC)
        .select_related("category")
        .order_by("-created_at", "-id")
    )


def status_counts(area_ids: Iterable[int]) -> dict[str, int]:
    """Public cases in these areas: `{"open": n, "resolved": n}`."""
    rows = (
        Case.objects.filter(area_id__in=list(area_ids), visibility=Case.Visibility.PUBLIC)
        .values_list("status")
        .annotate(many=Count("id"))
        .order_by()
    )
    by_status = dict(rows)
    return {
        "open": sum(many for status, many in by_status.items() if status in OPEN),
        "resolved": by_status.get(Status.RESOLVED, 0),
    }
