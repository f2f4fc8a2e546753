"""The library of approaches (`/aanpakken/`)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from cms.approaches.examples import examples, load_examples
from cms.approaches.models import ApproachIndexPage, ApproachPage
from cms.approaches.states import Evidence
from participation.initiatives.approaches import approach_of, approaches_for
from participation.routing.models import Theme
from tests.cms.conftest import HOST_A, HOST_B, Sites, picture


@pytest.fixture
def index(sites: Sites) -> ApproachIndexPage:
    found: ApproachIndexPage = ApproachIndexPage.objects.child_of(sites.a.home).get()
    return found


def html(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def make(index: ApproachIndexPage, title: str, **fields: Any) -> ApproachPage:
    page = ApproachPage(title=title, **({"goal": "Buren kennen elkaar."} | fields))
    index.add_child(instance=page)
    page.save_revision().publish()
    return page


def titles(sites: Sites, query: str = "") -> list[str]:
    return re.findall(r'lang="nl" dir="auto">([^<]+)</a></h2>', html(sites.visit(f"/aanpakken/{query}")))


def options(page: str, name: str) -> dict[str, str]:
    """Value → label with its count, of one select."""
    part = page.split(f'<select id="id_{name}"')[1].split("</select>", maxsplit=1)[0]
    return dict(re.findall(r'<option value="([^"]+)"(?: selected)?>([^<]+)</option>', part))


def test_an_empty_library_says_so(sites: Sites) -> None:
    page = html(sites.visit("/aanpakken/"))
    assert 'class="empty"' in page and 'role="search"' not in page


def test_ten_examples_begin_a_library_and_are_called_that(sites: Sites, index: ApproachIndexPage) -> None:
    assert load_examples(index) == 10
    assert len(titles(sites)) == 10
    for one in ApproachPage.objects.child_of(index):
        assert one.is_example and one.evidence == Evidence.PRACTICE and not one.source, "no study is made up"
        assert one.theme is not None and one.steps and one.ingredients and one.warnings
        assert one.cost_from is not None and one.cost_to is not None
        one.full_clean()
        page = html(sites.visit(f"/aanpakken/{one.slug}/"))
        assert page.count("<h1") == 1 and '<span class="badge">Example</span>' in page
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    assert load_examples(index) == 0, "what is there stays"
    assert len(titles(sites)) == 10


def test_the_command_adds_what_is_missing(sites: Sites, index: ApproachIndexPage, capsys: Any) -> None:
    make(index, "Eigen moestuin", slug="buurtmoestuin")
    call_command("load_approaches", "gm9101")
    assert "9 examples added." in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("load_approaches", "GM0000")


def test_an_approach_says_what_it_takes_and_how_sure_we_are(sites: Sites, index: ApproachIndexPage) -> None:
    points = {
        name: json.dumps([{"type": "point", "value": text}])
        for name, text in {"steps": "Bel aan.", "ingredients": "Koffie.", "warnings": "Niet te laat."}.items()
    }
    wijk = sites.wijk(sites.world.west)
    done = [
        {"type": "place", "value": {"wijk": wijk.pk, "place": "", "year": 2024}},
        {"type": "place", "value": {"wijk": None, "place": "Elders <b>", "year": 2019}},
    ]
    page = make(
        index,
        "Straatdiner",
        **points,
        done=json.dumps(done),
        cost_from=50,
        cost_to=1250,
        evidence=Evidence.STUDIED,
        source="Een onderzoek van ons",
        source_link="https://example.org/onderzoek",
        contact="opbouwwerk@example.org",
    )
    shown = html(sites.visit("/aanpakken/straatdiner/"))
    for text in ("Bel aan.", "Koffie.", "Niet te laat.", "€ 50 to € 1,250", "Researchers looked at", ", 2019"):
        assert text in shown
    assert '<a href="/wijken/westerwijk/"><bdi lang="nl">Westerwijk</bdi></a>, 2024' in shown
    assert "Elders &lt;b&gt;" in shown
    assert 'href="https://example.org/onderzoek"' in shown
    wijk.unpublish()
    assert "/wijken/westerwijk/" not in html(sites.visit("/aanpakken/straatdiner/"))
    wijk.delete()
    assert ", 2024" in html(sites.visit("/aanpakken/straatdiner/"))
    page.unpublish()
    assert sites.visit("/aanpakken/straatdiner/").status_code == 404
    assert not titles(sites)


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ((None, None), "Costs not known"),
        ((0, 0), "Free"),
        ((None, 0), "Free"),
        ((0, 90), "At most € 90"),
        ((None, 90), "At most € 90"),
        ((10, None), "From € 10"),
        ((10, 90), "€ 10 to € 90"),
    ],
)
def test_costs_are_said_in_words(
    sites: Sites, index: ApproachIndexPage, costs: tuple[int | None, int | None], said: str
) -> None:
    make(index, "Straatdiner", cost_from=costs[0], cost_to=costs[1])
    assert f"<span>{said}</span>" in html(sites.visit("/aanpakken/"))


def test_it_is_narrowed_by_theme_work_costs_and_evidence_with_honest_counts(
    sites: Sites, index: ApproachIndexPage
) -> None:
    green, young = (Theme.objects.get(gemeente=sites.world.a, slug=slug) for slug in ("groen", "jeugd"))
    make(index, "Appels", theme=green, effort="small", cost_to=0)
    make(index, "Bomen", theme=green, effort="large", cost_to=4000, evidence="described")
    make(index, "Voetbal", theme=young, effort="small", cost_to=200)
    make(index, "Zonder prijs", effort="medium")
    assert titles(sites) == ["Appels", "Bomen", "Voetbal", "Zonder prijs"]
    assert titles(sites, "?thema=groen") == ["Appels", "Bomen"]
    assert titles(sites, "?thema=groen&moeite=small") == ["Appels"]
    assert titles(sites, "?kosten=250") == ["Appels", "Voetbal"]
    assert titles(sites, "?bewijs=described") == ["Bomen"]
    assert titles(sites, "?q=VOETbal") == ["Voetbal"]
    assert titles(sites, "?q=groen") == ["Appels", "Bomen"], "the name of a theme is found too"
    assert titles(sites, "?kosten=veel&moeite=x") == []
    page = html(sites.visit("/aanpakken/?thema=groen"))
    assert options(page, "thema") == {"groen": "Green (2)", "jeugd": "Young people (1)"}
    assert options(page, "kosten") == {
        "0": "Free (1)", "250": "At most € 250 (1)", "1000": "At most € 1,000 (1)", "5000": "At most € 5,000 (2)",
    }  # fmt: skip
    assert options(page, "bewijs")["studied"] == "Studied (0)"
    nothing = html(sites.visit("/aanpakken/?thema=jeugd&bewijs=described"))
    assert 'class="empty"' in nothing and 'role="status"' in nothing and "0 approaches found." in nothing


def test_related_ones_share_the_theme_first(sites: Sites, index: ApproachIndexPage) -> None:
    green = Theme.objects.get(gemeente=sites.world.a, slug="groen")
    make(index, "Eerste", theme=green)
    make(index, "Ander")
    make(index, "Zelfde thema", theme=green)
    part = html(sites.visit("/aanpakken/eerste/")).split('class="approach-related"')[1]
    assert part.index("Zelfde thema") < part.index("Ander")
    assert "Eerste</a>" not in part
    green.delete()
    assert sites.visit("/aanpakken/eerste/").status_code == 200


@pytest.mark.filterwarnings("ignore:Unclosed file", "ignore::pytest.PytestUnraisableExceptionWarning")  # Wagtail's
def test_it_costs_the_same_whatever_the_library_holds(
    sites: Sites, index: ApproachIndexPage, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    image = picture(sites.world.a, tmp_path)
    green = Theme.objects.get(gemeente=sites.world.a, slug="groen")
    for number in range(30):
        make(index, f"Aanpak {number:02}", photo=image, theme=green)
    sites.visit("/aanpakken/")
    sites.visit("/aanpakken/aanpak-03/")
    with django_assert_max_num_queries(13):
        page = html(sites.visit("/aanpakken/?thema=groen"))
    assert page.count('class="card link approach-card"') == 12
    assert 'href="?thema=groen&amp;pagina=2"' in page
    with django_assert_max_num_queries(17):
        sites.visit("/aanpakken/aanpak-03/")
    image.delete()
    assert sites.visit("/aanpakken/aanpak-03/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"evidence": "studied"}, "source"),
        ({"source_link": "https://example.org/"}, "source"),
        ({"cost_from": 100, "cost_to": 50}, "cost_to"),
    ],
)
def test_a_study_must_be_named_and_costs_must_fit(index: ApproachIndexPage, fields: dict[str, Any], wrong: str) -> None:
    page = ApproachPage(title="X", slug="x", goal="Y", **fields)
    with pytest.raises(ValidationError) as refusal:
        page.clean()
    assert wrong in refusal.value.message_dict


def test_an_editor_makes_one_with_the_themes_of_the_own_municipality(
    sites: Sites, index: ApproachIndexPage, editor: Client
) -> None:
    form = editor.get(f"/beheer/pages/add/cms_approaches/approachpage/{index.pk}/")
    page = form.content.decode()
    assert form.status_code == 200 and "Groen" in page
    assert page.count(">Groen</option>") == 1
    other = ApproachIndexPage.objects.child_of(sites.b.home).get()
    assert editor.get(f"/beheer/pages/add/cms_approaches/approachpage/{other.pk}/").status_code in {302, 403}


def test_another_municipality_has_its_own_library(sites: Sites, index: ApproachIndexPage) -> None:
    make(index, "Alleen hier")
    assert "Alleen hier" not in html(sites.visit("/aanpakken/", HOST_B))
    assert "Alleen hier" in html(sites.visit("/aanpakken/", HOST_A))


def test_every_example_is_whole() -> None:
    seen = examples()
    assert len({one["slug"] for one in seen}) == 10
    for one in seen:
        for name in ("title", "goal", "audience", "needed", "takes_people", "takes_time", "takes_place", "cost_note"):
            limit = ApproachPage._meta.get_field(name).max_length
            assert one[name] and (limit is None or len(one[name]) <= limit), (one["slug"], name)


def test_approaches_that_fit_a_plan_are_suggested_to_who_makes_it(sites: Sites, index: ApproachIndexPage) -> None:
    load_examples(index)
    plan = "Een buurttuin op het plein\nWe maken van het lege veld een moestuin en kweken groente."
    found = approaches_for(gemeente_id=sites.a.home.gemeente_id, text=plan, theme_id=None)
    assert found[0].title == "Buurtmoestuin" and found[0].url == "/aanpakken/buurtmoestuin/" and found[0].evidence
    assert approaches_for(gemeente_id=sites.a.home.gemeente_id, text="xyzzy", theme_id=None) == []
    assert approaches_for(gemeente_id=sites.b.home.gemeente_id, text=plan, theme_id=None) == [], (
        "each has its own library"
    )
    assert approach_of(found[0].key, gemeente_id=sites.a.home.gemeente_id) == found[0]
    ApproachPage.objects.get(translation_key=found[0].key).unpublish()
    assert approach_of(found[0].key, gemeente_id=sites.a.home.gemeente_id) is None
