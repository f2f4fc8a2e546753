"""The inbox: what a professional sees of the cases, narrowed, in order, and how many there are.

An ordinary professional sees the cases of a few teams, an administrator or auditor those of a whole municipality.
Both are read from indexes that hold (team or municipality, status, newest first), or another column in the place of
the status: `core.api.merging` takes the first rows of each combination. A page so costs what it shows, in a thousand
cases or in a million.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.api.merging import Chosen, Merged
from core.areas.queries import tree
from core.errors import FieldError, Invalid
from participation.cases.listing import Row, reading, shown
from participation.cases.models import Case, HandoverItem, Mention, Seen
from participation.cases.permissions import Deed, reach
from participation.cases.queries import category_ids, late
from participation.cases.search import matching, said, search
from participation.cases.states import CLOSED, OPEN, Status
from participation.organisations.queries import TeamRow, roster

VIEWS = ("new", "mine", "team", "waiting", "late", "handovers", "mentions", "open", "closed")
"""The groups of the inbox."""
ORDERINGS: dict[str, tuple[str, ...]] = {
    "-createdAt": ("-created_at", "-id"),
    "createdAt": ("created_at", "id"),
    "dueAt": ("due_at", "id"),
    "-updatedAt": ("-updated_at", "-id"),
}
_STATUSES = {
    "new": frozenset({Status.RECEIVED, Status.REOPENED}),
    "mine": OPEN,
    "team": OPEN,
    "open": OPEN,
    "waiting": frozenset({Status.WAITING}),
    "late": OPEN - {Status.WAITING},
    "mentions": OPEN,
    "closed": CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What the inbox may be narrowed by; empty means "any". `area` is a code at any level, `supporters` at least."""

    references: tuple[str, ...] = ()
    view: str = ""
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    area: str = ""
    category: str = ""
    organisation: str = ""
    team: str = ""
    assignee: str = ""
    priorities: tuple[str, ...] = ()
    visibilities: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    late: bool | None = None
    has_photo: bool | None = None
    supporters: int = 0
    parts: bool | None = None
    duplicates: bool | None = None
    unread: bool | None = None
    search: str = ""
    by_contact: bool = False
    """Words may also be those of contact data: only where each row that is found so is written down (`looking`)."""
    bbox: tuple[float, float, float, float] | None = None

    def wanted_statuses(self) -> frozenset[str]:
        """The statuses that can be found at all; every status when nothing says otherwise."""
        found = _STATUSES.get(self.view, frozenset(Status))
        if self.late or self.unread:
            found &= OPEN
        return frozenset(one.value for one in found if not self.statuses or one in self.statuses)


def inbox(
    actor: Actor, wanted: CaseFilter, now: datetime, ordering: str = "-createdAt"
) -> Chosen | QuerySet[Case, Row]:
    """The cases this person may see, narrowed, for `KeysetPagination` over `ORDERINGS[ordering]`.

    The lists are those of the teams that hold the cases; what is offered to a team or is a part of its cases is
    found by its reference, by words, and in the group of hand-overs.
    """
    if wanted.references or wanted.view in {"handovers", "mentions"}:
        return shown(everything(actor, wanted, now, ordering), actor)
    statuses = wanted.wanted_statuses()
    only_open = OPEN.issuperset(statuses)
    if wanted.search and not only_open:
        condition = _condition(actor, replace(wanted, search=""), now, ordering, beyond_teams=True)
        return search(wanted.search, condition, actor, now, by_contact=wanted.by_contact)
    teams = _Reached.of(actor, wanted)
    keys = _sorted_by(actor, wanted, statuses, ordering)
    cases = Case.objects.filter(teams.may_see, _narrowed(actor, wanted, now))
    if wanted.search:
        cases = cases.filter(said(wanted.search, actor, by_contact=wanted.by_contact))
    if ordering == "dueAt":
        cases = cases.filter(due_at__isnull=False)
    if "status" not in keys:
        cases = cases.filter(_in_status(wanted, statuses))
    if "assignee" in keys:
        cases = cases.filter(teams.within)
    elif not teams.everywhere:
        keys = {"team": sorted(teams.ids), **keys}
    elif "status" in keys:
        keys = {"gemeente": [actor.gemeente_id], **keys}
    elif "area" in keys or "category" in keys:
        keys = {**keys, "visibility": list(Case.Visibility.values)}
    else:
        keys = {"team": sorted(teams.ids), **keys}
    return Merged(narrowed=cases, keys=keys, read=reading(actor))


