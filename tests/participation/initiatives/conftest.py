"""Builders of initiatives, made through the real actions.

`resident("ayse@example.nl", name="Ayşe")` and `signed_in(client, …)` are those of `tests/support/residents.py`;
`actor(resident)` is who they are to an action.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.accounts.actor import Actor
from participation.initiatives.actions import accept_invitation, invite, start_draft
from participation.initiatives.actions.submitting import submit_initiative
from participation.initiatives.models import Initiative
from participation.initiatives.tokens import token_of
from participation.residents.models import Resident
from participation.routing.models import Category
from tests.support.residents import resident as make_resident
from tests.support.world import World

TOLD = {
    "title": "Een tuin op het Jorisplein",
    "what": "We maken van het lege veld een tuin waar iedereen groente mag kweken.",
    "area": "BU91010101",
}
"""What a draft needs before it can be sent."""


def actor(resident: Resident) -> Actor:
    return Actor(kind="resident", gemeente_id=resident.gemeente_id, resident_id=resident.pk)


def draft(starter: Resident | None = None, **values: Any) -> Initiative:
    """A draft with a title, words and an area, of Anna unless said otherwise."""
    who = starter or make_resident(name="Anna")
    return start_draft(
        values=TOLD | values,
        name=who.name,
        language=who.language,
        actor=actor(who),
        now=timezone.now(),
    )


def join(initiative: Initiative, who: Resident) -> None:
    """By the link of the starter."""
    starter = initiative.members.select_related("resident").get(role="starter", left_at=None).resident
    assert starter is not None
    link = invite(slug=initiative.slug, email="", language="nl", actor=actor(starter), now=timezone.now())
    token = token_of(link.seed, "invitation")
    accept_invitation(token=token, name=who.name, actor=actor(who), now=timezone.now())


def group_of(many: int, **values: Any) -> tuple[Initiative, list[Resident]]:
    """A draft with so many members, the starter first: neighbour1@example.nl and on."""
    people = [make_resident(f"neighbour{at}@example.nl", name=f"Buur {at}") for at in range(1, many + 1)]
    initiative = draft(people[0], **values)
    for one in people[1:]:
        join(initiative, one)
    return initiative, people


def submitted(starter: Resident | None = None, **values: Any) -> Initiative:
    """One that was sent: it is an idea, with a case."""
    made = draft(starter, **values)
    who = made.members.select_related("resident").get(role="starter").resident
    assert who is not None
    return submit_initiative(made.slug, actor(who), timezone.now())


def initiative_categories(world: World) -> None:
    """What an initiative is filed under in Waterstad, as `provision` makes it; the wijkteam has them."""
    for at, kind in enumerate((Category.Kind.INITIATIVE, Category.Kind.HELP), 1):
        if not Category.objects.filter(gemeente=world.a, kind=kind).exists():
            main = Category.objects.create(
                gemeente=world.a, slug=f"{kind}-main", name=str(kind), kind=kind, position=200 + at
            )
            Category.objects.create(
                gemeente=world.a, parent=main, slug=f"{kind}-one", name=str(kind), kind=kind, response_days=5
            )


@pytest.fixture
def neighbourhood(world: World) -> World:
    """The world, with what is needed to send initiatives in."""
    initiative_categories(world)
    return world
