"""Saved views over the API: counted, shared, refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from participation.cases.models import Case, SavedView
from participation.organisations.models import Membership, Professional
from tests.participation.cases.inbox import send
from tests.support.world import World


def test_a_saved_view_is_counted_live_and_can_be_changed_and_removed(world: World) -> None:
    bram = world.client(world.bram)
    view = send(
        bram, "saved-views", {"name": "  Hoog  west ", "query": {"priority": "high", "area": "WK910101"}}, status=201
    )
    assert (view["name"], view["count"], view["capped"], view["mine"]) == ("Hoog west", 0, False, True)
    case = world.report().case
    Case.objects.filter(pk=case.pk).update(priority="high")

    [listed] = bram.get("/api/v1/saved-views").json()["results"]
    assert (listed["count"], listed["query"]) == (1, {"priority": "high", "area": "WK910101"})
    [quick] = bram.get("/api/v1/saved-views?counts=false").json()["results"]
    assert quick["count"] is None
    changed = send(bram, f"saved-views/{view['id']}", {"query": {"q": "bank"}, "name": "Banken"}, "patch")
    assert (changed["name"], changed["count"]) == ("Banken", 1)
    send(bram, f"saved-views/{view['id']}", method="delete", status=204)
    assert not SavedView.objects.exists()


def test_a_view_shared_with_the_team_is_seen_there_and_changed_by_maker_and_lead_only(world: World) -> None:
    bram, lotte, carla = (world.client(one) for one in (world.bram, world.lotte, world.carla))
    colleague = Professional.objects.create(
        user=User.objects.create(username="els"), gemeente=world.a, name="Els", role="Wijkbeheerder"
    )
    Membership.objects.create(professional=colleague, team=world.cleaning)
    els = world.client(colleague)
    body = {"name": "Team", "query": {"view": "new"}, "team": world.cleaning.pk}
    view = send(bram, "saved-views", body, status=201)
    send(bram, "saved-views", {"name": "Van mij", "query": {}}, status=201)

    def names(browser: Client) -> list[str]:
        return [one["name"] for one in browser.get("/api/v1/saved-views").json()["results"]]

    assert names(bram) == ["Team", "Van mij"]
    assert names(lotte) == names(els) == ["Team"]
    assert names(carla) == []
    assert send(els, f"saved-views/{view['id']}", {"name": "x"}, "patch", 403)
    assert send(carla, f"saved-views/{view['id']}", {"name": "x"}, "patch", 404)
    assert send(carla, f"saved-views/{view['id']}", method="delete", status=404)
    assert send(lotte, f"saved-views/{view['id']}", {"name": "Ploeg"}, "patch")["by"] == "Bram"
    refused = send(carla, "saved-views", body, status=400)
    assert refused["errors"][0]["field"] == "team"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "x"}, "query.status"),
        ({"color": "red"}, "query.color"),
        ({"createdAfter": "x"}, "query.createdAfter"),
    ],
)
def test_a_view_with_a_wrong_filter_is_refused_by_name(world: World, query: dict[str, str], field: str) -> None:
    refused = send(world.client(world.bram), "saved-views", {"name": "x", "query": query}, status=400)

    assert [one["field"] for one in refused["errors"]] == [field]


def test_two_views_of_one_name_are_refused(world: World) -> None:
    bram = world.client(world.bram)
    send(bram, "saved-views", {"name": "Nieuw", "query": {}}, status=201)

    assert send(bram, "saved-views", {"name": "Nieuw", "query": {}}, status=400)["errors"][0]["code"] == "taken"


def test_all_views_are_counted_in_one_query(world: World, django_assert_num_queries: Any) -> None:
    bram = world.client(world.bram)
    for number in range(6):
        send(bram, "saved-views", {"name": f"{number}", "query": {"supporters": f"{number}", "q": "bank"}}, status=201)
    bram.get("/api/v1/saved-views")

    with django_assert_num_queries(5):  # session, account, person, views, numbers
        assert len(bram.get("/api/v1/saved-views").json()["results"]) == 6
