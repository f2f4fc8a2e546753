"""Reading in English: links lead on in English, and pages at `/en/` are kept and made anew as the Dutch ones are."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale, Page

from cms.agenda.models import EventPage
from cms.base.models import InfoPage
from cms.base.translations import translation_of
from cms.following.letters import preview
from cms.following.queries import wijken_of
from cms.home.actions import set_up_site
from cms.news.models import NewsIndexPage, NewsPage
from cms.wijken.models import WijkPage
from tests.cms.conftest import HOST_A, Sites
from tests.cms.test_pages import html
from tests.cms.test_rights_per_wijk import editor_of, win
from tests.cms.test_translations import in_english
from tests.cms.test_wijk_page import news_of
from tests.support.rows import keep
from tests.support.world import World

WEST = "/wijken/westerwijk/"
ENGLISH = f"/en{WEST}"
FOLDER = Path(__file__).parents[2] / "frontend" / "templates"
DUTCH = {"accept-language": "nl"}


@pytest.fixture
def open_sites(committed_world: World) -> Sites:
    """The sites, committed: inside a transaction that changes configuration nothing is kept."""
    world = committed_world
    return Sites(world, *keep("sites", lambda: (set_up_site(world.a.pk), set_up_site(world.b.pk))))


def test_menu_and_footer_lead_on_in_the_language_of_who_reads(sites: Sites) -> None:
    page = sites.news(sites.a, "Bericht")
    in_english(page, "Message")
    privacy = InfoPage.objects.filter(in_footer=True).child_of(sites.a.home).get(slug="privacy")
    in_english(privacy, "Your privacy")
    for address in ("/en/nieuws/bericht/", "/wijken/", "/melden/"):
        said = html(sites.visit(address))
        assert '<a href="/en/privacy/"><bdi>Your privacy</bdi></a>' in said, address
        assert 'href="/agenda/"' in said and 'href="/en/agenda/"' not in said, "there is no English agenda"
    dutch = html(sites.visit("/nieuws/bericht/", **DUTCH))
    assert "/en/privacy/" not in dutch.replace('hreflang="en" href="http://waterstad.test/en/privacy/', "")
    assert 'href="/privacy/"' in dutch
    in_english(sites.a.home, "Together")
    in_english(NewsIndexPage.objects.child_of(sites.a.home).get(), "News")
    said = html(sites.visit("/en/nieuws/bericht/"))
    assert '<a class="brand" href="/en/">' in said and 'href="/en/nieuws/"' in said
    turkish = html(sites.visit("/wijken/", **{"accept-language": "tr"}))
    assert 'href="/en/' not in turkish and '<bdi lang="nl">Privacy' in turkish


def test_a_page_at_en_costs_one_query_while_nothing_changes(open_sites: Sites, django_assert_num_queries: Any) -> None:
    in_english(open_sites.wijk(open_sites.world.west), "West quarter")
    open_sites.visit(ENGLISH, **DUTCH)  # teaches under which streams it is kept
    made = open_sites.visit(ENGLISH, **DUTCH)
    with django_assert_num_queries(1):
        again = open_sites.visit(ENGLISH, **DUTCH)
    assert again.content == made.content
    assert again["Content-Language"] == "en" and "default-src" in again["Content-Security-Policy"]
    with django_assert_num_queries(1):
        assert open_sites.visit(ENGLISH).content == made.content, "the same for everybody, whatever they chose"
    assert "West quarter" not in html(open_sites.visit(WEST, **DUTCH))


def test_english_texts_and_what_happens_in_the_wijk_are_there_at_once(open_sites: Sites) -> None:
    sites = open_sites
    wijk = sites.wijk(sites.world.west)
    texts = in_english(wijk, "West quarter")
    for _ in range(3):
        assert "West quarter" in html(sites.visit(ENGLISH))
    before = streams_at(sites)
    texts.story = "We like it here."
    texts.save_revision().publish()
    assert "We like it here." in html(sites.visit(ENGLISH))
    assert streams_at(sites) != before, "open pages hear of it"
    news_of(wijk, "Feest")
    assert "Feest" in html(sites.visit(ENGLISH))
    message = news_of(wijk, "Markt")
    for _ in range(3):
        assert 'href="/wijken/westerwijk/markt/"' in html(sites.visit(ENGLISH))
    in_english(message, "Market")
    assert 'href="/en/wijken/westerwijk/markt/"' in html(sites.visit(ENGLISH))
    WijkPage.objects.get(pk=texts.pk).unpublish()
    assert sites.visit(ENGLISH).status_code == 302


def streams_at(sites: Sites) -> str:
    said = html(sites.visit(WEST))
    return said.partition('data-streams="')[2].partition('"')[0]


def test_english_texts_go_and_move_along_with_their_page(sites: Sites) -> None:
    page = sites.news(sites.a, "Bericht")
    in_english(page, "Message")
    NewsPage.objects.get(pk=page.pk).unpublish()
    assert translation_of(page, "en") is None
    assert sites.visit("/en/nieuws/bericht/").status_code == 404
    texts = Page.objects.get(translation_key=page.translation_key, locale__language_code="en")
    assert not texts.live
    west = sites.wijk(sites.world.west)
    taken = in_english(news_of(west, "Ander"), "Another")
    Page.objects.filter(pk=taken.pk).update(slug=texts.slug)
    NewsPage.objects.get(pk=page.pk).move(west, pos="last-child")
    texts.refresh_from_db()
    above = texts.get_parent().specific
    assert (above.translation_key, above.locale.language_code) == (west.translation_key, "en")
    assert texts.slug != taken.slug
    editor = editor_of(sites, sites.world.west)
    assert editor.get(f"/beheer/pages/{texts.pk}/edit/").status_code == 200
    Page.objects.get(pk=page.pk).delete()
    assert not Page.objects.filter(translation_key=page.translation_key).exists()
    kept = Page.objects.get(pk=taken.pk)
    kept.delete()
    assert NewsPage.objects.filter(title="Ander").exists(), "texts go without their page"


def test_what_stands_below_a_page_takes_its_texts_along(sites: Sites) -> None:
    west = sites.wijk(sites.world.west)
    message = news_of(west, "Markt")
    in_english(message, "Market")
    assert Page.objects.filter(locale__language_code="en").count() == 4
    Page.objects.get(pk=west.pk).delete()
    assert not Page.objects.filter(translation_key__in=[west.translation_key, message.translation_key]).exists()


def test_links_of_a_page_lead_on_in_english_without_a_query_each(sites: Sites) -> None:
    wijk = sites.wijk(sites.world.west)
    messages = [news_of(wijk, f"Bericht {one}") for one in range(3)]
    link = "".join(f'<p><a linktype="page" id="{one.pk}">verder</a></p>' for one in messages)
    body = json.dumps(
        [{"type": "text", "value": link}, {"type": "button", "value": {"label": "Lees", "page": wijk.pk}}]
    )
    page = sites.news(sites.a, "Overzicht", body=body)
    in_english(page, "Overview")
    in_english(messages[0], "Message zero", lead="What happened.")

    def queries() -> int:
        sites.visit("/en/nieuws/overzicht/")
        with CaptureQueriesContext(connection) as counted:
            sites.visit("/en/nieuws/overzicht/")
        return len(counted)

    said = html(sites.visit("/en/nieuws/overzicht/"))
    assert '<a href="/en/wijken/westerwijk/bericht-0/">' in said
    assert '<a href="/wijken/westerwijk/bericht-1/">' in said, "has no English text"
    assert 'class="button" href="/en/wijken/westerwijk/"' not in said
    few = queries()
    in_english(messages[1], "Message one")
    in_english(messages[2], "Message two")
    in_english(wijk, "West quarter")
    said = html(sites.visit("/en/nieuws/overzicht/"))
    assert '<a href="/en/wijken/westerwijk/bericht-2/">' in said
    assert 'class="button" href="/en/wijken/westerwijk/"' in said
    assert queries() == few
    in_english(NewsIndexPage.objects.child_of(sites.a.home).get(), "All the news")
    assert '<bdi lang="en">All the news</bdi>' in html(sites.visit("/en/nieuws/overzicht/")), "the way back"


def test_cards_and_lists_say_it_in_the_language_they_lead_to(sites: Sites) -> None:
    wijk = sites.wijk(sites.world.west)
    message, success = news_of(wijk, "Bericht"), win(wijk, "Gelukt")
    success.save_revision().publish()
    in_english(message, "Message", lead="What happened.")
    in_english(success, "It worked")
    in_english(wijk, "West quarter", story="We like it here.")
    news_of(wijk, "Markt")
    for address in (ENGLISH, "/", "/nieuws/"):
        said = html(sites.visit(address))
        assert 'href="/en/wijken/westerwijk/bericht/" lang="en"' in said, address
        assert "What happened." in said and ">Bericht<" not in said, address
        assert 'href="/wijken/westerwijk/markt/" lang="nl"' in said, address
    assert 'lang="en" dir="auto">It worked</a>' in html(sites.visit("/gelukt/"))
    listed = html(sites.visit("/wijken/"))
    assert 'data-wijk="WK910101" lang="en" dir="auto">West quarter</a>' in listed and "We like it here." in listed
    assert '<h1 lang="en" dir="auto">West quarter</h1>' in html(sites.visit(ENGLISH))
    dutch = html(sites.visit("/", **DUTCH))
    assert "What happened." not in dutch and "/en/wijken" not in dutch


def test_no_template_for_residents_makes_an_address_by_itself() -> None:
    found = [one for one in FOLDER.rglob("*.html") if re.search(r"\{% (full)?pageurl ", one.read_text("utf-8"))]
    assert not found, "page_url knows in which language somebody reads"


def test_the_front_door_opens_in_english_for_who_reads_it(sites: Sites, editor: Client) -> None:
    assert sites.visit("/").status_code == 200, "there is no English home page"
    in_english(sites.a.home, "Together")
    assert sites.visit("/?q=west").headers["Location"] == "/en/?q=west"
    assert ">Together</h1>" in html(sites.visit("/en/"))
    chose = Client(headers={"host": HOST_A, "accept-language": "en"})
    chose.cookies["language"] = "nl"
    for dutch in (chose.get("/"), sites.visit("/", **DUTCH), sites.visit("/", **{"accept-language": "tr, en"})):
        assert dutch.status_code == 200
        assert "Together" not in dutch.content.decode().partition("<main")[2]
    preview = editor.get(reverse("wagtailadmin_pages:view_draft", args=[sites.a.home.pk]))
    assert preview.status_code == 200
    sites.a.home.get_translation(Locale.objects.get(language_code="en")).specific.unpublish()
    assert sites.visit("/").status_code == 200


def test_searching_finds_english_words_and_leads_to_english_texts(sites: Sites) -> None:
    page = sites.news(sites.a, "Markt op het plein")
    texts = in_english(page, "Market on the square", lead="Stalls with vegetables.")
    english = html(sites.visit("/zoeken/?q=vegetables"))
    assert '<a href="/en/nieuws/markt-op-het-plein/"><bdi lang="en">Market on the square</bdi></a>' in english
    assert page.lead not in english.partition("<main")[2], "no Dutch below an English title"
    dutch = html(sites.visit("/zoeken/?q=markt", **DUTCH))
    assert '<a href="/nieuws/markt-op-het-plein/"><bdi lang="nl">Markt op het plein</bdi></a>' in dutch
    assert page.lead in dutch
    NewsPage.objects.get(pk=texts.pk).unpublish()
    assert "markt-op-het-plein" not in html(sites.visit("/zoeken/?q=vegetables"))
    assert 'href="/nieuws/markt-op-het-plein/"' in html(sites.visit("/zoeken/?q=markt"))


def test_a_wijk_that_can_be_read_in_english_is_led_to_from_its_people(sites: Sites) -> None:
    in_english(sites.wijk(sites.world.west), "West quarter")
    assert 'href="/en/wijken/westerwijk/#mensen"' in html(sites.visit("/zoeken/?q=bram"))
    assert 'href="/wijken/westerwijk/#mensen"' in html(sites.visit("/zoeken/?q=bram", **DUTCH))


def test_a_feed_is_in_english_when_its_address_says_so(sites: Sites) -> None:
    wijk = sites.wijk(sites.world.west)
    in_english(wijk, "West quarter")
    in_english(news_of(wijk, "Markt"), "Market")
    news_of(wijk, "Feest")
    feed = "/feeds/wijk/WK910101.atom"
    english = sites.visit(f"{feed}?taal=en", **DUTCH).content.decode()
    for words in ("Market", "/en/wijken/westerwijk/markt/", "/wijken/westerwijk/feest/", 'xml:lang="en"'):
        assert words in english, words
    assert "/en/wijken/westerwijk/feest/" not in english
    for asked in (feed, f"{feed}?taal=tr"):
        dutch = sites.visit(asked).content.decode()
        assert "Market" not in dutch and "/en/" not in dutch and "Markt" in dutch
    assert f'href="{feed}?taal=en"' in html(sites.visit(ENGLISH))
    assert f'href="{feed}"' in html(sites.visit(WEST, **DUTCH))


def test_a_digest_leads_to_english_texts_for_who_reads_english(sites: Sites) -> None:
    now = timezone.now()
    wijk = sites.wijk(sites.world.west)
    in_english(wijk, "West quarter")
    page = news_of(wijk, "Markt")
    in_english(page, "Market", lead="Stalls with vegetables.")
    meeting = EventPage(title="Koffie", lead="Kom erbij.", place="Buurthuis", starts_at=now + timedelta(days=2))
    meeting.ends_at = now + timedelta(days=2, hours=1)
    wijk.add_child(instance=meeting)
    meeting.save_revision().publish()
    in_english(meeting, "Coffee")
    found = {}
    for language in ("en", "nl"):
        with translation.override(language):
            [wijk_followed] = [one for one in wijken_of(sites.world.a.pk).values() if one.area.code == "WK910101"]
            context = preview(wijk_followed, frequency="weekly", now=now + timedelta(minutes=1))
        assert context is not None
        [part] = context["parts"]
        found[language] = [(one.title, one.address.partition(".test")[2]) for one in (*part.news, *part.agenda)]
        assert part.name == ("West quarter" if language == "en" else "Westerwijk")
    assert [address for _title, address in found["en"]] == [
        "/en/wijken/westerwijk/markt/",
        "/en/wijken/westerwijk/koffie/",
    ]
    assert [title for title, _address in found["en"]] == ["Market", "Coffee"]
    assert found["nl"] == [("Markt", "/wijken/westerwijk/markt/"), ("Koffie", "/wijken/westerwijk/koffie/")]
