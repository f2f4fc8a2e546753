"""Who hears that a case is late or stuck: who handles it, who leads the team, who administers the organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from participation.cases.models import Case
from participation.cases.placing import able, instead_of
from participation.organisations.models import Mandate
from participation.organisations.queries import TeamRow, roster


@dataclass(frozen=True, slots=True)
class Administrators:
    """Ids of professionals, by organisation and by municipality."""

    of_organisation: dict[int, set[int]] = field(default_factory=dict)
    of_gemeente: dict[int, set[int]] = field(default_factory=dict)

    def of(self, team: TeamRow) -> set[int]:
        """Those of the team's organisation; where it has none, those of the municipality."""
        return self.of_organisation.get(team.organisation_id) or self.of_gemeente.get(team.gemeente_id, set())


def administrators(gemeente_ids: Iterable[int]) -> Administrators:
    """The administrators of these municipalities with an active account. One query."""
    organisations: dict[int, set[int]] = defaultdict(set)
    gemeenten: dict[int, set[int]] = defaultdict(set)
    rows = Mandate.objects.filter(
        role__in=[Mandate.Role.ORGANISATION_ADMIN, Mandate.Role.MUNICIPALITY_ADMIN],
        professional__gemeente_id__in=set(gemeente_ids),
        professional__user__is_active=True,
    ).values_list("role", "organisation_id", "professional_id", "professional__gemeente_id")
    for role, organisation_id, professional_id, gemeente_id in rows:
        if role == Mandate.Role.ORGANISATION_ADMIN:
            organisations[organisation_id or 0].add(professional_id)  # it always names one (a constraint)
        else:
            gemeenten[gemeente_id or 0].add(professional_id)  # never null either; the stubs lose that on the way
    return Administrators(dict(organisations), dict(gemeenten))


def leads(team: TeamRow, *, confidential: bool, now: datetime) -> set[int]:
    """The team's leads who may open such a case; who replaces those who are away."""
    able_to = able(team, confidential=confidential)
    heads = [one.professional_id for one in team.members if one.is_lead and one.professional_id in able_to]
    there = {instead_of(team, pk, confidential=confidential, now=now) for pk in heads}
    return {pk for pk in there if pk is not None}


def hears(case: Case, step: int, admins: Administrators, now: datetime) -> set[int]:
    """Who is told at this step: 1 the person, 2 the team lead, 3 the organisation; nobody there, then the next.

    Of a confidential case only those hear who may open it, so its last step goes to the team lead again.
    """
    team = roster().teams[case.team_id]
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    found: set[int] = set()
    if step == 1 and case.assignee_id is not None:
        person = instead_of(team, case.assignee_id, confidential=confidential, now=now)
        found = {person} if person is not None else set()
    if not found and (step < 3 or confidential):
        found = leads(team, confidential=confidential, now=now)
    if not found and not confidential:
        found = admins.of(team)
    return found or set(able(team, confidential=confidential))
