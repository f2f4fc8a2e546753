from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from participation.organisations.models import Absence
from participation.routing.explain import explain
from tests.support.world import AT_SEA, HOST_A, HOST_B, IN_B, IN_THE_WEST, World


def locate(client: Client, place: tuple[float, float], **headers: Any) -> Any:
    return client.get("/api/v1/areas/_locate", {"lon": place[0], "lat": place[1]}, **headers)


def suggest(client: Client, text: Any, query: str = "") -> Any:
    return client.post(f"/api/v1/categories/_suggest{query}", {"text": text}, content_type="application/json")


def test_the_category_tree_holds_all_a_form_needs_in_constant_queries(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    client.get("/api/v1/categories")
    with django_assert_max_num_queries(2):
        answer = client.get("/api/v1/categories")
    mains = {main["slug"]: main for main in answer.json()["results"]}
    assert set(mains) == {"schoon", "heel", "overlast", "overig"}
    assert mains["schoon"]["children"] == [
        {
            "slug": "grofvuil",
            "name": "Grofvuil naast de container",
            "description": "",
            "visibility": "public",
            "promise": {"text": "Binnen 3 werkdagen opgehaald", "firstResponseDays": 1, "resolveDays": 3},
            "advice": [],
            "questions": [],
        }
    ]
    (light,) = mains["heel"]["children"]
    assert [question["key"] for question in light["questions"]] == ["mast"]


def test_each_municipality_has_its_own_categories(client: Client, world: World) -> None:
    def slugs(answer: Any) -> list[str]:
        return [main["slug"] for main in answer.json()["results"]]

    assert slugs(client.get("/api/v1/categories", {"gemeente": world.b.code})) == ["overig"]
    assert slugs(client.get("/api/v1/categories", HTTP_HOST=HOST_B)) == ["overig"]
    assert client.get("/api/v1/categories", {"gemeente": world.a.code}, HTTP_HOST=HOST_B).status_code == 404
    for code in ("GM0000", "", "WK910101"):
        assert client.get("/api/v1/categories", {"gemeente": code}).status_code == 404


def test_without_any_municipality_one_must_be_named(client: Client, db: None) -> None:
    answer = client.get("/api/v1/categories")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "gemeente")


def test_a_text_gets_categories_and_advice(client: Client, world: World) -> None:
    answer = suggest(client, "Er ligt een matras. Een man met een mes!").json()
    assert answer["results"][0]["slug"] == "grofvuil"
    assert 0 < answer["results"][0]["score"] <= 1
    assert [one["phone"] for one in answer["advice"]] == ["112"]
    assert suggest(client, "xyzzy").json()["results"] == [{"slug": "anders", "name": "Anders", "score": 0.0}]


@pytest.mark.parametrize("text", ["", " ", None, 7.5, ["x"], "x" * 3001])
def test_a_wrong_text_is_explained(client: Client, world: World, text: Any) -> None:
    answer = suggest(client, text)
    assert answer.status_code in ({200, 400} if text == 7.5 else {400})
    if answer.status_code == 400:
        assert answer.json()["errors"][0]["field"] == "text"


def test_a_place_has_its_areas_smallest_first_and_its_people(client: Client, world: World) -> None:
    answer = locate(client, IN_THE_WEST).json()
    assert [area["level"] for area in answer["areas"]] == ["buurt", "wijk", "gemeente"]
    assert answer["areas"][1] == {
        "code": "WK910101", "name": "Westerwijk", "level": "wijk", "year": 2026, "parent": "GM9101",
        "bbox": [5.0, 52.0, 5.01, 52.01], "point": pytest.approx([5.005, 52.005]),
    }  # fmt: skip
    assert {person["name"] for person in answer["people"]} == {"Bram", "Carla", "Dirk"}
    assert set(answer["people"][0]) == {"name", "role", "organisation", "photoUrl", "standsInFor", "awayUntil"}


def test_who_is_away_is_replaced_in_the_answer(client: Client, world: World) -> None:
    Absence.objects.create(
        professional=world.bram, starts_on="2020-01-01", ends_on="2099-01-01", replacement=world.lotte
    )
    people = {one["name"]: one["standsInFor"] for one in locate(client, IN_THE_WEST).json()["people"]}
    assert people == {"Lotte": "Bram", "Carla": "", "Dirk": ""}


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (AT_SEA, "outside"),
        ((4.40, 51.22), "outside"),
        ((4.895, 52.372), "not-connected"),
        ((5.69, 50.851), "not-connected"),
    ],
)
def test_outside_the_advice_tells_sea_and_abroad_from_an_unconnected_municipality(
    client: Client, world: World, place: tuple[float, float], kind: str
) -> None:
    answer = locate(client, place)
    assert answer.status_code == 404
    assert kind in answer.json()["type"]
    assert answer.json()["detail"]


def test_a_host_of_one_municipality_sends_people_to_the_other(client: Client, world: World) -> None:
    answer = locate(client, IN_B, HTTP_HOST=HOST_A)
    assert answer.status_code == 404
    assert HOST_B in answer.json()["detail"]
    assert locate(client, IN_B).status_code in {200, 404}


@pytest.mark.parametrize("query", ["", "?lat=52", "?lat=x&lon=5", "?lat=91&lon=5", "?lat=nan&lon=5", "?lat=52&lon=inf"])
def test_a_point_that_is_none_is_refused(client: Client, world: World, query: str) -> None:
    assert client.get(f"/api/v1/areas/_locate{query}").status_code in {400, 404}


def test_a_decision_is_told_in_sentences_even_when_what_it_names_is_gone(world: World) -> None:
    codes = [
        "rule", "less-specific", "catch-all", "knows-area", "replaces", "not-today", "works-today", "lightest-load",
        "only-one", "team-picks", "team-empty", "nobody-on-duty",
    ]  # fmt: skip
    for known in (True, False):
        names = {
            "team": world.cleaning.pk if known else 10**9,
            "area": world.west.pk if known else 10**9,
            "professional": world.bram.pk if known else 10**9,
            "category": 10**9,
        }
        sentences = explain({"reasons": [{"code": code, **names} for code in codes] + [{"code": "of-old"}]})
        assert len(sentences) == len(codes)
        assert all(sentences)
    assert "Reiniging" in explain({"reasons": [{"code": "rule", "team": world.cleaning.pk, "kind": "report"}]})[0]
    assert explain({}) == []
