"""Which colleagues may see a case, and which of them a note names."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.accounts.actor import Actor
from core.errors import FieldError, Invalid
from participation.cases.models import Case
from participation.cases.permissions import Deed
from participation.cases.policies import may_do
from participation.organisations.models import Mandate
from participation.organisations.queries import Person, roster

MOST_NAMED = 10


def colleagues_of(case: Case) -> list[Person]:
    """Everyone with an account who may see the case, by name. One query; teams and people come from memory."""
    people = roster().people
    found = [people[actor.professional_id or 0] for actor in _actors(case.gemeente_id) if may_do(actor, Deed.SEE, case)]
    return sorted(found, key=lambda one: one.name)


def mentioned_in(case: Case, text: str, ids: Collection[int]) -> set[int]:
    """The professionals a note names: by id, and by `@Name` in the text. Raises `Invalid` when one may not see it."""
    everyone = {pk: one for pk, one in roster().people.items() if one.gemeente_id == case.gemeente_id}
    if not ids and "@" not in text:
        return set()
    able = {one.id for one in colleagues_of(case)}
    named, unable = set(ids) & able, [everyone[pk].name for pk in sorted(ids) if pk not in able and pk in everyone]
    by_name: dict[str, set[int]] = {}
    for one in everyone.values():
        by_name.setdefault(one.name.casefold(), set()).add(one.id)
    rest = text
    # "@Anna de Vries" is not "@Anna": the longest name first, and what was found is taken out.
    for name in sorted(by_name, key=len, reverse=True):
        rest, many = re.subn(rf"(?<!\w)@{re.escape(name)}(?!\w)", " ", rest, flags=re.IGNORECASE)
        if not many or by_name[name] & named:
            continue
        if by_name[name] & able:
            named |= by_name[name] & able
        else:
            unable.append(everyone[min(by_name[name])].name)
    if unable or len(set(ids) - able):
        raise Invalid(
            FieldError(
                "mentions",
                "cannot-see",
                ngettext(
                    "%(names)s cannot see this case. Take the @ away, or first give the case to their team.",
                    "%(names)s cannot see this case. Take each @ away, or first give the case to their team.",
                    len(unable) or 1,
                )
                % {"names": ", ".join(unable) or _("This colleague")},
            )
        )
    if len(named) > MOST_NAMED:
        raise Invalid(FieldError("mentions", "too-many", _("Name at most %(most)d people.") % {"most": MOST_NAMED}))
    return named


@dataclass
class _Places:
    teams: set[int] = field(default_factory=set)
    confidential: set[int] = field(default_factory=set)
    led: set[int] = field(default_factory=set)
    organised: set[int] = field(default_factory=set)
    mandates: set[str] = field(default_factory=set)


def _actors(gemeente_id: int) -> list[Actor]:
    """Everyone who works in a municipality, with their reach: what `actor_for` reads of one person."""
    known = roster()
    places = {pk: _Places() for pk, one in known.people.items() if one.gemeente_id == gemeente_id}
    teams = [one for one in known.teams.values() if one.gemeente_id == gemeente_id]
    for team in teams:
        for member in team.members:
            if (place := places.get(member.professional_id)) is None:
                continue
            place.teams.add(team.id)
            if member.confidential:
                place.confidential.add(team.id)
            if member.is_lead:
                place.led.add(team.id)
    mandates = Mandate.objects.filter(professional__gemeente_id=gemeente_id)
    for mandate in mandates:
        if (place := places.get(mandate.professional_id)) is None:
            continue
        if mandate.organisation_id is None:
            place.mandates.add(mandate.role)
        else:
            place.organised |= {team.id for team in teams if team.organisation_id == mandate.organisation_id}
    return [
        Actor(
            kind="professional",
            professional_id=pk,
            gemeente_id=gemeente_id,
            team_ids=frozenset(place.teams),
            confidential_team_ids=frozenset(place.confidential),
            lead_team_ids=frozenset(place.led),
            organised_team_ids=frozenset(place.organised),
            mandates=frozenset(place.mandates),
            label=known.people[pk].name,
        )
        for pk, place in places.items()
    ]
