from __future__ import annotations

import pytest
from django.test import Client
from shapely.geometry import box, shape

from core.areas.models import Tenant
from tests.core.areas.conftest import make_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    a, b = make_area("GM0001", name="Súdwest"), make_area("GM0002", box(6, 52, 6.1, 52.1), name="Oost")
    for number in range(1, 5):
        make_area(f"WK00010{number}", box(5, 52, 5.01, 52.01), a, name=f"Wijk {number}")
    make_area("WK000201", box(6, 52, 6.01, 52.01), b, name="Wijk B")
    return a, b


def listed(client: Client, query: str = "", **headers: str) -> list[str]:
    answer = client.get(f"/api/v1/areas{query}", headers=headers)
    assert answer.status_code == 200, answer.content
    return [row["code"] for row in answer.json()["results"]]


def test_areas_are_listed_by_code_a_page_at_a_time(client, places) -> None:
    codes, url = [], "/api/v1/areas?limit=3"
    while url:
        answer = client.get(url)
        codes += [row["code"] for row in answer.json()["results"]]
        url = answer.json()["next"]
    assert codes == ["GM0001", "GM0002", "WK000101", "WK000102", "WK000103", "WK000104", "WK000201"]


def test_a_row_has_the_shape_of_the_contract(client, places) -> None:
    row = client.get("/api/v1/areas?q=WK000101").json()["results"]
    assert row == [
        {"code": "WK000101", "name": "Wijk 1", "level": "wijk", "year": 2025, "parent": "GM0001",
         "bbox": [5.0, 52.0, 5.01, 52.01], "point": [5.005, 52.005]}
    ]  # fmt: skip


def test_level_parent_and_name_narrow_the_list(client, places) -> None:
    assert listed(client, "?level=gemeente") == ["GM0001", "GM0002"]
    assert listed(client, "?parent=GM0002") == ["WK000201"]
    assert listed(client, "?q=sudwest") == ["GM0001"]
    assert listed(client, "?q=gm0002") == ["GM0002"]
    assert listed(client, "?q=niets") == listed(client, "?parent=GM9999") == []


@pytest.mark.parametrize(("query", "field"), [("level=dorp", "level"), ("limit=0", "limit"), ("limit=x", "limit")])
def test_a_wrong_parameter_is_a_problem_that_names_it(client, places, query, field) -> None:
    answer = client.get(f"/api/v1/areas?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_one_area_comes_with_its_outline(client, places) -> None:
    answer = client.get("/api/v1/areas/WK000101").json()
    assert answer["geometry"]["type"] == "MultiPolygon"
    assert shape(answer["geometry"]).equals(box(5, 52, 5.01, 52.01))
    assert answer["parent"] == "GM0001"


@pytest.mark.parametrize("code", ["GM9999", "_x", "wk000101", "GM0001/", "a" * 40])
def test_an_unknown_area_is_a_404_problem(client, places, code) -> None:
    answer = client.get(f"/api/v1/areas/{code}")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_host_of_one_gemeente_shows_that_gemeente_alone(client, places) -> None:
    Tenant.objects.create(gemeente=places[1], hostname="b.test")
    assert listed(client, host="b.test") == ["GM0002", "WK000201"]
    assert client.get("/api/v1/areas/WK000101", headers={"host": "b.test"}).status_code == 404
    assert client.get("/api/v1/areas/WK000101").status_code == 200


@pytest.mark.parametrize("path", ["areas", "areas/GM0001", "areas?level=wijk"])
def test_an_unchanged_answer_costs_no_body(client, places, path) -> None:
    first = client.get(f"/api/v1/{path}")
    assert "public" in first["Cache-Control"]
    again = client.get(f"/api/v1/{path}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    places[0].name = "Anders"
    places[0].save()
    assert client.get(f"/api/v1/{path}", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_list_costs_one_query_and_one_area_none(client, places, django_assert_num_queries) -> None:
    client.get("/api/v1/areas")
    with django_assert_num_queries(1):
        client.get("/api/v1/areas")
    with django_assert_num_queries(0):
        client.get("/api/v1/areas/GM0001")


def test_all_outlines_of_a_gemeente_come_at_once_and_once(client, places, django_assert_num_queries) -> None:
    client.get("/api/v1/areas")  # the tree is in memory
    with django_assert_num_queries(0):
        answer = client.get("/api/v1/areas/_outlines?gemeente=GM0002")
    features = answer.json()["features"]
    assert [one["properties"]["code"] for one in features] == ["GM0002", "WK000201"]
    assert shape(features[1]["geometry"]).equals(box(6, 52, 6.01, 52.01))
    again = client.get("/api/v1/areas/_outlines?gemeente=GM0002", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_outlines_are_of_this_hosts_gemeente_alone(client, places) -> None:
    Tenant.objects.create(hostname="b.test", gemeente=places[1])
    own = client.get("/api/v1/areas/_outlines", headers={"host": "b.test"}).json()
    assert [one["properties"]["code"] for one in own["features"]] == ["GM0002", "WK000201"]
    assert client.get("/api/v1/areas/_outlines?gemeente=GM0001", headers={"host": "b.test"}).status_code == 404
