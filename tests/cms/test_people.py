"""The page of everybody who works in a municipality (`/mensen/`)."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone

from cms.approaches.examples import load_examples
from cms.approaches.models import ApproachIndexPage
from cms.home.actions import set_up_site
from cms.people.directory import directory, read_search
from cms.people.models import PeoplePage
from core.accounts.models import User
from core.areas.models import Area
from participation.organisations.models import Absence, Professional
from participation.organisations.queries import roster
from tests.cms.conftest import HOST_B, Sites
from tests.support.rows import keep
from tests.support.world import World


def html(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def groups(page: str) -> dict[str, list[str]]:
    """Names under each heading."""
    found = {}
    for part in page.split('<section class="people-group"')[1:]:
        heading = re.search(r"<h2[^>]*>(.*?)</h2>", part)
        assert heading is not None
        found[heading[1]] = re.findall(r'class="name"><bdi>(.*?)</bdi>', part.split("</section>")[0])
    return found


def at(sites: Sites, query: str = "", **more: str) -> dict[str, list[str]]:
    return groups(html(sites.visit(f"/mensen/{query}", **more)))


def test_everybody_stands_under_the_wijken_they_work_in_and_elsewhere_last(sites: Sites) -> None:
    sites.world.bram.areas.set([sites.world.a])
    sites.world.dirk.areas.set([*Area.objects.filter(parent=sites.world.west)[:1], sites.world.east])
    assert at(sites) == {
        "Oosterwijk": ["Lotte", "Dirk"],  # those of one organisation together
        "Westerwijk": ["Carla", "Dirk"],
        "Everywhere in Waterstad": ["Bram"],
    }
    assert "Zoë" in html(sites.visit("/mensen/", HOST_B))


def test_the_list_is_grouped_by_organisation_when_asked(sites: Sites) -> None:
    found = at(sites, "?per=organisatie")
    assert sorted(name for names in found.values() for name in names) == ["Bram", "Carla", "Dirk", "Lotte"]
    assert len(found) == len(
        {roster().people[one.pk].organisation for one in Professional.objects.filter(gemeente=sites.world.a)}
    )


def test_it_is_narrowed_by_wijk_organisation_and_language_and_searched_by_name_and_role(sites: Sites) -> None:
    world = sites.world
    Professional.objects.filter(pk=world.bram.pk).update(languages=["nl", "tr"])
    world.carla.areas.set([world.a])
    everywhere = {"Everywhere in Waterstad": ["Carla"]}
    assert at(sites, "?wijk=WK910102") == {"Oosterwijk": ["Lotte"], **everywhere}
    assert at(sites, "?taal=tr") == {"Westerwijk": ["Bram"]}
    assert at(sites, "?q=WIJKbeheer") == {"Westerwijk": ["Bram"]}
    assert at(sites, "?q=carla+werker") == everywhere
    assert at(sites, "?q=carla+wijkbeheerder") == {}
    organisation = roster().people[world.bram.pk].organisation
    assert "Bram" in at(sites, f"?organisatie={organisation}")["Westerwijk"]
    page = html(sites.visit("/mensen/?taal=tr"))
    assert '<option value="tr" selected>Türkçe (Turkish)</option>' in page
    assert "1 person found." in page


def test_who_hides_is_not_on_it_and_nobody_found_gets_advice(sites: Sites) -> None:
    Professional.objects.filter(pk=sites.world.bram.pk).update(is_public=False)
    assert "Bram" not in html(sites.visit("/mensen/"))
    page = html(sites.visit("/mensen/?q=<script>alert(1)</script>"))
    assert 'class="empty"' in page and "<script>alert" not in page and 'href="/melden/"' in page
    Professional.objects.update(is_public=False)
    page = html(sites.visit("/mensen/"))
    assert 'class="empty"' in page and "<form" not in page.split("<main")[1].split("</main>")[0]


def test_who_is_away_says_when_they_are_back_and_who_is_there_instead(sites: Sites) -> None:
    today = timezone.localdate()
    Absence.objects.create(professional=sites.world.dirk, starts_on=today, ends_on=today, replacement=sites.world.lotte)
    page = html(sites.visit("/mensen/"))
    dirk = page.split("<bdi>Dirk</bdi>")[1].split('class="card person-card"')[0]
    assert "Away, back on" in dirk and "Until then you can go to Lotte." in dirk


def test_the_page_costs_the_same_with_five_hundred_people(sites: Sites, django_assert_max_num_queries: Any) -> None:
    world = sites.world
    users = User.objects.bulk_create(User(username=f"mens{number}", name=f"Mens {number}") for number in range(500))
    people = Professional.objects.bulk_create(
        Professional(user=user, gemeente=world.a, name=user.name, role="Wijkwerker", languages=["nl"]) for user in users
    )
    world.west.professionals_here.through.objects.bulk_create(
        world.west.professionals_here.through(professional=one, area=world.west) for one in people
    )
    roster()
    sites.visit("/mensen/")
    with django_assert_max_num_queries(11):
        page = html(sites.visit("/mensen/?q=mens&wijk=WK910101&pagina=2"))
    assert sum(len(names) for names in groups(page).values()) == 48
    assert 'href="?q=mens&amp;wijk=WK910101&amp;pagina=3"' in page
    assert "500 people found." in page
    whole = directory(world.a.pk, read_search({"alles": "ja"}), timezone.localdate())
    assert (whole.many, whole.everybody, whole.page.paginator.num_pages) == (504, 504, 1)
    assert sum(len(names) for names in at(sites, "?pagina=999").values()) > 0


def test_the_card_is_the_one_of_the_wijk_page(sites: Sites) -> None:
    Professional.objects.filter(pk=sites.world.bram.pk).update(place="Buurthuis De Kom", reach="14 010")
    for path in ("/mensen/", "/wijken/westerwijk/"):
        page = html(sites.visit(path))
        assert "Buurthuis De Kom" in page and "14 010" in page, path


def test_the_page_is_made_once_and_survives_without_a_lead(sites: Sites) -> None:
    page = PeoplePage.objects.child_of(sites.a.home).get()
    page.lead = "Onze mensen"
    page.save_revision().publish()
    assert "Onze mensen" in html(sites.visit("/mensen/"))
    page.unpublish()
    assert sites.visit("/mensen/").status_code == 404


def test_the_list_is_kept_until_somebody_changes_their_card(
    committed_world: World, django_assert_max_num_queries: Any
) -> None:
    world = committed_world
    sites = Sites(world, *keep("sites", lambda: (set_up_site(world.a.pk), set_up_site(world.b.pk))))
    for _again in range(3):
        sites.visit("/mensen/")
    with django_assert_max_num_queries(2):
        assert "Wijkbeheerder" in html(sites.visit("/mensen/"))
    Professional.objects.filter(pk=world.bram.pk).update(role="Buurtverbinder")
    assert "Buurtverbinder" in html(sites.visit("/mensen/"))
    for _again in range(3):
        sites.visit("/aanpakken/")
    with django_assert_max_num_queries(2):
        sites.visit("/aanpakken/")
    load_examples(ApproachIndexPage.objects.child_of(sites.a.home).get())
    assert "Buurtmoestuin" in html(sites.visit("/aanpakken/"))
