"""Pages in English: made from `/beheer/`, shown at `/en/`, with all but the texts from the Dutch page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.base.translations import mirror_rights, page_translations, text_fields, translate, translation_of
from cms.editing.rights import choose_check
from cms.home.actions import set_up_site, take_down_site
from cms.news.models import NewsPage
from cms.wijken.models import WijkPage
from tests.cms.conftest import HOST_B, Sites, signed_in
from tests.cms.forms import filled_in
from tests.cms.test_editing import PUBLISH, SUBMIT, approve, edit, every_kind
from tests.cms.test_rights_per_wijk import editor_of, win


def in_english(page: Page, title: str, **texts: Any) -> Page:
    made = translate(page, "en")
    for name, value in {"title": title, **texts}.items():
        setattr(made, name, value)
    made.save_revision().publish()
    return made


def test_an_editor_writes_and_publishes_a_page_in_english(sites: Sites, editor: Client) -> None:
    body = json.dumps([{"type": "text", "value": "<p>Nederlandse tekst</p>"}])
    page = sites.news(sites.a, "Bericht", body=body, area=sites.world.west)
    begin = reverse("translate_page", args=[page.pk, "en"])
    assert begin in editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert editor.get(begin).status_code == 200
    assert not Page.objects.filter(locale__language_code="en").exists(), "looking makes nothing"
    made = editor.post(begin)
    assert made.status_code == 302
    texts = NewsPage.objects.get(locale__language_code="en")
    assert (texts.live, texts.title) == (False, "Bericht")
    assert sites.visit("/en/nieuws/bericht/").headers["Location"] == "/nieuws/bericht/"
    assert editor.get(begin).headers["Location"] == made.headers["Location"], "once"
    form = editor.get(made.headers["Location"]).context["form"]
    assert {"date", "area", "photo", "theme"} & set(form.fields) == set(), "texts alone"
    edit(editor, texts, title="A message", lead="What happened.", **PUBLISH)
    shown = sites.visit("/en/nieuws/bericht/?van=hier")
    said = shown.content.decode()
    assert shown.status_code == 200
    assert ">A message</h1>" in said and "What happened." in said and "Westerwijk" in said
    assert 'lang="en"' in said and shown.headers["Content-Language"] == "en"
    assert ">Bericht</h1>" in sites.visit("/nieuws/bericht/").content.decode()
    assert page_translations(NewsPage.objects.get(pk=page.pk)) == {"en": "/en/nieuws/bericht/"}
    assert NewsPage.objects.get(pk=texts.pk).url.endswith("/en/nieuws/bericht/")
    edit(editor, texts, title="Another draft")
    assert "Another draft" not in sites.visit("/en/nieuws/bericht/").content.decode()
    Page.objects.get(pk=texts.pk).unpublish()
    assert sites.visit("/en/nieuws/bericht/").status_code == 302
    assert page_translations(page) == {}


def test_the_page_of_a_wijk_keeps_its_people_lists_and_figures(sites: Sites) -> None:
    wijk = sites.wijk(sites.world.west)
    success = win(wijk, "Gelukt")
    success.save_revision().publish()
    in_english(wijk, "West quarter", story="We like it here.")
    said = sites.visit("/en/wijken/westerwijk/").content.decode()
    assert "West quarter" in said and "We like it here." in said
    assert "Gelukt" in said, "what is not translated is there in Dutch"
    assert "/wijken/westerwijk/" in said
    assert WijkPage.objects.get(pk=wijk.pk).title == "Westerwijk"
    home = in_english(sites.a.home, "Together")
    assert home.gemeente_id is None
    assert "Together" in sites.visit("/en/").content.decode()
    assert "Together" not in sites.visit("/").content.decode()


def test_choosing_a_language_leads_to_the_texts_that_are_there(sites: Sites) -> None:
    page = sites.news(sites.a, "Bericht")
    sites.news(sites.a, "Alleen Nederlands")
    in_english(page, "Message")

    def chosen(language: str, at: str) -> str:
        client = Client(headers={"host": "waterstad.test"})
        return client.post("/taal", {"language": language, "next": at}).headers["Location"]

    assert chosen("en", "/nieuws/bericht/?van=hier") == "/en/nieuws/bericht/?van=hier"
    assert chosen("en", "/nieuws/alleen-nederlands/") == "/nieuws/alleen-nederlands/"
    assert chosen("nl", "/en/nieuws/bericht/") == "/nieuws/bericht/"
    assert chosen("tr", "/en/nieuws/bericht/") == "/nieuws/bericht/"
    assert chosen("en", "/melden/") == "/melden/"
    assert chosen("en", "/en/bestaat-niet/") == "/bestaat-niet/"


def test_an_address_of_another_municipality_shows_nothing_in_english_either(sites: Sites) -> None:
    in_english(sites.news(sites.a, "Bericht"), "Message")
    assert sites.visit("/en/nieuws/bericht/").status_code == 200
    assert sites.visit("/en/nieuws/bericht/", HOST_B).status_code == 404
    assert sites.visit("/en/bestaat-niet/").status_code == 404
    assert sites.visit("/fr/nieuws/bericht/").status_code == 404


def test_every_kind_of_page_can_be_translated_previewed_and_published(sites: Sites, editor: Client) -> None:
    for page in every_kind(sites):
        texts = translate(page, "en")
        assert "title" in text_fields(type(page))
        address = reverse("wagtailadmin_pages:preview_on_edit", args=[texts.pk])
        shown = editor.get(reverse("wagtailadmin_pages:edit", args=[texts.pk]))
        assert shown.status_code == 200, type(page)
        title = f"In English: {texts.title}"[:100]
        assert editor.post(address, filled_in(shown, title=title)).json()["is_valid"], type(page)
        preview = editor.get(f"{address}?mode=")
        assert preview.status_code == 200 and "In English" in preview.content.decode(), type(page)
        edit(editor, texts, title=title, **PUBLISH)
        there = page.url.partition("waterstad.test")[2] or page.url
        assert "In English" in sites.visit(f"/en{there}").content.decode(), type(page)


def test_lists_of_dutch_pages_hold_no_translations(sites: Sites) -> None:
    in_english(sites.news(sites.a, "Bericht"), "Message")
    in_english(sites.wijk(sites.world.west), "West quarter")
    for address in ("/", "/nieuws/", "/wijken/", "/wijken/westerwijk/", "/sitemap.xml", "/api/v1/news"):
        said = sites.visit(address, **{"accept-language": "nl"}).content.decode()
        assert "Message" not in said, address
        assert "West quarter" not in said, address


def test_rights_and_the_check_go_along_with_a_translation(sites: Sites, editor: Client) -> None:
    west, east = editor_of(sites, sites.world.west), editor_of(sites, sites.world.east, "oost")
    page = win(sites.wijk(sites.world.west), "Gelukt")
    begin = reverse("translate_page", args=[page.pk, "en"])
    assert east.post(begin).status_code == 302
    assert translation_of(page, "en") is None
    assert not Page.objects.filter(locale__language_code="en").exists()
    west.post(begin)
    texts = Page.objects.get(translation_key=page.translation_key, locale__language_code="en")
    assert east.get(reverse("wagtailadmin_pages:edit", args=[texts.pk])).status_code == 302
    edit(west, texts, title="Done", photos_checked="on", **SUBMIT)
    assert not Page.objects.get(pk=texts.pk).live
    done = approve(editor, texts)
    assert done.status_code == 200, (done.status_code, done.headers)
    assert Page.objects.get(pk=texts.pk).live
    later = editor_of(sites, sites.world.west, "later")
    assert later.get(reverse("wagtailadmin_pages:edit", args=[texts.pk])).status_code == 200
    choose_check(gemeente_id=sites.world.a.pk, check_by="nobody")
    edit(later, texts, title="Done at once", **PUBLISH)
    assert Page.objects.get(pk=texts.pk).title == "Done at once"
    mirror_rights(sites.a.home)
    assert later.get(reverse("wagtailadmin_pages:edit", args=[texts.pk])).status_code == 200


def test_a_site_with_translations_is_kept_up_and_taken_down_whole(sites: Sites) -> None:
    in_english(sites.news(sites.a, "Bericht"), "Message")
    before = Page.objects.count()
    assert set_up_site(sites.world.a.pk).made == 0
    assert Page.objects.count() == before
    take_down_site(sites.world.a.pk)
    assert not Page.objects.filter(locale__language_code="en").exists()
    assert sites.visit("/", HOST_B).status_code == 200


@pytest.mark.parametrize("language", ["fr", "nl", "xx"])
def test_only_languages_that_are_there_can_be_written(sites: Sites, editor: Client, language: str) -> None:
    page = sites.news(sites.a, "Bericht")
    assert editor.post(reverse("translate_page", args=[page.pk, language])).status_code == 404
    assert signed_in("niemand").post(reverse("translate_page", args=[page.pk, "en"])).status_code in {302, 403}
