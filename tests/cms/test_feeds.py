"""Atom feeds: what a news reader gets, and what it asks again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from tests.cms.conftest import HOST_A, HOST_B, Sites
from tests.cms.following import event, news, publish, win

ATOM = "{http://www.w3.org/2005/Atom}"
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
ALL = ("/feeds/wijk/WK910101.atom", "/feeds/wijk/WK910101/nieuws.atom", "/feeds/nieuws.atom", "/feeds/gelukt.atom")


def feed(sites: Sites, path: str, **headers: str) -> ET.Element:
    answer = sites.visit(path, **headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content)  # noqa: S314 (our own)


def titles(found: ET.Element) -> list[str | None]:
    return [one.findtext(f"{ATOM}title") for one in found.findall(f"{ATOM}entry")]


def filled(sites: Sites) -> dict[str, Any]:
    world = sites.world
    return {
        "win": win(sites, world.west, at=MONDAY),
        "west": news(sites, "Nieuwe bomen & <b>bankjes</b>", at=MONDAY + timedelta(hours=1), area=world.west),
        "east": news(sites, "Oost is oost", at=MONDAY + timedelta(hours=2), area=world.east),
        "all": news(sites, "De kermis komt", at=MONDAY + timedelta(hours=3)),
        "event": event(sites, world.west, timezone.now() + timedelta(days=3), at=MONDAY + timedelta(hours=4)),
        "past": event(sites, world.west, MONDAY, at=MONDAY, title="Geweest"),
    }


def test_each_feed_has_its_own_pages_newest_first(sites: Sites) -> None:
    filled(sites)
    trees, lamp, coffee = "Nieuwe bomen & <b>bankjes</b>", "De lamp doet het weer", "Koffie in het buurthuis"
    assert titles(feed(sites, "/feeds/wijk/WK910101.atom")) == [coffee, trees, lamp]
    assert titles(feed(sites, "/feeds/wijk/WK910101/nieuws.atom")) == [trees]
    assert titles(feed(sites, "/feeds/wijk/WK910101/gelukt.atom")) == [lamp]
    assert titles(feed(sites, "/feeds/wijk/WK910101/agenda.atom")) == [coffee]
    assert titles(feed(sites, "/feeds/nieuws.atom")) == ["De kermis komt", "Oost is oost", trees]
    assert titles(feed(sites, "/feeds/gelukt.atom")) == [lamp]
    assert titles(feed(sites, "/feeds/agenda.atom")) == [coffee]


@pytest.mark.parametrize("path", ALL)
def test_a_feed_is_as_the_standard_asks(sites: Sites, path: str) -> None:
    """RFC 4287, sections 4.1.1 and 4.1.2: what a feed and its entries must have, once each."""
    filled(sites)
    found = feed(sites, path)
    assert found.tag == f"{ATOM}feed"
    for needed in ("id", "title", "updated"):
        assert len(found.findall(f"{ATOM}{needed}")) == 1
    assert found.find(f"{ATOM}author/{ATOM}name") is not None
    links = {one.get("rel"): one.get("href") for one in found.findall(f"{ATOM}link")}
    assert links["self"] == f"http://{HOST_A}{path}"
    ids = []
    for entry in found.findall(f"{ATOM}entry"):
        for needed in ("id", "title", "updated", "published", "summary"):
            assert len(entry.findall(f"{ATOM}{needed}")) == 1, needed
        ids.append(entry.findtext(f"{ATOM}id"))
        for moment in ("updated", "published"):
            assert datetime.fromisoformat(str(entry.findtext(f"{ATOM}{moment}"))).tzinfo is not None
        [link] = entry.findall(f"{ATOM}link")
        assert sites.visit(str(link.get("href")).removeprefix(f"http://{HOST_A}")).status_code == 200
    assert len(set(ids)) == len(ids) > 0
    assert all(str(one).startswith("urn:uuid:") for one in ids)


def test_ids_stay_when_a_page_gets_another_name_and_place(sites: Sites) -> None:
    page = filled(sites)["west"]
    before = feed(sites, "/feeds/wijk/WK910101/nieuws.atom")
    page.title, page.slug = "Anders", "anders"
    publish(page)
    after = feed(sites, "/feeds/wijk/WK910101/nieuws.atom")
    path = f"{ATOM}entry/{ATOM}id"
    assert before.findtext(path) == after.findtext(path)
    assert titles(after) == ["Anders"]
    assert before.findtext(f"{ATOM}entry/{ATOM}published") == after.findtext(f"{ATOM}entry/{ATOM}published")


@pytest.mark.parametrize("path", [*ALL, "/feeds/agenda.atom"])
def test_a_reader_that_has_it_is_told_so(sites: Sites, path: str) -> None:
    def asked_again() -> Any:
        first = sites.visit(path)
        assert sites.visit(path, **{"if-none-match": first["ETag"]}).status_code == 304
        assert sites.visit(path, **{"if-modified-since": first["Last-Modified"]}).status_code == 304
        return first

    asked_again()  # an empty feed stays the same too
    filled(sites)
    first = asked_again()
    news(sites, "Vers", area=sites.world.west)
    win(sites, sites.world.west, "Ook vers")
    changed = sites.visit(path, **{"if-none-match": first["ETag"]}).status_code
    assert changed == (304 if path == "/feeds/agenda.atom" else 200)


def test_a_page_that_is_taken_off_or_private_leaves_the_feed(sites: Sites) -> None:
    pages = filled(sites)
    etag = sites.visit("/feeds/nieuws.atom")["ETag"]
    pages["east"].unpublish()
    PageViewRestriction.objects.create(page=pages["all"], restriction_type="login")
    assert sites.visit("/feeds/nieuws.atom", **{"if-none-match": etag}).status_code == 200
    assert titles(feed(sites, "/feeds/nieuws.atom")) == ["Nieuwe bomen & <b>bankjes</b>"]


def test_a_feed_ends(sites: Sites, django_assert_max_num_queries: Any) -> None:
    for number in range(52):
        news(sites, f"Bericht {number}", at=MONDAY + timedelta(minutes=number))
    with django_assert_max_num_queries(8):
        found = feed(sites, "/feeds/nieuws.atom")
    assert len(titles(found)) == 50
    assert titles(found)[0] == "Bericht 51"


def test_a_feed_is_the_same_in_every_language_and_stands_in_shared_caches(sites: Sites) -> None:
    filled(sites)
    one, other = (sites.visit(ALL[0], **{"accept-language": code}) for code in ("nl", "ar"))
    assert one.content == other.content
    assert "public" in one["Cache-Control"]
    assert b'xml:lang="nl"' in one.content


@pytest.mark.parametrize(
    "path",
    ["/feeds/meldingen.atom", "/feeds/wijk/WK910201.atom", "/feeds/wijk/WK1.atom", "/feeds/wijk/WK910101/iets.atom"],
)
def test_what_is_no_feed_here_is_not_found(sites: Sites, path: str) -> None:
    assert sites.visit(path).status_code == 404


def test_each_host_has_its_own(sites: Sites) -> None:
    filled(sites)
    assert titles(feed(sites, "/feeds/nieuws.atom", host=HOST_B)) == []
    assert titles(feed(sites, "/feeds/wijk/WK910201.atom", host=HOST_B)) == []
    assert sites.visit("/feeds/wijk/WK910101.atom", host=HOST_B).status_code == 404


def test_the_page_of_following_names_its_feeds(sites: Sites) -> None:
    page = sites.visit("/volg/WK910101/", **{"accept-language": "nl"}).content.decode()
    for path in ("/feeds/wijk/WK910101.atom", "/feeds/nieuws.atom", "/feeds/gelukt.atom", "/feeds/agenda.atom"):
        assert f'href="{path}"' in page


def test_the_page_of_a_wijk_leads_to_following_and_names_its_feeds(sites: Sites) -> None:
    page = sites.visit("/wijken/westerwijk/", **{"accept-language": "nl"}).content.decode()
    for path in ("/volg/WK910101/", "/feeds/wijk/WK910101.atom", "/feeds/nieuws.atom"):
        assert f'href="{path}"' in page


def test_a_page_that_was_never_published_is_in_no_feed(sites: Sites) -> None:
    page = filled(sites)["west"]
    Page.objects.filter(pk=page.pk).update(first_published_at=None)
    assert titles(feed(sites, "/feeds/wijk/WK910101/nieuws.atom")) == []
