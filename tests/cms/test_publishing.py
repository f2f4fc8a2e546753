"""A page that residents can see changes: told on the stream of its wijk, or of the municipality, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.base.publishing import PUBLISHED, WITHDRAWN
from cms.news.models import NewsIndexPage, NewsPage
from core.events.log import Nudge, listen
from core.events.models import Event, Stream
from core.events.queries import after, heads
from tests.cms.conftest import Sites

WEST, EAST, TOWN = "wijk:WK910101", "wijk:WK910102", "wijk:GM9101"


class Streams:
    """The numbers of three streams, and what was added since."""

    def __init__(self) -> None:
        self.seen = heads([WEST, EAST, TOWN])

    def told(self) -> dict[str, list[str]]:
        """Types of the events since the last question, by stream that has any."""
        found = {name: [one.type for one in after(name, self.seen.get(name, 0), 50)] for name in (WEST, EAST, TOWN)}
        self.seen = heads([WEST, EAST, TOWN])
        return {name: types for name, types in found.items() if types}


@pytest.fixture
def streams(sites: Sites) -> Streams:
    return Streams()


def below(parent: Any, title: str = "Bericht", **fields: Any) -> NewsPage:
    """A draft below a page."""
    page = NewsPage(title=title, lead="Wat er gebeurde.", live=False, **fields)
    parent.add_child(instance=page)
    page.save_revision()
    return page


def publish(page: Page) -> None:
    page.get_latest_revision().publish()


def news_index(sites: Sites) -> NewsIndexPage:
    return NewsIndexPage.objects.child_of(sites.a.home).get()


def test_what_stands_below_a_wijk_is_told_to_that_wijk_alone(sites: Sites, streams: Streams) -> None:
    page = below(sites.wijk(sites.world.west))
    assert streams.told() == {}, "nobody can see a draft"
    publish(page)
    assert streams.told() == {WEST: [PUBLISHED]}
    page.refresh_from_db()
    assert page.area_id == sites.world.west.pk
    page.title = "Ander bericht"
    page.save_revision()
    assert streams.told() == {}
    publish(page)
    assert streams.told() == {WEST: [PUBLISHED]}
    page.refresh_from_db()
    page.unpublish()
    assert streams.told() == {WEST: [WITHDRAWN]}
    page.delete()
    assert streams.told() == {}, "nobody could see it"


def test_an_event_of_a_page_names_no_more_than_its_number(sites: Sites) -> None:
    page = below(sites.wijk(sites.world.west), title="Feest van mevrouw De Vries")
    publish(page)
    event = Event.objects.latest("pk")
    assert (event.subject, event.payload, event.audience) == (f"page/{page.pk}", {"page": page.pk}, "resident")
    assert event.gemeente_id == sites.world.a.pk


def test_news_of_the_town_is_told_to_the_town_and_of_a_wijk_to_the_wijk(sites: Sites, streams: Streams) -> None:
    publish(below(news_index(sites), "Voor iedereen"))
    assert streams.told() == {TOWN: [PUBLISHED]}
    page = below(news_index(sites), "Voor het westen", area=sites.world.west)
    publish(page)
    assert streams.told() == {WEST: [PUBLISHED]}
    page.refresh_from_db()
    page.area = sites.world.east
    page.save_revision().publish()
    page.refresh_from_db()
    assert streams.told() == {WEST: [PUBLISHED], EAST: [PUBLISHED]}, "the page it left changes too"
    NewsPage.objects.get(pk=page.pk).delete()
    assert streams.told() == {EAST: [WITHDRAWN]}


def test_a_page_that_moves_is_told_where_it_was_and_where_it_is(sites: Sites, streams: Streams) -> None:
    page = below(sites.wijk(sites.world.west))
    publish(page)
    streams.told()
    page.refresh_from_db()
    page.move(sites.wijk(sites.world.east), pos="last-child")
    assert streams.told() == {WEST: [PUBLISHED], EAST: [PUBLISHED]}
    page.refresh_from_db()
    assert page.area_id == sites.world.east.pk


def test_a_whole_branch_that_goes_is_told_everywhere_it_was_shown(sites: Sites, streams: Streams) -> None:
    publish(below(news_index(sites), "Voor iedereen"))
    publish(below(news_index(sites), "Voor het westen", area=sites.world.west))
    streams.told()
    news_index(sites).delete()
    assert streams.told() == {WEST: [WITHDRAWN], TOWN: [WITHDRAWN, WITHDRAWN]}


def test_scheduled_pages_are_told_when_they_appear_and_when_they_go(sites: Sites, streams: Streams) -> None:
    page = below(sites.wijk(sites.world.west))
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.expire_at = timezone.now() + timedelta(days=2)
    page.save_revision().publish()
    assert streams.told() == {}
    page.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    revision = page.get_latest_revision()
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert streams.told() == {WEST: [PUBLISHED]}
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")
    assert streams.told() == {WEST: [WITHDRAWN]}, "Wagtail does not even know its type here"


def test_the_buttons_of_the_back_office_tell_it_too(sites: Sites, streams: Streams, editor: Client) -> None:
    page = below(sites.wijk(sites.world.west))
    publish(page)
    streams.told()
    assert editor.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk])).status_code == 302
    assert streams.told() == {WEST: [WITHDRAWN]}
    publish(page)
    streams.told()
    assert editor.post(reverse("wagtailadmin_pages:delete", args=[page.pk])).status_code == 302
    assert streams.told() == {WEST: [WITHDRAWN]}


def test_what_is_rolled_back_was_never_told(sites: Sites, streams: Streams) -> None:
    page = below(sites.wijk(sites.world.west))
    with transaction.atomic():
        publish(page)
        transaction.set_rollback(True)
    assert streams.told() == {}
    assert not Page.objects.get(pk=page.pk).live


def test_after_the_commit_whoever_listens_is_nudged(
    sites: Sites, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Nudge] = []
    monkeypatch.setattr("core.events.log._listeners", [])
    listen(heard.extend)
    page = below(sites.wijk(sites.world.west))
    with django_capture_on_commit_callbacks(execute=True):
        publish(page)
        assert heard == []
    assert [(one.stream, one.type, one.subject) for one in heard] == [(WEST, PUBLISHED, f"page/{page.pk}")]


def test_a_page_of_no_site_is_told_nowhere(sites: Sites) -> None:
    before = list(Stream.objects.order_by("name").values_list("name", "head"))
    root = Page.objects.get(depth=1)
    stray = NewsPage(title="Los", lead="Los", slug="los")
    root.add_child(instance=stray)
    stray.delete()
    assert list(Stream.objects.order_by("name").values_list("name", "head")) == before


def test_no_title_or_lead_turns_the_lines_around_it(sites: Sites, editor: Client) -> None:
    page = sites.news(sites.a, "Een \u202eomgekeerde\u202c titel")
    page.lead = "Op \u2067dinsdag\u2069"
    page.save_revision().publish()
    page.refresh_from_db()
    assert (page.title, page.draft_title, page.lead) == ("Een omgekeerde titel", "Een omgekeerde titel", "Op dinsdag")
    page.title = "Nog een \u202ekeer"
    assert page.save_revision().as_object().title == "Nog een keer", "a draft is shown to others as well"