def everything(actor: Actor, wanted: CaseFilter, now: datetime, ordering: str = "-createdAt") -> QuerySet[Case]:
    """The same cases as one plain queryset: to export, to count, to show on a map."""
    return Case.objects.filter(_condition(actor, wanted, now, ordering))


def _condition(
    actor: Actor, wanted: CaseFilter, now: datetime, ordering: str = "-createdAt", *, beyond_teams: bool = False
) -> Q:
    """Everything asked and allowed. `beyond_teams`: also what is offered to the person's teams or is a part of their
    cases, as `references` and words may find it."""
    teams = _Reached.of(actor, wanted)
    condition = _narrowed(actor, wanted, now) & _in_status(wanted, wanted.wanted_statuses())
    beyond_teams |= bool(wanted.references or wanted.search) or wanted.view in {"handovers", "mentions"}
    if beyond_teams:
        condition &= Case.objects.all().allowed(actor, Deed.SEE)
        if teams.narrowed:
            condition &= teams.within
    else:
        condition &= teams.may_see & teams.within
    if ordering == "dueAt":
        condition &= Q(due_at__isnull=False)
    if not wanted.search:
        return condition
    return condition & matching(wanted.search, actor, by_contact=wanted.by_contact)


MOST_COUNTED = 1000
"""The numbers beside the groups go no further: who has more work than that needs no exact number."""


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many cases each group of the inbox holds, each at most `MOST_COUNTED`. One query."""
    groups = {
        name: CaseFilter(view=name) for name in ("new", "mine", "team", "waiting", "late", "handovers", "mentions")
    }
    groups["unread"] = CaseFilter(unread=True)
    return dict(zip(groups, count_each(actor, list(groups.values()), now, most=MOST_COUNTED), strict=True))


def count_each(actor: Actor, filters: Sequence[CaseFilter], now: datetime, *, most: int) -> list[int]:
    """How many cases each of these filters finds, none beyond `most`. One query for all of them."""
    if not filters:
        return []
    parts = [everything(actor, wanted, now).order_by().values("pk")[:most] for wanted in filters]
    compiled = [_compiled(part) for part in parts]
    sql = ", ".join(f"(SELECT count(*) FROM ({one[0]}) n)" if one else "0" for one in compiled)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", [value for one in compiled if one for value in one[1]])
        return list(cursor.fetchone())


def _compiled(part: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]] | None:
    try:
        return part.query.sql_with_params()
    except EmptyResultSet:  # a condition that nothing can meet
        return None


@dataclass(frozen=True, slots=True)
class _Reached:
    """The teams whose cases are listed.

    `everywhere`: all of the municipality; `narrowed`: a filter chose among them.
    """

    ids: frozenset[int]
    confidential: frozenset[int]
    everywhere: bool
    narrowed: bool
    gemeente_id: int | None

    @classmethod
    def of(cls, actor: Actor, wanted: CaseFilter) -> _Reached:
        ordinary, confidential = (reach(actor, Deed.SEE, confidential=value) for value in (False, True))
        known: dict[int, TeamRow] = {
            pk: row for pk, row in roster().teams.items() if row.gemeente_id == actor.gemeente_id
        }
        ids = frozenset(known) if ordinary.everywhere else ordinary.ids | confidential.ids
        chosen = ids
        if wanted.team:
            names = frozenset(wanted.team.split(","))
            chosen = frozenset(pk for pk in chosen if pk in known and known[pk].slug in names)
        if wanted.organisation:
            chosen = frozenset(
                pk for pk in chosen if pk in known and known[pk].organisation_slug == wanted.organisation
            )
        narrowed = bool(wanted.team or wanted.organisation)
        return cls(chosen, confidential.ids, ordinary.everywhere and not narrowed, narrowed, actor.gemeente_id)

    @property
    def within(self) -> Q:
        return Q(gemeente_id=self.gemeente_id) if self.everywhere else Q(team_id__in=sorted(self.ids))

    @property
    def may_see(self) -> Q:
        """Confidential cases only in the teams where this person holds that role."""
        if not self.everywhere and self.ids <= self.confidential:
            return Q()
        if not self.confidential:
            return ~Q(visibility=Case.Visibility.CONFIDENTIAL)
        return ~Q(visibility=Case.Visibility.CONFIDENTIAL) | Q(team_id__in=sorted(self.confidential))


def _sorted_by(actor: Actor, wanted: CaseFilter, statuses: Collection[str], ordering: str) -> dict[str, Sequence[Any]]:
    """The columns that stand between the team and the order in the index that fits best, with their values."""
    assignee = "me" if wanted.view == "mine" else wanted.assignee
    if ordering not in {"-createdAt", "createdAt"} or assignee == "none":
        return {}
    if assignee:
        return {"assignee": [_person(assignee, actor)], "status": sorted(statuses)}
    areas, categories = _areas(actor, wanted), _categories(actor, wanted)
    if wanted.bbox and areas is None:
        seen = _seen_part(actor, wanted.bbox)
        if seen < STREETS:
            return {}
        if seen < QUARTER:
            areas = _areas_within(actor, wanted.bbox)
    if areas is not None and (categories is None or len(areas) <= len(categories)):
        return {"area": sorted(areas)}
    if categories is not None:
        return {"category": sorted(categories)}
    if wanted.priorities and Case.Priority.NORMAL not in wanted.priorities:
        return {"priority": wanted.priorities}
    if wanted.visibilities and Case.Visibility.PUBLIC not in wanted.visibilities:
        return {"visibility": wanted.visibilities}
    if any((wanted.has_photo, wanted.supporters, wanted.parts, wanted.duplicates)):
        return {}  # each has an index of its own, of the few cases that are so
    if wanted.kinds and Case.Kind.REPORT not in wanted.kinds:
        return {}
    return {"status": sorted(statuses)}


def _narrowed(actor: Actor, wanted: CaseFilter, now: datetime) -> Q:
    """Every filter but those that choose teams and statuses. Constants are named again where an index asks for it."""
    reports, normal, public = (
        Q(kind=Case.Kind.REPORT), Q(priority=Case.Priority.NORMAL), Q(visibility=Case.Visibility.PUBLIC)
    )  # fmt: skip
    narrowed = _group(wanted.view, actor, now)
    for given, condition in (
        (wanted.references, Q(reference__in=wanted.references)),
        (wanted.kinds, Q(kind__in=wanted.kinds)),
        (wanted.kinds and Case.Kind.REPORT not in wanted.kinds, ~reports),
        (wanted.priorities, Q(priority__in=wanted.priorities)),
        (wanted.priorities and Case.Priority.NORMAL not in wanted.priorities, ~normal),
        (wanted.visibilities, Q(visibility__in=wanted.visibilities)),
        (wanted.visibilities and Case.Visibility.PUBLIC not in wanted.visibilities, ~public),
        (wanted.created_after, Q(created_at__gte=wanted.created_after)),
        (wanted.created_before, Q(created_at__lt=wanted.created_before)),
        (wanted.supporters, Q(supporter_count__gt=0) & Q(supporter_count__gte=wanted.supporters)),
    ):
        if given:
            narrowed &= condition
    for asked, yes, no in (
        (wanted.late, late(now), Q(due_at__isnull=True) | Q(due_at__gte=now)),
        (wanted.has_photo, Q(photo_count__gt=0), Q(photo_count=0)),
        (wanted.parts, Q(parent__isnull=False), Q(parent__isnull=True)),
        (wanted.duplicates, Q(duplicate_of__isnull=False), Q(duplicate_of__isnull=True)),
    ):
        if asked is not None:
            narrowed &= yes if asked else no
    if wanted.unread is not None:
        narrowed &= unread(actor) if wanted.unread else ~unread(actor)
    for name, ids in (("area_id", _areas(actor, wanted)), ("category_id", _categories(actor, wanted))):
        if ids is not None:
            narrowed &= Q(**{f"{name}__in": sorted(ids)})
    if wanted.assignee:
        person = _person(wanted.assignee, actor)
        narrowed &= Q(assignee__isnull=True) if person is None else Q(assignee_id=person)
    if wanted.bbox:
        west, south, east, north = wanted.bbox
        narrowed &= Q(lon__range=(west, east), lat__range=(south, north))
    return narrowed


def _group(view: str, actor: Actor, now: datetime) -> Q:
    """What a group of the inbox asks beside the status."""
    match view:
        case "late":
            return late(now)
        case "mine":
            return Q(assignee_id=actor.professional_id)
        case "mentions":
            return Q(pk__in=Mention.objects.filter(professional_id=actor.professional_id or 0).values("case_id"))
        case "handovers":
            return Q(pk__in=_offered(actor))
    return Q()


def unread(actor: Actor) -> Q:
    """Changed since this person saw it, or never seen."""
    seen = Seen.objects.filter(
        case=OuterRef("pk"), professional_id=actor.professional_id or 0, version__gte=OuterRef("version")
    )
    return Q(~Exists(seen))


def _offered(actor: Actor) -> QuerySet[Any, Any]:
    """Ids of the cases that wait for an answer of this person: offered to their teams, or handed over to them."""
    ordinary, confidential = (reach(actor, Deed.ACCEPT, confidential=value) for value in (False, True))
    to_team = Case.objects.filter(offered_to__isnull=False, gemeente_id=actor.gemeente_id)
    if not ordinary.everywhere:
        to_team = to_team.filter(offered_to_id__in=sorted(ordinary.ids | confidential.ids))
    to_person = HandoverItem.objects.filter(
        handover__to_professional_id=actor.professional_id, outcome=HandoverItem.Outcome.PENDING
    )
    return to_team.order_by().values_list("pk").union(to_person.order_by().values_list("case_id"))


def _in_status(wanted: CaseFilter, statuses: Collection[str]) -> Q:
    late_only = wanted.late or wanted.view == "late"
    if len(statuses) == len(Status) or (late_only and not wanted.statuses):
        return Q()  # what has a deadline is open and does not wait
    narrowed = Q(status__in=sorted(statuses))
    if OPEN.issuperset(statuses):
        narrowed &= Q(closed_at__isnull=True)
    elif CLOSED.issuperset(statuses):
        narrowed &= Q(closed_at__isnull=False)
    return narrowed


def _areas(actor: Actor, wanted: CaseFilter) -> frozenset[int] | None:
    """The areas asked for with all that lies below; None when that is no restriction."""
    if not wanted.area:
        return None
    row = tree().by_code.get(wanted.area)
    if row is None:
        raise Invalid(FieldError("area", "unknown", _("There is no area with this code.")))
    if row.gemeente_id != actor.gemeente_id:
        return frozenset()
    return None if row.id == actor.gemeente_id else tree().descendants(row.id)


STREETS, QUARTER = 0.002, 0.25
"""Parts of the municipality's extent: up to the first cases are looked for by place, from the second by date."""


