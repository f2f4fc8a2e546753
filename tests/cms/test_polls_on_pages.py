"""Polls on the pages of editors: of a wijk, in its story, in a text, in a frame, and when one searches."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cms.base.blocks.polls import PollsBlock
from cms.wijken.models import WijkPage
from core.areas.queries import tree
from participation.polls.actions.stepping import close_in_time
from participation.polls.models import FollowUp
from participation.polls.queries.listing import open_in, told_of
from tests.cms.conftest import Sites
from tests.participation.polls.conftest import open_poll, prepared
from tests.support.world import World

pytestmark = pytest.mark.django_db

WEST = "/wijken/westerwijk/"


@pytest.fixture
def west(sites: Sites) -> Sites:
    """The page of the west is there to be read."""
    page = WijkPage.objects.get(area=sites.world.west)
    page.save_revision().publish()
    return sites


def test_a_wijk_page_shows_what_people_can_vote_on_now(west: Sites, world: World) -> None:
    mine, hidden = open_poll(world), prepared(world, title="Nog even geheim")
    page = west.visit(WEST).content.decode()
    assert f"/peilingen/{mine.slug}/" in page
    assert hidden.title not in page
    close_in_time(mine.pk, now=timezone.now() + timedelta(days=15))
    assert f"/peilingen/{mine.slug}/" not in west.visit(WEST).content.decode()


def lead_on(page: str) -> str:
    """Where the third thing to do on the page of a wijk leads."""
    actions = page.split('class="hero-actions"')[1].split("</p>", maxsplit=1)[0]
    return re.findall(r'href="([^"]*)"', actions)[2]


def test_having_your_say_leads_to_what_is_open_here(west: Sites, world: World) -> None:
    code = world.west.code
    nothing = west.visit(lead_on(west.visit(WEST).content.decode())).content.decode()
    assert "Nothing is asked in Westerwijk yet" in nothing
    assert f"/peilingen/voorstellen/?wijk={code}" in nothing

    only = open_poll(world)
    assert lead_on(west.visit(WEST).content.decode()) == f"/peilingen/{only.slug}/"
    second = open_poll(world)
    assert lead_on(west.visit(WEST).content.decode()) == f"/peilingen/?wijk={code}"
    assert "nothing to vote on" not in west.visit(f"/peilingen/?wijk={code}").content.decode()

    for one in (only, second):
        close_in_time(one.pk, now=timezone.now() + timedelta(days=15))
    assert lead_on(west.visit(WEST).content.decode()) == f"/peilingen/?wijk={code}"
    before = west.visit(f"/peilingen/?wijk={code}").content.decode()
    assert "There is nothing to vote on in Westerwijk right now." in before
    assert f"/peilingen/{only.slug}/" in before


def test_dates_that_follow_a_poll_stand_in_the_story_of_the_wijk(west: Sites, world: World) -> None:
    poll = open_poll(world)
    planned = timezone.localdate() + timedelta(days=100)
    FollowUp.objects.create(poll=poll, title="De boom wordt geplant", on=planned)
    told_of.changed()
    page = west.visit(WEST).content.decode()
    assert "De boom wordt geplant" in page
    assert f'href="/peilingen/{poll.slug}/"' in page


def test_a_poll_of_the_whole_town_is_for_each_wijk(world: World) -> None:
    poll = open_poll(world)
    poll.area_id = world.a.pk
    poll.save()
    told_of.changed()
    assert [one.slug for one in open_in(tree().by_id[world.east.pk], many=3)] == [poll.slug]


def test_the_block_shows_open_polls_and_an_example_to_the_editor(west: Sites, world: World) -> None:
    block = PollsBlock()
    value = block.get_preview_value()
    assert block.get_context(value)["polls"][0].is_open


def test_the_frame_for_other_websites_shows_open_polls(west: Sites, world: World) -> None:
    poll = open_poll(world)
    page = west.visit(f"/insluiten/peilingen/{world.west.code}/")
    assert page.status_code == 200
    assert f"/peilingen/{poll.slug}/" in page.content.decode()


def test_searching_finds_public_polls_by_their_words(west: Sites, world: World) -> None:
    poll, hidden = open_poll(world, title="Een kastanje op het plein"), prepared(world, title="Een kastanje in de tuin")
    page = west.visit("/zoeken/?q=kastanje").content.decode()
    assert f"/peilingen/{poll.slug}/" in page
    assert hidden.slug not in page
    assert f"/peilingen/{poll.slug}/" in west.visit("/sitemap.xml").content.decode()
