"""Every read of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.errors import FieldError, Invalid
from core.events.models import Event
from core.events.queries import history
from participation.cases.models import Case
from participation.cases.references import is_reference, tidy_reference
from participation.cases.states import OPEN, Status
from participation.organisations.queries import roster
from participation.routing.models import Category
from participation.routing.queries import config

VIEWS = ("new", "mine", "team", "waiting", "late", "open", "closed")
"""The groups of the inbox."""
MOST_PARTS = 24
"""Into how many ordered parts a list is split at most."""
SEARCHED_BACK = timedelta(days=30)
"""How long ago a closed case may be reported to be found by its words."""
MOST_COUNTED = 10_000
"""Open cases looked at for the numbers beside the groups; someone with more sees that many at the most."""


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


def inbox(actor: Actor, wanted: CaseFilter, now: datetime) -> list[QuerySet[Case]]:
    """The cases this person may see, narrowed: querysets that share no row, for `KeysetPagination` to merge.

    One for each team, and within it for each area or category where these are few: every one of them lies in
    order in an index, so a page reads about as many rows as it shows, in a thousand cases or in a million.
    """
    parts = [_of_team(team_id, actor) for team_id in _teams(actor, wanted)]
    if wanted.references:
        parts = [Case.objects.visible_to(actor).filter(team_id__in=_teams(actor, wanted))]
    narrowed = _narrowed(actor, wanted, now)
    parts = [part.filter(narrowed) for part in parts]
    areas, categories = _areas(actor, wanted), _categories(actor, wanted)
    for name, ids in (("area_id", areas), ("category_id", categories)):
        if ids is not None:
            parts = parted(parts, name, ids)
    if wanted.search:
        parts = _matching(parts, wanted.search, now)
    return parts or [Case.objects.none()]


def _of_team(team_id: int, actor: Actor) -> QuerySet[Case]:
    cases = Case.objects.filter(team_id=team_id, gemeente_id=actor.gemeente_id)
    if team_id in actor.confidential_team_ids:
        return cases
    return cases.exclude(visibility=Case.Visibility.CONFIDENTIAL)


def _teams(actor: Actor, wanted: CaseFilter) -> list[int]:
    """The person's teams, of which the one asked for."""
    known = roster().teams
    return [pk for pk in sorted(actor.team_ids) if not wanted.team or (pk in known and known[pk].slug == wanted.team)]


def _narrowed(actor: Actor, wanted: CaseFilter, now: datetime) -> Q:
    """What holds in every part."""
    narrowed = Q()
    if wanted.references:
        narrowed &= Q(reference__in=wanted.references)
    if wanted.view:
        narrowed &= _view(wanted.view, actor, now)
    if wanted.kinds:
        narrowed &= Q(kind__in=wanted.kinds)
        if Case.Kind.REPORT not in wanted.kinds:
            narrowed &= ~Q(kind=Case.Kind.REPORT)  # says so to the index of all that is no report
    if wanted.statuses:
        narrowed &= Q(status__in=wanted.statuses)
        if OPEN.issuperset(wanted.statuses):
            narrowed &= Q(closed_at__isnull=True)  # says so to the index of open cases
    if wanted.assignee:
        narrowed &= _assignee(wanted.assignee, actor)
    if wanted.late is not None:
        narrowed &= late(now) if wanted.late else Q(due_at__isnull=True) | Q(due_at__gte=now)
    if wanted.bbox:
        west, south, east, north = wanted.bbox
        narrowed &= Q(lon__range=(west, east), lat__range=(south, north))
    return narrowed


def _areas(actor: Actor, wanted: CaseFilter) -> frozenset[int] | None:
    """The areas asked for with all that lies below; None when that is no restriction."""
    if not wanted.area:
        return None
    row = tree().by_code.get(wanted.area)
    if row is None:
        raise Invalid(FieldError("area", "unknown", _("There is no area with this code.")))
    return None if row.id == actor.gemeente_id else tree().descendants(row.id)


def _categories(actor: Actor, wanted: CaseFilter) -> frozenset[int] | None:
    """The category asked for with its subcategories; None when every category will do."""
    if not wanted.category or actor.gemeente_id is None:
        return None
    return category_ids(actor.gemeente_id, wanted.category)


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


def _matching(parts: list[QuerySet[Case]], text: str, now: datetime) -> list[QuerySet[Case]]:
    """A reference of any age, or words of the subject and address of what is open or was reported lately.

    No index holds the words, so the rows they are looked for in are bounded.
    """
    words = Q(summary__icontains=text) | Q(address__icontains=text)
    found = [
        part.filter(words, recent)
        for part in parts
        for recent in (Q(closed_at__isnull=True), Q(closed_at__isnull=False, created_at__gte=now - SEARCHED_BACK))
    ]
    if is_reference(reference := tidy_reference(text)):
        found = [part.exclude(reference=reference) for part in found]
        found += [part.filter(reference=reference) for part in parts]
    return found


def category_of(case: Case) -> Category | None:
    """Its category, from memory."""
    if case.category_id is None:
        return None
    return config(case.gemeente_id).settings.categories.get(case.category_id) or case.category


def late(now: datetime) -> Q:
    """Open, and past the promise: no first answer in time, or not handled in time."""
    return Q(due_at__lt=now)


def is_late(case: Case, now: datetime) -> bool:
    """The same rule for a case in hand."""
    return case.due_at is not None and case.due_at < now


def _view(name: str, actor: Actor, now: datetime) -> Q:
    is_open = Q(closed_at__isnull=True)
    return {
        "new": is_open & Q(status__in=[Status.RECEIVED, Status.REOPENED]),
        "mine": is_open & Q(assignee_id=actor.professional_id),
        "team": is_open,
        "open": is_open,
        "waiting": is_open & Q(status=Status.WAITING),
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


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many cases each group of the inbox holds, among at most `MOST_COUNTED` open ones. One query."""
    cases = Case.objects.visible_to(actor).filter(closed_at__isnull=True)[:MOST_COUNTED]
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
