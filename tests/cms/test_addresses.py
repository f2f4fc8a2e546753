"""Links between pages follow what editors do with those pages: give them another address, or take them off."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cms.agenda.models import EventPage
from cms.base.blocks import BodyBlock
from cms.news.models import NewsPage
from cms.wins.models import SmallWinPage
from participation.routing.models import Theme
from tests.cms.conftest import Sites
from tests.cms.test_pages import html

HOUR = timedelta(hours=1)
LISTS = {"nieuws": "berichten", "gelukt": "trots", "agenda": "te-doen", "wijken": "buurten"}
"""What an editor may call the lists: their address of old, and the new one."""


def rename_lists(sites: Sites) -> None:
    for old, new in LISTS.items():
        page = sites.a.home.get_children().get(slug=old).specific
        page.slug = new
        page.save_revision().publish()


def test_links_to_the_lists_follow_the_address_that_an_editor_gives_them(sites: Sites) -> None:
    west = sites.wijk(sites.world.west)
    sites.news(sites.a, "Bericht", area=sites.world.west)
    win = SmallWinPage(title="Gelukt", lead="Schoon.")
    west.add_child(instance=win)
    soon = timezone.now() + timedelta(days=2)
    event = EventPage(
        title="Koffie", lead="Kom.", place="Hier", starts_at=soon, ends_at=soon + HOUR,
        theme=Theme.objects.filter(gemeente=sites.world.a).first(),
    )  # fmt: skip
    west.add_child(instance=event)
    rename_lists(sites)
    addresses = ["/", "/buurten/westerwijk/", "/buurten/westerwijk/gelukt/", "/buurten/westerwijk/koffie/"]
    shown = {address: html(sites.visit(address)) for address in addresses}
    shown["/aanmelding/"] = sites.visit("/aanmelding/").content.decode()
    for address, page in shown.items():
        dead = re.findall(rf'href="(/(?:{"|".join(LISTS)})/[^"]*)"', page)
        assert not dead, (address, dead)
    code = sites.world.west.code
    assert 'href="/berichten/"' in shown["/"] and 'href="/trots/"' in shown["/"]
    for address in (f"/trots/?wijk={code}", f"/te-doen/?wijk={code}", "/berichten/", "/buurten/"):
        assert f'href="{address}"' in shown["/buurten/westerwijk/"], address
        assert sites.visit(address).status_code == 200
    assert f'href="/trots/?wijk={code}"' in shown["/buurten/westerwijk/gelukt/"]
    assert 'href="/te-doen/?thema=' in shown["/buurten/westerwijk/koffie/"]
    assert 'href="/te-doen/"' in shown["/aanmelding/"]


def test_without_a_list_there_is_no_link_to_it(sites: Sites) -> None:
    sites.news(sites.a, "Bericht", area=sites.world.west)
    for slug in ("nieuws", "gelukt", "agenda"):
        sites.a.home.get_children().get(slug=slug).specific.unpublish()
    for address in ("/", "/wijken/westerwijk/"):
        assert 'href=""' not in html(sites.visit(address))
        assert not re.findall(r'href="/?(?:nieuws|gelukt|agenda)/[?"]', html(sites.visit(address)))


def test_the_way_back_never_leads_to_a_page_that_is_not_published(sites: Sites) -> None:
    west = sites.wijk(sites.world.west)
    soon = timezone.now() + timedelta(days=2)
    west.add_child(instance=NewsPage(title="Bericht", lead="Zo."))
    west.add_child(instance=SmallWinPage(title="Gelukt", lead="Schoon."))
    west.add_child(instance=EventPage(title="Koffie", lead="Kom.", place="Hier", starts_at=soon, ends_at=soon + HOUR))
    addresses = [f"/wijken/westerwijk/{slug}/" for slug in ("bericht", "gelukt", "koffie")]
    for address in addresses:
        assert 'class="breadcrumbs"' in html(sites.visit(address))
    west.unpublish()
    for address in addresses:
        shown = html(sites.visit(address))
        assert "breadcrumbs" not in shown and 'href="/wijken/westerwijk/"' not in shown


def test_a_button_needs_a_page_or_an_address(sites: Sites) -> None:
    block, page = BodyBlock().child_blocks["button"], sites.news(sites.a, "Het hele verhaal")
    said = {"label": "Doe mee", "page": None, "address": ""}
    assert block.clean(block.to_python({**said, "page": page.pk}))
    assert block.clean(block.to_python({**said, "address": "https://example.org/"}))
    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python(said))
    assert set(refused.value.as_json_data()["blockErrors"]) == {"page", "address"}  # type: ignore[attr-defined]
    assert block.clean_deferred(block.to_python(said)), "a draft may be unfinished"
