"""The first page of `/beheer/`: buttons that lead to the right form, for each editor."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.agenda.models import AgendaIndexPage
from cms.news.models import NewsIndexPage, NewsPage
from tests.cms.conftest import Sites
from tests.cms.forms import filled_in
from tests.cms.test_rights_per_wijk import editor_of


def begin(client: Client, place: int, deed: str) -> str:
    answer = client.get(reverse("start_editing"), {"place": str(place), "deed": deed})
    return answer.headers.get("Location", str(answer.status_code))


def test_an_editor_of_a_wijk_gets_buttons_for_that_wijk(sites: Sites) -> None:
    west, page = editor_of(sites, sites.world.west), sites.wijk(sites.world.west)
    first = west.get("/beheer/").content.decode()
    assert f'name="place" value="{page.pk}"' in first
    assert begin(west, page.pk, "page") == f"/beheer/pages/{page.pk}/edit/"
    for deed, kind in (
        ("news", "cms_news/newspage"),
        ("event", "cms_agenda/eventpage"),
        ("win", "cms_wins/smallwinpage"),
    ):
        address = begin(west, page.pk, deed)
        assert address == f"/beheer/pages/add/{kind}/{page.pk}/"
        assert west.get(address).status_code == 200, deed


@pytest.mark.parametrize("deed", ["news", "event", "win", "page"])
def test_nothing_begins_on_a_page_of_somebody_else(sites: Sites, deed: str) -> None:
    west = editor_of(sites, sites.world.west)
    for page in (sites.wijk(sites.world.east), sites.a.home, sites.b.home):
        assert begin(west, page.pk, deed) == "404"
    assert begin(west, 0, deed) == "404"


def test_an_editor_of_the_municipality_also_writes_for_everybody(sites: Sites, editor: Client) -> None:
    home = sites.a.home
    first = editor.get("/beheer/").content.decode()
    for page in (home, sites.wijk(sites.world.west), sites.wijk(sites.world.east)):
        assert f'<option value="{page.pk}">' in first
    assert f'<option value="{sites.b.home.pk}">' not in first
    for deed, kind, index in (
        ("news", "cms_news/newspage", NewsIndexPage),
        ("event", "cms_agenda/eventpage", AgendaIndexPage),
    ):
        parent = index.objects.child_of(home).get()
        assert begin(editor, home.pk, deed) == f"/beheer/pages/add/{kind}/{parent.pk}/"
    assert begin(editor, home.pk, "win") == "/beheer/", "a small win has its wijk"
    assert "/beheer/" in begin(editor, home.pk, "page")
    assert begin(editor, home.pk, "onzin") == "404"


def test_what_comes_after_writing_is_in_sight(sites: Sites, editor: Client) -> None:
    west, page = editor_of(sites, sites.world.west), sites.wijk(sites.world.west)
    for client, deed, others in ((west, "action-submit", ["action-publish"]), (editor, "action-publish", [])):
        form = client.get(f"/beheer/pages/add/cms_news/newspage/{page.pk}/").content.decode()
        assert f'name="{deed}"' in form.split('class="next-step"')[1].split("</span>")[0]
        for other in others:
            assert f'name="{other}"' not in form


def test_a_new_page_opens_with_a_place_to_type_that_shows_nothing_when_it_stays_empty(
    sites: Sites, editor: Client
) -> None:
    page = sites.wijk(sites.world.west)
    address = f"/beheer/pages/add/cms_news/newspage/{page.pk}/"
    opened = editor.get(address)
    assert [block.block_type for block in opened.context["form"]["body"].value()] == ["text"]
    empty = {
        "body-count": "1",
        "body-0-type": "text",
        "body-0-value": "null",
        "body-0-order": "0",
        "body-0-deleted": "",
    }

    form = filled_in(opened) | {"title": "Leeg", "slug": "leeg", "lead": "Er is nieuws."} | empty
    editor.post(address, {**form, "action-publish": "1"})

    news = NewsPage.objects.get(title="Leeg")
    assert news.live
    assert 'class="prose"' not in editor.get(news.get_url()).content.decode()


def test_dates_are_shown_and_taken_day_first_in_every_language_of_the_back_office(sites: Sites, editor: Client) -> None:
    address = f"/beheer/pages/add/cms_news/newspage/{sites.wijk(sites.world.west).pk}/"
    for language in ("en", "nl"):
        editor.cookies["django_language"] = language
        opened = editor.get(address, headers={"accept-language": language})
        assert f'value="{timezone.localdate():%d-%m-%Y}"' in opened.content.decode()
        form = filled_in(opened)
        values = {"title": f"Dag {language}", "slug": f"dag-{language}", "lead": "x", "date": "31-12-2026"}
        editor.post(address, {**form, **values}, headers={"accept-language": language})
        draft = NewsPage.objects.get(title=f"Dag {language}").get_latest_revision_as_object()
        assert draft.date.isoformat() == "2026-12-31"


def test_who_is_new_reads_how_it_works_and_who_waits_is_seen_first(sites: Sites, editor: Client) -> None:
    west, page = editor_of(sites, sites.world.west), sites.wijk(sites.world.west)
    assert '<details class="start-help" open>' in west.get("/beheer/").content.decode()
    address = f"/beheer/pages/add/cms_news/newspage/{page.pk}/"
    form = filled_in(west.get(address)) | {"title": "Wacht", "slug": "wacht", "lead": "Er is nieuws."}
    west.post(address, {**form, "action-submit": "1"})

    assert '<details class="start-help">' in west.get("/beheer/").content.decode()
    first = editor.get("/beheer/").content.decode()
    assert first.index("start-title") < first.index("Awaiting your review") < first.index("counted-wins-title")
