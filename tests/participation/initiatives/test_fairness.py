"""Where help goes, for who leads: per wijk, with a warning when it goes to where most is done already."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.initiatives.actions.stepping import take_step
from participation.initiatives.models import Initiative
from participation.initiatives.queries.fairness import WijkRow, fairness_of, uneven_in
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import submitted
from tests.support.residents import resident
from tests.support.world import World

pytestmark = pytest.mark.django_db

PAGE = "/werk/initiatieven/verdeling/"


def row(name: str, initiatives: int, granted: int, inhabitants: int | None = None) -> WijkRow:
    return WijkRow(name, name, initiatives, initiatives, 0, granted, granted, 0, None, inhabitants)


def test_wijken_are_counted_with_how_fast_they_got_an_answer(
    neighbourhood: World, django_assert_num_queries: Any
) -> None:
    world = neighbourhood
    Responsibility.objects.get_or_create(gemeente=world.a, kind="initiative", team=world.care)
    for number in range(3):
        made = submitted(resident(f"n{number}@example.nl", name=f"Buur {number}"))
        if number < 2:
            take_step(slug=made.slug, name="accept", actor=world.actor(world.dirk), now=timezone.now())
            Initiative.objects.filter(pk=made.pk).update(submitted_at=timezone.now() - timedelta(days=2 + 2 * number))
    with django_assert_num_queries(3):
        found = fairness_of(world.a.pk, now=timezone.now())
    first = found.rows[0]
    assert (first.name, first.initiatives, first.running, first.days, first.waiting) == (
        "Westerwijk", 3, 3, 2.0, 1,
    )  # fmt: skip
    assert found.uneven is None
    assert "Oosterwijk" in found.without
    assert all(one.initiatives == 0 for one in fairness_of(world.b.pk, now=timezone.now()).rows)
    assert (
        fairness_of(world.a.pk, now=timezone.now(), since=timezone.now() - timedelta(days=1)).rows[0].initiatives == 1
    )


def test_ideas_that_wait_make_a_wijk_no_faster(neighbourhood: World) -> None:
    world, now = neighbourhood, timezone.now()
    Responsibility.objects.get_or_create(gemeente=world.a, kind="initiative", team=world.care)
    for number, (days, answered) in enumerate([(1, True), (90, False), (60, False)]):
        made = submitted(resident(f"n{number}@example.nl", name=f"Buur {number}"))
        if answered:
            take_step(slug=made.slug, name="accept", actor=world.actor(world.dirk), now=now)
        Initiative.objects.filter(pk=made.pk).update(submitted_at=now - timedelta(days=days))
    first = fairness_of(world.a.pk, now=now).rows[0]
    assert (first.days, first.waiting) == (60.0, 2)
    assert "60" in world.client(world.lotte).get(PAGE).content.decode()


def test_it_warns_when_help_goes_to_where_most_is_done_already() -> None:
    rows = [row("A", 10, 9), row("B", 8, 1), row("C", 6, 0)]
    found = uneven_in(rows)
    assert found is not None
    assert (found.names, found.percent, found.initiatives) == (("A",), 90, 42)


def test_with_inhabitants_a_large_wijk_is_not_one_that_does_well_already() -> None:
    found = uneven_in([row("A", 10, 8, 20_000), row("B", 8, 1, 2_000), row("C", 2, 0, 1_000)])
    assert found is None  # B does most for its people, and got little
    found = uneven_in([row("A", 10, 1, 20_000), row("B", 8, 9, 2_000), row("C", 2, 0, 1_000)])
    assert found is not None
    assert (found.names, found.percent, found.initiatives, found.people) == (("B",), 90, 40, 9)
    assert row("A", 10, 1, 20_000).per_thousand == 0.5
    assert row("A", 10, 1).per_thousand is None


def test_it_does_not_warn_about_little_or_about_an_even_share() -> None:
    assert uneven_in([row("A", 10, 3), row("B", 1, 0), row("C", 0, 0)]) is None
    assert uneven_in([row("A", 10, 4), row("B", 9, 4), row("C", 8, 4)]) is None
    assert uneven_in([row("A", 30, 8), row("B", 1, 1), row("C", 1, 1)]) is None
    assert uneven_in([row("A", 10, 9)]) is None


def test_only_who_leads_finds_the_page_and_its_file(neighbourhood: World) -> None:
    world = neighbourhood
    assert world.client(world.bram).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302
    lead = world.client(world.lotte)
    page = lead.get(PAGE)
    assert page.status_code == 200
    assert "Westerwijk" in page.content.decode()
    assert "Duindorp" not in page.content.decode()
    file = lead.get(f"{PAGE}?vorm=csv&periode=jaar")
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(file.content.decode().splitlines()))
    assert {"WK910101", "WK910102"} <= {one[0] for one in rows}
    assert {len(one) for one in rows} == {11}
