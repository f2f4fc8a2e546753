"""`/addresses` as clients meet it."""

from __future__ import annotations

import pytest
from django.test import Client

from core.places import locatieserver
from tests.core.places.conftest import RIETMADE, VLIETSTEDE

pytestmark = pytest.mark.django_db


@pytest.fixture
def vlietstede() -> Client:
    return Client(HTTP_HOST=VLIETSTEDE)


def test_an_address_is_found_and_looked_up(pdok, vlietstede) -> None:
    answer = vlietstede.get("/api/v1/addresses?q=Kerkstraat 12&limit=1")
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    assert answer.json()["available"] is True
    [found] = answer.json()["results"]
    assert set(found) == {"id", "label", "type", "point"}
    assert found["type"] == "address" and found["point"][0] < found["point"][1]
    assert vlietstede.get(f"/api/v1/addresses/{found['id']}").json() == found


def test_each_host_searches_its_own_municipality(pdok, vlietstede) -> None:
    found = vlietstede.get("/api/v1/addresses?q=Brink").json()["results"]
    assert not any("Rietmade" in one["label"] for one in found)
    there = Client(HTTP_HOST=RIETMADE).get("/api/v1/addresses?q=Brink").json()["results"]
    assert any(one["label"] == "Brink, Rietmade" for one in there)


def test_a_point_gets_its_address_and_streets_only_of_this_host(pdok, vlietstede) -> None:
    url = "/api/v1/addresses/_reverse?lat=52.0526&lon=4.6257"
    answer = vlietstede.get(url).json()
    assert answer["available"] is True
    assert answer["address"]["label"].startswith("Dorpsplein")
    assert [set(street) for street in answer["streets"]] == [{"name", "point", "distance"}] * len(answer["streets"])
    assert answer["streets"][0]["name"] == "Dorpsplein"
    assert Client(HTTP_HOST=RIETMADE).get(url).json() == {"address": None, "streets": [], "available": True}


@pytest.mark.parametrize("trouble", ["error", "garbage", "hang-up"])
def test_a_failing_source_is_said_and_is_no_error(pdok, vlietstede, trouble) -> None:
    pdok.trouble = trouble
    answer = vlietstede.get("/api/v1/addresses?q=hoven")
    assert answer.status_code == 200
    assert answer.json()["available"] is False
    assert {one["type"] for one in answer.json()["results"]} == {"wijk", "buurt"}
    near = vlietstede.get("/api/v1/addresses/_reverse?lat=52.05&lon=4.62")
    assert near.json() == {"address": None, "streets": [], "available": False}


def test_a_place_of_ours_is_looked_up_without_the_source(areas, vlietstede) -> None:
    [found] = vlietstede.get("/api/v1/addresses?q=Kerkbuurt").json()["results"]
    assert vlietstede.get(f"/api/v1/addresses/{found['id']}").json() == found


def test_looking_up_without_the_source_says_so(areas, vlietstede) -> None:
    answer = vlietstede.get("/api/v1/addresses/weg-00000000000000000000000000000000")
    assert answer.status_code == 503 and answer["Retry-After"]
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["type"].endswith(":places-unavailable")


def test_an_unknown_place_is_not_found(pdok, vlietstede) -> None:
    assert vlietstede.get("/api/v1/addresses/weg-00000000000000000000000000000000").status_code == 404
    assert vlietstede.get("/api/v1/addresses/niets").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("?q=", "q"),
        (f"?q={'x' * 101}", "q"),
        ("?q=kerk&limit=0", "limit"),
        ("?q=kerk&limit=21", "limit"),
        ("/_reverse?lat=52", "lon"),
        ("/_reverse?lat=nan&lon=4", "lat"),
        ("/_reverse?lat=91&lon=4", "lat"),
        ("/_reverse?lat=1e400&lon=4", "lat"),
    ],
)
def test_a_wrong_parameter_is_a_problem_that_names_it(pdok, vlietstede, query, field) -> None:
    answer = vlietstede.get(f"/api/v1/addresses{query}")
    assert answer.status_code == 400, answer.content
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_asking_too_often_is_refused(pdok, vlietstede, settings) -> None:
    from django.core.cache import cache

    cache.clear()
    settings.THROTTLES = settings.THROTTLES | {"places": "2/minute"}
    statuses = [vlietstede.get("/api/v1/addresses?q=kerk").status_code for _time in range(3)]
    assert statuses == [200, 200, 429]
    assert vlietstede.get("/api/v1/addresses/_reverse?lat=52&lon=4").status_code == 429
    assert len(pdok.asked) == 1
    cache.clear()


def test_searching_reads_no_table(pdok, vlietstede, django_assert_num_queries) -> None:
    vlietstede.get("/api/v1/addresses?q=kerk")
    with django_assert_num_queries(0):
        vlietstede.get("/api/v1/addresses?q=kerk")
    assert locatieserver._service.breaker._failures == 0
