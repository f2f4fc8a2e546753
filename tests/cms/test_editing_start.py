"""The first page of `/beheer/`: buttons that lead to the right form, for each editor."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cms.agenda.models import AgendaIndexPage
from cms.news.models import NewsIndexPage
from tests.cms.conftest import Sites
from tests.cms.test_rights_per_wijk import editor_of


def begin(client: Client, place: int, deed: str) -> str:
    answer = client.get(reverse("start_editing"), {"place": place, "deed": deed})
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
