"""The conversation of a group with who helps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from participation.cases.models import Message
from participation.initiatives.models import Initiative
from participation.initiatives.queries.subject import names_in
from participation.organisations.queries import roster


@dataclass(frozen=True, slots=True)
class Said:
    """`by`: the name of who wrote it, with their `role` if they help the group. `mine`: the reader did."""

    text: str
    at: datetime
    by: str
    role: str
    from_group: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Helped:
    """Who coached from when until when."""

    name: str
    role: str
    organisation: str
    as_what: str
    since: datetime
    until: datetime | None
    given_by: str
    instead_of: str


def said_in(initiative: Initiative, *, resident_id: int | None) -> list[Said]:
    """Oldest first. Two queries."""
    people = roster().people
    names = names_in(initiative.case_id or 0)
    found = []
    for one in Message.objects.filter(case_id=initiative.case_id or 0):
        person = people.get(one.professional_id or 0)
        found.append(
            Said(
                text=one.text,
                at=one.created_at,
                by=(names.get(one.resident_id or 0) or _("Somebody of your group"))
                if one.from_resident
                else (person.name if person else _("A former colleague")),
                role="" if person is None else person.role,
                from_group=one.from_resident,
                mine=one.resident_id is not None and one.resident_id == resident_id,
            )
        )
    return found


def helped(initiative: Initiative) -> list[Helped]:
    """Everybody who coached, the latest first. One query."""
    people = roster().people

    def name(professional_id: int | None) -> Any:
        person = people.get(professional_id or 0)
        return person.name if person else ""

    found = []
    for one in initiative.coachings.order_by("-pk"):
        person = people.get(one.professional_id)
        found.append(
            Helped(
                name=name(one.professional_id) or _("A former colleague"),
                role=person.role if person else "",
                organisation=person.organisation if person else "",
                as_what=one.get_role_display(),
                since=one.since,
                until=one.until,
                given_by=name(one.given_by_id),
                instead_of=name(one.instead_of_id),
            )
        )
    return found
