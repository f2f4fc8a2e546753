"""Look-alikes: near enough for their kind, open or solved lately, public, and as cheap among a million reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.media.actions import show_photos
from participation.cases.actions import move_case
from participation.cases.cells import COLUMNS, DEGREE_METRES, LON_TO_LAT, ROWS, cells_around, metres_between
from participation.cases.models import Case
from participation.reports.nearby import nearby
from participation.routing.models import Category
from participation.texts.likeness import alike, likeness_step
from tests.participation.reports.test_supporters import upload
from tests.support.world import HOST_A, HOST_B, IN_THE_WEST, World

LON, LAT = IN_THE_WEST


def east_of(metres: float) -> tuple[float, float]:
    return LON + metres / DEGREE_METRES / LON_TO_LAT, LAT


def near(client: Client, category: str = "grofvuil", **body: Any) -> list[dict[str, Any]]:
    answer = client.post(
        "/api/v1/reports/_nearby",
        {"lat": LAT, "lon": LON, "category": category} | body,
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def references(found: list[dict[str, Any]]) -> list[str]:
    return [one["properties"]["reference"] for one in found]


def test_a_category_says_how_near_and_a_subcategory_before_its_main_category(world: World, client: Client) -> None:
    close, further = world.report(at=east_of(40)).case, world.report(at=east_of(95)).case
    far = world.report(at=east_of(140)).case
    assert references(near(client)) == [close.reference, further.reference]

    for slug, metres, expected in (
        ("schoon", 150, [close, further, far]),
        ("grofvuil", 50, [close]),
        ("schoon", 500, [close]),
    ):
        category = Category.objects.get(slug=slug)
        category.near_metres = metres
        category.save()
        assert references(near(client)) == [case.reference for case in expected]


def test_a_sibling_category_counts_and_another_kind_does_not(world: World, client: Client) -> None:
    sibling = Category.objects.create(
        gemeente=world.a, parent=Category.objects.get(slug="schoon"), slug="afval", name="Afval", visibility="public"
    )
    beside, other = world.report(category=sibling.slug).case, world.report(category="straatverlichting").case

    assert references(near(client)) == [beside.reference]
    assert references(near(client, category="")) == [other.reference, beside.reference], "as near: the newest first"


def test_what_was_solved_lately_is_shown_and_what_was_refused_or_long_ago_is_not(
    world: World, client: Client, settings: Any
) -> None:
    now = timezone.now()
    solved, refused, old = (world.report(at=east_of(metres)).case for metres in (1, 2, 3))
    for case, move in ((solved, "resolve"), (refused, "decline"), (old, "resolve")):
        move_case(reference=case.reference, move=move, message="Klaar.", actor=world.actor(world.bram), now=now)
    Case.objects.filter(pk=old.pk).update(closed_at=now - timedelta(days=29))

    [shown] = near(client)
    assert (shown["properties"]["reference"], shown["properties"]["solved"]) == (solved.reference, True)
    settings.SOLVED_NEARBY_DAYS = 30
    assert references(near(client)) == [solved.reference, old.reference]


def test_only_public_reports_of_this_municipality_appear_with_nothing_that_was_written(world: World) -> None:
    shown = world.report(text="Ottokar dumpt zijn bank", address="Rozemarijnlaan 271").case
    world.report(category="burenoverlast")
    world.report(category="anders")

    found = near(Client(HTTP_HOST=HOST_A), category="", text="Ottokar dumpt zijn bank")
    assert references(found) == [shown.reference]
    assert not {"Ottokar", "Rozemarijnlaan"} & set(str(found).split())
    assert set(found[0]["properties"]) == {
        "reference", "category", "status", "statusLabel", "solved", "createdAt", "closedAt",
    }  # fmt: skip
    assert near(Client(HTTP_HOST=HOST_A), category="burenoverlast") == []
    elsewhere = Client(HTTP_HOST=HOST_B).get(f"/api/v1/reports/_nearby?lat={LAT}&lon={LON}")
    assert elsewhere.status_code == 404


def test_what_waits_for_its_reporter_waits_for_nobody_else(world: World) -> None:
    sent = world.report()
    move_case(
        reference=sent.case.reference, move="ask", message="Welke?", actor=world.actor(world.bram), now=timezone.now()
    )
    neighbour = Client(headers={"host": HOST_A, "accept-language": "en"})
    joined = neighbour.post(f"/api/v1/reports/{sent.case.reference}/supporters", {}, "application/json")
    [near] = neighbour.get("/api/v1/reports/_nearby", {"lon": IN_THE_WEST[0], "lat": IN_THE_WEST[1]}).json()["results"]
    [listed] = neighbour.get("/api/v1/reports").json()["features"]
    assert joined.json()["statusLabel"] == "Waiting for an answer"
    for one in (near, listed):
        assert (one["properties"]["status"], one["properties"]["statusLabel"]) == ("waiting", "Waiting for an answer")
    for path in (f"/melden/ook/{sent.case.reference}/", joined.json()["tracking"]["url"].partition("/melden")[2]):
        page = neighbour.get(path if path.startswith("/melden") else f"/melden{path}", follow=True).content.decode()
        assert "Waiting for an answer" in page
        assert "Waiting for you" not in page
    theirs = neighbour.get("/api/v1/tracking", headers={"authorization": f"Bearer {sent.token}"}).json()
    assert theirs["statusLabel"] == "Waiting for you"


def test_a_photo_is_shown_only_when_it_is_public(world: World, client: Client) -> None:
    photo = upload(client)
    world.report(photos=(UUID(photo),))
    assert near(client)[0]["photoUrl"] is None

    show_photos(ids=[UUID(photo)], public=True)
    assert near(client)[0]["photoUrl"] == f"/photos/{photo}/thumb"


def test_what_says_the_same_comes_before_what_is_a_little_nearer(world: World, client: Client) -> None:
    nearer = world.report(at=east_of(5), text="Drie vuilniszakken naast de container").case
    alike_one = world.report(at=east_of(35), text="Een oude bruine bank op de stoep").case

    assert references(near(client, text="er staat een bruine bank op straat")) == [
        alike_one.reference, nearer.reference,
    ]  # fmt: skip
    assert references(near(client)) == [nearer.reference, alike_one.reference]


@pytest.mark.parametrize(
    ("one", "other", "step"),
    [
        ("Er ligt een matras naast de container", "matras bij containers gedumpt", 2),
        ("grof vuil bij de ondergrondse container", "grofvuil naast container", 2),
        ("De lantaarnpaal doet het niet", "lantarenpaal is weer kapot sinds gisteren", 1),
        ("losse stoeptegel", "er ligt hondenpoep in het gras", 0),
        ("er is het de", "er is het de", 0),
        ("", "bank", 0),
    ],
)
def test_texts_are_alike_in_three_steps(one: str, other: str, step: int) -> None:
    assert likeness_step(one, other) == likeness_step(other, one) == step


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_between_nothing_and_the_same_either_way_round(one: str, other: str) -> None:
    assert 0 <= alike(one, other) == alike(other, one) <= 1
    assert alike(one, one) in {0.0, 1.0}


@given(st.floats(3.4, 7.2), st.floats(50.8, 53.5), st.floats(0, 1), st.floats(0, 500), st.integers(0, 359))
def test_the_cells_hold_everything_within_reach_cut_or_rounded(
    lon: float, lat: float, part: float, metres: float, degrees: int
) -> None:
    from math import cos, radians, sin

    other_lat = lat + metres * part * sin(radians(degrees)) / DEGREE_METRES
    other_lon = lon + metres * part * cos(radians(degrees)) / DEGREE_METRES / LON_TO_LAT
    assert metres_between(lon, lat, other_lon, other_lat) <= metres + 0.001
    rows, columns = cells_around(lon, lat, metres + 0.001)
    assert {int(other_lat * ROWS), round(other_lat * ROWS)} <= set(rows)
    assert {int(other_lon * COLUMNS), round(other_lon * COLUMNS)} <= set(columns)


def test_it_costs_three_statements_each_by_an_index_of_cells(world: World, django_assert_num_queries: Any) -> None:
    world.report()
    arguments: dict[str, Any] = {
        "lon": LON, "lat": LAT, "category": "grofvuil", "gemeente_id": world.a.pk, "now": timezone.now(),
    }  # fmt: skip
    nearby(**arguments)
    with django_assert_num_queries(3) as asked:
        assert len(nearby(**arguments, text="bank")) == 1
    if connection.vendor == "sqlite":
        plans = []
        for query in asked.captured_queries[:2]:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plans.append(" ".join(str(row[-1]) for row in cursor.fetchall()))
        assert "cases_near_open" in plans[0]
        assert "cases_near_solved" in plans[1]
