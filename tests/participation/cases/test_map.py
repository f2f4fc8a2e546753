"""The desk's map: clusters by grid cell, cases where few lie together, and never what one may not see."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from participation.cases import map as case_map
from participation.cases.models import Case
from tests.support.world import World

TOWN = "4.99,51.99,5.03,52.02"


def _ask(client: Client, *, bbox: str = TOWN, zoom: int = 14, **more: Any) -> Any:
    return client.get("/api/v1/cases/_map", {"bbox": bbox, "zoom": zoom, **more})


def _many(world: World, count: int, **more: Any) -> list[Case]:
    """Copies of one report all over the town."""
    dice = random.Random(3)
    first = world.report(**more).case
    rows = []
    for number in range(count):
        row = Case.objects.get(pk=first.pk)
        row.pk, row.reference = None, f"M-{number:06}"
        row.lon, row.lat = 5.0 + dice.random() * 0.02, 52.0 + dice.random() * 0.01
        row.created_at = first.created_at - timedelta(minutes=number)
        rows.append(row)
    return Case.objects.bulk_create(rows)


@pytest.mark.django_db
def test_few_cases_are_all_rows(world: World) -> None:
    references = {world.report(at=(5.001 + n / 500, 52.005)).case.reference for n in range(4)}
    body = _ask(world.client(world.bram)).json()
    assert (body["total"], body["capped"], body["clusters"]) == (4, False, [])
    assert {row["reference"] for row in body["rows"]} == references
    assert body["rows"][0]["location"]["type"] == "Point"


@pytest.mark.django_db
def test_many_cases_are_clusters_whose_counts_add_up(world: World) -> None:
    _many(world, 300)
    body = _ask(world.client(world.bram)).json()
    assert body["total"] == 301 == sum(one["count"] for one in body["clusters"]) + len(body["rows"])
    for one in body["clusters"]:
        west, south, east, north = one["bbox"]
        lon, lat = one["point"]
        assert west <= lon <= east and south <= lat <= north
        assert one["area"] in {"Haven", "Plantsoen", "Oosterwijk", "Westerwijk"}
    assert [one["count"] for one in body["clusters"]] == sorted(
        (one["count"] for one in body["clusters"]), reverse=True
    )


@pytest.mark.django_db
def test_clusters_fall_apart_on_the_way_in_and_stay_when_the_map_moves(world: World) -> None:
    _many(world, 400)
    client = world.client(world.bram)
    far, near = (len(_ask(client, zoom=zoom).json()["clusters"]) for zoom in (13, 15))
    assert 0 < far < near
    inside = "5.004,52.002,5.016,52.008"
    whole = {tuple(one["point"]): one["count"] for one in _ask(client, zoom=16).json()["clusters"]}
    part = {tuple(one["point"]): one["count"] for one in _ask(client, zoom=16, bbox=inside).json()["clusters"]}
    same = [point for point in part if whole.get(point) == part[point]]
    assert len(same) > len(part) / 2  # those at the edge are cut


@pytest.mark.django_db
def test_one_sees_on_the_map_what_the_inbox_shows_and_no_more(world: World) -> None:
    secret = world.report(category="burenoverlast").case
    world.report()
    seen = {
        name: {row["reference"] for row in _ask(world.client(person)).json()["rows"]}
        for name, person in (("bram", world.bram), ("carla", world.carla), ("dirk", world.dirk), ("zoe", world.zoe))
    }
    assert seen["carla"] == {secret.reference}
    assert len(seen["bram"]) == 1 and secret.reference not in seen["bram"]
    assert seen["dirk"] == seen["zoe"] == set()
    assert Client().get("/api/v1/cases/_map", {"bbox": TOWN, "zoom": 14}).status_code == 401


@pytest.mark.django_db
def test_a_confidential_case_does_not_count_for_who_may_not_see_it(world: World) -> None:
    _many(world, 200, category="burenoverlast")
    assert _ask(world.client(world.carla)).json()["total"] == 201
    assert _ask(world.client(world.dirk)).json()["total"] == 0


@pytest.mark.django_db
def test_the_filters_of_the_inbox_narrow_the_map(world: World) -> None:
    first = world.report(at=(5.002, 52.005), text="Een matras op de stoep").case
    second = world.report(at=(5.015, 52.005)).case
    Case.objects.filter(pk=second.pk).update(assignee=world.bram, due_at=timezone.now() - timedelta(days=1))
    client = world.client(world.lotte)
    for asked, expected in (
        ({"area": "WK910101"}, {first.reference}),
        ({"area": "WK910102"}, {second.reference}),
        ({"assignee": str(world.bram.pk), "late": "true"}, {second.reference}),
        ({"q": "matras"}, {first.reference}),
        ({"q": first.reference.lower()}, {first.reference}),
        ({"view": "closed"}, set()),
        ({"category": "grofvuil", "view": "team"}, {first.reference, second.reference}),
    ):
        assert {row["reference"] for row in _ask(client, **asked).json()["rows"]} == expected, asked


@pytest.mark.django_db
def test_late_cases_are_counted_in_their_cluster(world: World) -> None:
    _many(world, 200)
    Case.objects.update(due_at=timezone.now() + timedelta(days=1))
    late = Case.objects.order_by("pk")[:50].values("pk")
    Case.objects.filter(pk__in=list(late.values_list("pk", flat=True))).update(
        due_at=timezone.now() - timedelta(days=1)
    )
    body = _ask(world.client(world.bram)).json()
    assert sum(one["late"] for one in body["clusters"]) + sum(row["late"] for row in body["rows"]) == 50


@pytest.mark.django_db
def test_of_very_many_the_newest_are_counted_and_the_map_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _many(world, 300)
    monkeypatch.setattr(case_map, "MOST", 200)
    body = _ask(world.client(world.bram)).json()
    assert (body["total"], body["capped"]) == (200, True)


@pytest.mark.django_db
def test_the_map_takes_two_queries_at_most_whatever_lies_on_it(
    world: World, django_assert_max_num_queries: Any
) -> None:
    client = world.client(world.bram)
    world.report()
    _ask(client)
    for count in (0, 300):
        if count:
            _many(world, count)
        with django_assert_max_num_queries(3 + 2):  # session, account, person; the cells, the rows
            _ask(client)
    with django_assert_max_num_queries(3 + 1):
        _ask(client, bbox="6.0,52.0,6.1,52.1")


@pytest.mark.django_db
def test_a_map_needs_a_box_and_a_level(world: World) -> None:
    client = world.client(world.bram)
    for asked in ({"zoom": 14}, {"bbox": TOWN}, {"bbox": "5,53,4,52", "zoom": 14}, {"bbox": TOWN, "zoom": 99}):
        assert client.get("/api/v1/cases/_map", asked).status_code == 400


@pytest.mark.parametrize("half", [{"lon": None}, {"lat": None}])
def test_half_a_place_is_refused_by_the_database(world: World, half: dict[str, None]) -> None:
    case = world.report().case
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**half)
