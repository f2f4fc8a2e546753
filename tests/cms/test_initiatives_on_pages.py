"""Initiatives on the pages of editors: of a wijk, in its story, at an approach, in a text, and when one searches."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.approaches.models import ApproachPage
from cms.wijken.models import WijkPage
from core.areas.queries import tree
from core.media.models import Photo
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.actions.telling import add_milestone, finish_milestone
from participation.initiatives.models import Initiative, InitiativePhoto
from participation.initiatives.queries.around import running_in
from participation.initiatives.queries.public import lines_of
from participation.routing.models import Responsibility
from tests.cms.conftest import Sites
from tests.cms.test_pages import html, section
from tests.participation.initiatives.conftest import initiative_categories, submitted
from tests.participation.initiatives.helping import ask
from tests.support.residents import resident
from tests.support.world import World

pytestmark = pytest.mark.django_db

WEST = "/wijken/westerwijk/"


def running(world: World, *, email: str = "anna@example.nl", public: bool = True, **values: Any) -> Initiative:
    """Coached by Dirk, in a quarter of the west."""
    initiative_categories(world)
    Responsibility.objects.get_or_create(gemeente=world.a, kind="initiative", team=world.care)
    made = submitted(resident(email, name="Anna"), **values)
    take_step(slug=made.slug, name="accept", public=public, actor=world.actor(world.dirk), now=timezone.now())
    return Initiative.objects.get(pk=made.pk)


@pytest.fixture
def west(sites: Sites) -> Sites:
    """The page of the west is there to be read."""
    page = WijkPage.objects.get(area=sites.world.west)
    page.save_revision().publish()
    return sites


def test_a_wijk_page_shows_what_residents_are_doing_and_leads_to_beginning(west: Sites, world: World) -> None:
    mine = running(world)
    hidden = running(world, email="bea@example.nl", public=False, title="Nog even geheim")
    page = west.visit(WEST).content.decode()
    assert f"/initiatieven/{mine.slug}/" in page
    assert hidden.title not in page
    assert "/initiatieven/beginnen/?wijk=WK910101" in page


def test_a_wijk_page_without_initiatives_shows_no_empty_part(west: Sites) -> None:
    page = west.visit(WEST).content.decode()
    assert 'id="initiatieven"' not in page
    assert "/initiatieven/beginnen/?wijk=WK910101" in page


def test_a_card_says_the_same_wherever_it_stands(west: Sites, world: World, django_assert_num_queries: Any) -> None:
    mine = running(world)
    take_step(slug=mine.slug, name="gather", actor=world.actor(world.dirk), now=timezone.now())
    Responsibility.objects.get_or_create(gemeente=world.a, kind="help-request", team=world.care)
    anna = resident("anna@example.nl", name="Anna")
    for kind, seen_by in (("space", "group"), ("advice", "everybody"), ("hands", "everybody")):
        ask(mine, anna, kind, seen_by=seen_by)
    made = {"gemeente": world.a, "created_at": timezone.now(), "width": 4, "height": 3, "bytes": 1}
    photos = [Photo.objects.create(**made) for _number in range(2)]
    for position, photo in enumerate(photos):
        InitiativePhoto.objects.create(initiative=mine, photo=photo, position=2 - position)
    west_area = tree().by_id[world.west.pk]
    [line] = running_in(west_area, many=3)
    with django_assert_num_queries(1):
        assert running_in(west_area, many=3) == [line]
    assert (line.photo_id, line.help) == (photos[1].pk, ("hands", "advice"))
    [row] = Initiative.objects.filter(pk=mine.pk)
    with django_assert_num_queries(1):
        assert lines_of([row]) == [line]
    assert str(photos[1].pk) in section(html(west.visit(WEST)), "initiatieven")


def test_the_page_follows_an_initiative_that_stops(west: Sites, world: World) -> None:
    mine = running(world)
    assert mine.title in west.visit(WEST).content.decode()
    coach = world.actor(world.dirk)
    take_step(
        slug=mine.slug, name="stop", reason="Te weinig mensen", learned="Begin klein", actor=coach, now=timezone.now()
    )
    assert mine.title not in west.visit(WEST).content.decode()


def test_milestones_stand_in_the_story_of_the_wijk(west: Sites, world: World) -> None:
    mine, coach, now = running(world), world.actor(world.dirk), timezone.now()
    done = add_milestone(slug=mine.slug, title="Het hek staat", on=now.date(), actor=coach, now=now)
    finish_milestone(slug=mine.slug, milestone_id=done.pk, done=True, actor=coach, now=now)
    add_milestone(slug=mine.slug, title="De eerste oogst", on=now.date() + timedelta(days=300), actor=coach, now=now)
    add_milestone(slug=mine.slug, title="Nooit gebeurd", on=now.date() - timedelta(days=30), actor=coach, now=now)
    page = west.visit(WEST).content.decode()
    story = page.split('id="verhaal"')[1]
    assert "Het hek staat" in story
    assert "De eerste oogst" in story
    assert "Nooit gebeurd" not in page


def test_an_approach_shows_who_does_it_here(sites: Sites, world: World) -> None:
    index = sites.a.home.get_children().get(slug="aanpakken").specific
    index.save_revision().publish()
    page = ApproachPage(title="Samen tuinieren", slug="samen-tuinieren", goal="Buren leren elkaar kennen.")
    index.add_child(instance=page)
    page.save_revision().publish()
    mine = running(world)
    Initiative.objects.filter(pk=mine.pk).update(approach=page.translation_key)
    shown = sites.visit("/aanpakken/samen-tuinieren/").content.decode()
    assert f"/initiatieven/{mine.slug}/" in shown


def test_what_residents_do_is_found_by_searching(sites: Sites, world: World) -> None:
    mine = running(world, title="Een pluktuin voor iedereen")
    running(world, email="bea@example.nl", public=False, title="Geheime pluktuin")
    page = sites.visit("/zoeken/?q=pluktuin").content.decode()
    assert f"/initiatieven/{mine.slug}/" in page
    assert "Geheime pluktuin" not in page


def test_a_block_shows_those_of_one_area(sites: Sites, world: World) -> None:
    mine = running(world)
    body = [{"type": "initiatives", "value": {"title": "Doe mee", "area": world.west.pk, "many": 3}}]
    elsewhere = [{"type": "initiatives", "value": {"title": "Doe mee", "area": world.east.pk, "many": 3}}]
    for blocks, there in ((body, True), (elsewhere, False)):
        home = sites.a.home
        home.refresh_from_db()
        home.body = json.dumps(blocks)  # type: ignore[assignment]  # as it is stored
        home.save_revision().publish()
        assert (mine.title in sites.visit("/").content.decode()) is there