def _seen_part(actor: Actor, bbox: tuple[float, float, float, float]) -> float:
    """How much of the municipality's extent lies in these bounds."""
    west, south, east, north = tree().by_id[actor.gemeente_id].bbox if actor.gemeente_id else bbox
    width = max(0.0, min(bbox[2], east) - max(bbox[0], west))
    height = max(0.0, min(bbox[3], north) - max(bbox[1], south))
    return width * height / ((east - west) * (north - south) or 1.0)


def _areas_within(actor: Actor, bbox: tuple[float, float, float, float]) -> frozenset[int]:
    """The municipality's areas that touch these bounds."""
    west, south, east, north = bbox
    return frozenset(
        pk
        for pk in tree().descendants(actor.gemeente_id or 0)
        for found in (tree().by_id[pk].bbox,)
        if found[0] <= east and found[2] >= west and found[1] <= north and found[3] >= south
    )


def _categories(actor: Actor, wanted: CaseFilter) -> frozenset[int] | None:
    """The category asked for with its subcategories; None when every category will do."""
    if not wanted.category or actor.gemeente_id is None:
        return None
    return category_ids(actor.gemeente_id, wanted.category)


def _person(wanted: str, actor: Actor) -> int | None:
    """`me`, `none` or the number of a professional."""
    if wanted == "me":
        return actor.professional_id
    if wanted == "none":
        return None
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        return int(wanted)
    raise Invalid(FieldError("assignee", "unknown", _("Use the number of a person, “me” or “none”.")))
