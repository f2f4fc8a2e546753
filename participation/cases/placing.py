"""Where a case belongs: which team and person, and until when they have. Reads memory, and loads where they decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from participation.cases.queries import open_cases_per_person
from participation.organisations.duty import choose_person
from participation.organisations.queries import TeamRow, roster
from participation.routing.choose import Facts, choose
from participation.routing.deadlines import add_working_days
from participation.routing.models import Category
from participation.routing.queries import config


@dataclass(frozen=True, slots=True)
class Placement:
    """A team, maybe a person, and the reasons as codes with ids (`routing.explain` puts them in words)."""

    team_id: int
    person_id: int | None
    reasons: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        return {"team": self.team_id, "person": self.person_id, "reasons": list(self.reasons)}


def place(kind: str, category: Category, area_ids: tuple[int, ...], now: datetime) -> Placement:
    """What the rules say for a case in these areas (ids, smallest first, the gemeente last).

    A confidential case never goes to a team in which nobody may open it: then to the catch-all team,
    if there it can be read. Where nobody in the municipality may, it waits with the team of the rule
    (the start-up check W012 names such rules).
    """
    routing = config(area_ids[-1])
    categories = tuple(pk for pk in (category.pk, category.parent_id) if pk)
    decision = choose(Facts(kind=kind, category_ids=categories, area_ids=area_ids), routing.rules, routing.catch_all)
    confidential = category.visibility == Category.Visibility.CONFIDENTIAL
    team_id, reasons = decision.team_id, [*decision.reasons]
    if confidential and not can_open(team_id, confidential=True) and can_open(routing.catch_all, confidential=True):
        reasons.insert(0, {"code": "nobody-may-read", "team": team_id})
        team_id = routing.catch_all
    person_id, person_reasons = pick_person(team_id, area_ids, confidential=confidential, now=now)
    return Placement(team_id, person_id, (*reasons, *person_reasons))


def pick_person(
    team_id: int, area_ids: tuple[int, ...], *, confidential: bool, now: datetime
) -> tuple[int | None, list[dict[str, Any]]]:
    """Someone of the team who is on duty, or nobody when the team picks itself. One query, when their loads decide."""
    team = roster().teams[team_id]
    if not team.picks_person:
        return None, [{"code": "team-picks"}]
    candidates = roster().candidates(team.id, today=timezone.localdate(now), confidential=confidential)
    choice = choose_person(candidates, area_ids, open_cases_per_person)
    return choice.professional_id, list(choice.reasons)


def able(team: TeamRow, *, confidential: bool) -> frozenset[int]:
    """The members (professional ids) with an account who may open such a case."""
    people = roster().people
    return frozenset(
        one.professional_id
        for one in team.members
        if one.professional_id in people and (one.confidential or not confidential)
    )


def can_open(team_id: int, *, confidential: bool) -> bool:
    """Whether anyone of the team may open such a case."""
    return bool(able(roster().teams[team_id], confidential=confidential))


def instead_of(team: TeamRow, professional_id: int, *, confidential: bool, now: datetime) -> int | None:
    """Who of the team does the work of this member today: they themselves, or who replaces them while they are away.

    None when the chain of replacements ends with nobody, in a circle, or with someone who may not open the case.
    """
    able_to, today = able(team, confidential=confidential), timezone.localdate(now)
    seen: set[int] = set()
    at: int | None = professional_id
    while at is not None and at in able_to and at not in seen:
        away = roster().away(at, today)
        if away is None:
            return at
        seen.add(at)
        at = away.replacement_id
    return None


def promised(category: Category, moment: datetime, closed_days: frozenset[date]) -> dict[str, datetime | None]:
    """Until when we may take, counted in working days from `moment`."""
    return {
        "respond_by": add_working_days(moment, category.response_days, closed_days),
        "resolve_by": (
            add_working_days(moment, category.resolve_days, closed_days) if category.resolve_days is not None else None
        ),
    }
