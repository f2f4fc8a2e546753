"""One rule for news, wins and events: a page of an area shows what is in it, and a quarter what is of its wijk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.agenda.models import EventPage
from cms.base.around import areas_shown, whole_name
from cms.news.models import NewsPage
from cms.wijken.models import WijkIndexPage, WijkPage
from cms.wins.models import SmallWinPage
from cms.wins.queries import wins_per_wijk
from core.areas.models import Area
from core.areas.queries import tree
from core.snapshots.snapshot import Snapshot
from tests.cms.conftest import Sites
from tests.cms.test_pages import html, section

PARTS = ("nieuws", "gelukt", "agenda")


@pytest.fixture
def quarter(sites: Sites) -> WijkPage:
    """The page of a quarter of the western wijk, below that of its wijk."""
    area = Area.objects.filter(parent=sites.world.west, level="buurt").order_by("code").first()
    assert area is not None
    page = WijkPage(area=area, title=area.name, slug="buurt")
    sites.wijk(sites.world.west).add_child(instance=page)
    return page


def fill(page: WijkPage, name: str) -> None:
    """A message, a win and an event below this page, each with this name."""
    soon = timezone.now() + timedelta(days=2)
    when: dict[str, Any] = {"starts_at": soon, "ends_at": soon + timedelta(hours=1)}
    for one in (
        NewsPage(title=f"Bericht {name}", lead="Zo."),
        SmallWinPage(title=f"Succes {name}", lead="Schoon."),
        EventPage(title=f"Feest {name}", lead="Kom.", place="Hier", **when),
    ):
        page.add_child(instance=one)
        one.save_revision().publish()


def shown(sites: Sites, address: str) -> dict[str, str]:
    page = html(sites.visit(address))
    return {part: section(page, part) for part in PARTS}


def test_what_is_in_a_quarter_stands_on_the_page_of_its_wijk_and_the_other_way(sites: Sites, quarter: WijkPage) -> None:
    west, east = sites.wijk(sites.world.west), sites.wijk(sites.world.east)
    fill(quarter, "van de buurt")
    fill(west, "van de wijk")
    fill(east, "van elders")
    for address in ("/wijken/westerwijk/", "/wijken/westerwijk/buurt/"):
        for part, text in shown(sites, address).items():
            assert "van de buurt" in text and "van de wijk" in text, (address, part)
            assert "van elders" not in text
    for part, text in shown(sites, "/wijken/oosterwijk/").items():
        assert "van elders" in text and "van de" not in text.replace("van de agenda", ""), part


def test_a_quarter_whose_page_stands_elsewhere_still_belongs_to_its_wijk(sites: Sites, quarter: WijkPage) -> None:
    fill(quarter, "van de buurt")
    quarter.move(WijkIndexPage.objects.child_of(sites.a.home).get(), pos="last-child")
    for address in ("/wijken/westerwijk/", "/wijken/buurt/"):
        assert all("van de buurt" in text for text in shown(sites, address).values()), address


def test_a_stadsdeel_shows_what_is_in_its_wijken(sites: Sites, quarter: WijkPage) -> None:
    west = sites.world.west
    part = Area.objects.get(pk=west.pk)
    part.pk, part.code, part.name, part.level, part.parent = None, "SD910199", "West", "stadsdeel", sites.world.a
    part.save()
    Area.objects.filter(pk=west.pk).update(parent=part)
    Snapshot.forget_all()
    WijkIndexPage.objects.child_of(sites.a.home).get().add_child(
        instance=WijkPage(area=part, title="Stadsdeel West", slug="west")
    )
    fill(quarter, "van de buurt")
    fill(sites.wijk(sites.world.east), "van elders")
    for text in shown(sites, "/wijken/west/").values():
        assert "van de buurt" in text and "van elders" not in text
    assert "van de buurt" in html(sites.visit("/agenda/?wijk=SD910199"))


@pytest.mark.parametrize("address", ["/gelukt/", "/agenda/"])
def test_a_list_can_be_narrowed_to_a_quarter(sites: Sites, quarter: WijkPage, address: str) -> None:
    fill(quarter, "van de buurt")
    fill(sites.wijk(sites.world.east), "van elders")
    code = tree().by_id[quarter.area_id or 0].code
    page = html(sites.visit(f"{address}?wijk={code}"))
    assert "van de buurt" in page and "van elders" not in page
    assert f'value="{code}" selected' in page
    assert "van elders" in html(sites.visit(f"{address}?wijk={sites.world.b.code}")), (
        "that of elsewhere chooses nothing"
    )


def test_the_calendar_and_the_feed_of_a_quarter_hold_the_same(sites: Sites, quarter: WijkPage) -> None:
    fill(quarter, "van de buurt")
    fill(sites.wijk(sites.world.west), "van de wijk")
    code = tree().by_id[quarter.area_id or 0].code
    calendar = sites.visit(f"/feeds/wijk/{code}/agenda.ics").content.decode()
    assert "Feest van de buurt" in calendar and "Feest van de wijk" in calendar
    feed = sites.visit(f"/feeds/wijk/{code}.atom").content.decode()
    assert "Bericht van de buurt" in feed and "Bericht van de wijk" in feed


def test_wins_of_a_quarter_count_for_its_wijk(sites: Sites, quarter: WijkPage) -> None:
    fill(quarter, "van de buurt")
    SmallWinPage.objects.update(date=timezone.localdate())
    west = sites.world.west
    (share,) = wins_per_wijk([west.pk], sites.world.a.pk, timezone.now())
    assert (share.wins, share.days_ago) == (1, 0)


def test_an_editor_chooses_any_area_of_the_own_municipality_for_a_message(sites: Sites, editor: Client) -> None:
    index = sites.a.home.get_children().get(slug="nieuws")
    answer = editor.get(f"/beheer/pages/add/cms_news/newspage/{index.pk}/")
    field: Any = answer.context["form"].fields["area"]
    offered = dict(field.choices)
    own = [one for one in tree().by_id.values() if one.gemeente_id == sites.world.a.pk and one.level != "gemeente"]
    assert set(offered) - {""} == {one.id for one in own}
    buurt = next(one for one in own if one.level == "buurt")
    assert offered[buurt.id] == whole_name(buurt) and " – " in whole_name(buurt)
    NewsPage(title="x", lead="y", area_id=buurt.id, path="x", depth=9, slug="x").clean_fields(exclude=["content_type"])
    assert field.clean(str(buurt.id)).pk == buurt.id
    assert sites.world.west.pk in areas_shown(buurt.id)
