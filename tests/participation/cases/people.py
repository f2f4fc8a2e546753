"""Who else works in Waterstad: leads, administrators and colleagues, for tests about who has what and when."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.accounts.models import User
from participation.cases.models import Case
from participation.organisations.models import Absence, Mandate, Membership, Organisation, Professional, Team
from tests.support.world import World

WED = date(2026, 11, 18)
"""The day of `NOON`."""


def colleague(world: World, name: str, *teams: Team, lead: bool = False, confidential: bool = False) -> Professional:
    """Someone of Waterstad who works in these teams."""
    user = User.objects.create(username=name.lower(), name=name, email=f"{name.lower()}@waterstad.example.nl")
    person = Professional.objects.create(user=user, gemeente=world.a, name=name, role="Medewerker")
    for team in teams:
        Membership.objects.create(
            professional=person,
            team=team,
            role=Membership.Role.LEAD if lead else Membership.Role.MEMBER,
            confidential=confidential,
        )
    return person


def administrator(world: World, name: str, organisation: Organisation | None = None) -> Professional:
    """Administers this organisation; without one the municipality."""
    person = colleague(world, name)
    role = Mandate.Role.ORGANISATION_ADMIN if organisation else Mandate.Role.MUNICIPALITY_ADMIN
    Mandate.objects.create(professional=person, role=role, organisation=organisation)
    return person


def away(person: Professional, first: date = WED, last: date = date(2026, 11, 27), **values: Any) -> Absence:
    return Absence.objects.create(professional=person, starts_on=first, ends_on=last, **values)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)
