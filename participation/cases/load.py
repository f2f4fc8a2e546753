"""The load of a team: who has how much, what is late, what nobody has, what is stuck."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from core.accounts.actor import Actor
from participation.cases.handovers import stuck
from participation.cases.models import Case, Forwarding, Handover
from participation.cases.permissions import Deed
from participation.organisations.queries import Away, Person, TeamRow, roster

LISTED = 100
"""Rows of a list of cases on the team page."""


@dataclass(frozen=True, slots=True)
class Load:
    """One person's open work in a team, or with `person` None what nobody has. `oldest`: when it was reported."""

    professional_id: int | None
    person: Person | None
    open: int = 0
    late: int = 0
    oldest: datetime | None = None
    away: Away | None = None
    instead: Person | None = None


@dataclass(frozen=True, slots=True)
class TeamLoad:
    people: list[Load]
    nobody: Load
    open: int
    late: int
    offers: list[Forwarding]
    handovers: list[Handover]

    @property
    def stuck(self) -> int:
        """Offers and handovers that wait for an answer."""
        return len(self.offers) + len(self.handovers)


def open_cases_of(actor: Actor, professional_ids: Collection[int]) -> dict[int, int]:
    """How many open cases each of these people has, as far as the actor may see them. One query."""
    rows = (
        Case.objects.visible_to(actor)
        .filter(assignee_id__in=professional_ids, closed_at__isnull=True)
        .order_by()
        .values_list("assignee_id")
        .annotate(many=Count("id"))
    )
    return {pk: many for pk, many in rows if pk is not None}


def team_load(actor: Actor, team: TeamRow, now: datetime) -> TeamLoad:
    """Everything on the team page but the list of cases; three queries, whatever the size of the team.

    Someone who left and still has work is named too: that must not be.
    """
    held: dict[int | None, dict[str, Any]] = {
        row["assignee_id"]: {**row}
        for row in _open_in(actor, team)
        .order_by()
        .values("assignee_id")
        .annotate(many=Count("id"), late=Count("id", filter=Q(due_at__lt=now)), oldest=Min("created_at"))
    }
    ids = {one.professional_id for one in team.members} | {pk for pk in held if pk is not None}
    people = [_load(pk, held.get(pk), _away(pk, now), now) for pk in ids]
    offers = Forwarding.objects.filter(
        Q(from_team=team.id) | Q(to_team=team.id),
        outcome=Forwarding.Outcome.PENDING,
        case__in=Case.objects.within(actor, Deed.SEE),
    )
    return TeamLoad(
        people=sorted(people, key=lambda one: (-one.late, -one.open, one.person.name if one.person else "")),
        nobody=_load(None, held.get(None), None, now),
        open=sum(row["many"] for row in held.values()),
        late=sum(row["late"] for row in held.values()),
        offers=list(offers.select_related("case", "from_team", "to_team").order_by("answer_by")[:LISTED]),
        handovers=list(
            stuck(actor, team.id, now).select_related("from_professional", "to_professional").order_by("at")[:LISTED]
        ),
    )


def cases_of_team(actor: Actor, team: TeamRow, show: str, now: datetime) -> tuple[list[Case], int]:
    """The first cases of a list and how many it has: `late`, `unassigned`, `all`, or those of a person (a number)."""
    cases = _open_in(actor, team)
    if show == "late":
        cases = cases.filter(due_at__lt=now).order_by("due_at", "id")
    elif show == "unassigned":
        cases = cases.filter(assignee__isnull=True).order_by("created_at", "id")
    elif show.isascii() and show.isdigit() and len(show) < 19:
        cases = cases.filter(assignee_id=int(show)).order_by("created_at", "id")
    else:
        cases = cases.order_by("created_at", "id")
    rows = list(cases[: LISTED + 1])
    return rows[:LISTED], len(rows) if len(rows) <= LISTED else cases.count()


def _away(professional_id: int, now: datetime) -> Away | None:
    return roster().away(professional_id, timezone.localdate(now))


def _open_in(actor: Actor, team: TeamRow) -> QuerySet[Case]:
    return Case.objects.within(actor, Deed.SEE_TEAM).filter(team_id=team.id, closed_at__isnull=True)


def _load(professional_id: int | None, row: dict[str, Any] | None, away: Away | None, now: datetime) -> Load:
    known = row or {}
    return Load(
        professional_id=professional_id,
        person=roster().people.get(professional_id or 0),
        open=known.get("many", 0),
        late=known.get("late", 0),
        oldest=known.get("oldest"),
        away=away,
        instead=roster().replacement(professional_id, timezone.localdate(now)) if away and professional_id else None,
    )
