"""All small wins of a municipality, by wijk, theme and year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from cms.wins.models import SmallWinPage, Thanked
from core.areas.models import Area
from participation.routing.models import Theme
from tests.cms.conftest import Sites


def win(sites: Sites, area: Area, title: str, **fields: Any) -> SmallWinPage:
    page = SmallWinPage(title=title, lead="Het is gelukt.", **fields)
    sites.wijk(area).add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def test_the_list_shows_all_wijken_newest_first_and_nothing_of_elsewhere(sites: Sites) -> None:
    world = sites.world
    win(sites, world.west, "Oud succes", date=date(2025, 3, 1))
    win(sites, world.east, "Nieuw succes", date=date(2026, 3, 1))
    hidden = win(sites, world.east, "Teruggenomen")
    hidden.unpublish()

    html = sites.visit("/gelukt/").content.decode()

    assert html.index("Nieuw succes") < html.index("Oud succes")
    assert "Teruggenomen" not in html
    assert "Nieuw succes" not in sites.visit("/gelukt/", host="duindorp.test").content.decode()


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ("wijk=WK910101", {"Bank", "Lamp"}),
        ("wijk=WK910102", {"Boom"}),
        ("jaar=2025", {"Lamp"}),
        ("thema=groen", {"Boom"}),
        ("wijk=WK910101&thema=groen", set()),
        ("wijk=WK910101&jaar=2026", {"Bank"}),
        ("wijk=WK0&thema=bestaat-niet&jaar=x", {"Bank", "Lamp", "Boom"}),
    ],
)
def test_a_choice_narrows_it_and_an_unknown_one_does_not(sites: Sites, chosen: str, shown: set[str]) -> None:
    world = sites.world
    green = Theme.objects.get(gemeente=world.a, slug="groen")
    win(sites, world.west, "Bank", date=date(2026, 2, 1))
    win(sites, world.west, "Lamp", date=date(2025, 2, 1))
    win(sites, world.east, "Boom", date=date(2026, 2, 1), theme=green)

    html = sites.visit(f"/gelukt/?{chosen}").content.decode()

    assert {one for one in ("Bank", "Lamp", "Boom") if f">{one}</a>" in html} == shown


def test_pages_keep_the_choice(sites: Sites) -> None:
    for number in range(13):
        win(sites, sites.world.west, f"Succes {number}")

    first = sites.visit("/gelukt/?wijk=WK910101").content.decode()
    second = sites.visit("/gelukt/?wijk=WK910101&pagina=2").content.decode()

    assert first.count("win-card") == 12
    assert 'href="?wijk=WK910101&amp;pagina=2"' in first
    assert second.count("win-card") == 1


def test_an_empty_list_invites(sites: Sites) -> None:
    html = sites.visit("/gelukt/").content.decode()

    assert 'class="empty"' in html
    assert "win-filters" not in html


def test_it_costs_the_same_however_many_there_are(sites: Sites, django_assert_max_num_queries: Any) -> None:
    world = sites.world
    for number in range(6):
        win(sites, (world.west, world.east)[number % 2], f"Succes {number}")
    sites.visit("/gelukt/")

    with django_assert_max_num_queries(14):
        sites.visit("/gelukt/")


def test_a_win_page_costs_a_constant_number_of_queries(sites: Sites, django_assert_max_num_queries: Any) -> None:
    page = win(sites, sites.world.west, "Succes")
    page.thanked = [Thanked(kind=Thanked.Kind.GROUP, name=f"Groep {number}") for number in range(8)]
    page.save_revision().publish()
    address = "/wijken/westerwijk/succes/"
    assert sites.visit(address).status_code == 200

    with django_assert_max_num_queries(15):
        html = sites.visit(address).content.decode()

    assert html.count("<bdi>Groep") == 8
    assert 'href="https://wa.me/?text=Succes+http' in html
    assert "mailto:?subject=Succes" in html


def test_a_win_belongs_to_the_wijk_it_stands_below_also_after_a_move(sites: Sites) -> None:
    world = sites.world
    page = win(sites, world.west, "Succes")
    assert page.area_id == world.west.pk

    page.move(sites.wijk(world.east), pos="last-child")

    page.refresh_from_db()
    assert page.area_id == world.east.pk


def test_a_theme_that_is_removed_leaves_the_win(sites: Sites) -> None:
    theme = Theme.objects.create(gemeente=sites.world.a, slug="tijdelijk", name="Tijdelijk")
    page = win(sites, sites.world.west, "Succes", theme=theme, date=timezone.localdate())
    theme.delete()

    assert sites.visit("/wijken/westerwijk/succes/").status_code == 200
    page.refresh_from_db()
    assert page.theme_id is None
