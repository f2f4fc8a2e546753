from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from core.accounts.actor import SYSTEM
from core.accounts.models import User
from core.errors import Invalid, NotFound
from core.events.models import Stream
from participation.organisations.access import actor_for, actor_of
from participation.organisations.actions import create_team
from participation.organisations.models import Membership, Team
from participation.organisations.queries import roster, teams_without_streams
from tests.support.world import NOON, World


def test_a_professional_acts_with_the_teams_and_roles_they_have(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        actor = actor_for(world.lotte.user)
    assert actor is not None
    assert (actor.kind, actor.professional_id, actor.gemeente_id) == ("professional", world.lotte.pk, world.a.pk)
    assert actor.team_ids == {world.cleaning.pk, world.desk.pk}
    assert actor.confidential_team_ids == actor.lead_team_ids == {world.cleaning.pk}


def test_who_is_no_active_professional_is_no_actor(world: World) -> None:
    anna = User.objects.create(username="anna")
    assert actor_for(anna) is None
    assert actor_for(None) is None
    assert actor_for(AnonymousUser()) is None
    world.bram.user.is_active = False
    assert actor_for(world.bram.user) is None


def test_a_membership_in_another_municipality_gives_nothing(world: World) -> None:
    Membership.objects.create(professional=world.bram, team=world.desk_b, confidential=True)
    actor = world.actor(world.bram)
    assert world.desk_b.pk not in actor.team_ids | actor.confidential_team_ids


def test_a_request_reads_its_actor_once(world: World, django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.user = world.bram.user
    with django_assert_num_queries(1):
        assert actor_of(request) == actor_of(request)
    assert request.actor == world.actor(world.bram)  # type: ignore[attr-defined]


def streams_of(team: Team) -> set[str]:
    return set(Stream.objects.filter(name__endswith=f":{team.pk}").values_list("name", flat=True))


def test_a_team_has_its_streams_however_it_was_made(world: World) -> None:
    city = world.cleaning.organisation
    made = create_team(organisation_id=city.pk, name="Groen", actor=SYSTEM, now=NOON)
    saved = Team.objects.create(gemeente=world.a, organisation=city, slug="licht", name="Licht")
    (bulk,) = Team.objects.bulk_create([Team(gemeente=world.a, organisation=city, slug="weg", name="Weg")])
    for team in (made, saved, bulk):
        assert streams_of(team) == {f"team:{team.pk}", f"team-confidential:{team.pk}"}
        assert team.pk in roster().teams
    assert teams_without_streams() == []


def test_a_second_team_of_that_name_or_a_second_catch_all_is_refused(world: World) -> None:
    city = world.cleaning.organisation
    with pytest.raises(Invalid) as refused:
        create_team(organisation_id=city.pk, name="Reiniging", is_catch_all=True, actor=SYSTEM, now=NOON)
    assert [(one.field, one.code) for one in refused.value.errors] == [("name", "taken"), ("isCatchAll", "taken")]
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.create(gemeente=world.a, organisation=city, slug="twee", name="Twee", is_catch_all=True)


def test_a_team_is_made_in_ones_own_municipality_only(world: World) -> None:
    with pytest.raises(NotFound):
        create_team(organisation_id=world.desk_b.organisation_id, name="X", actor=world.actor(world.lotte), now=NOON)
