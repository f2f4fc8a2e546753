"""Polls over the API for everybody: what is asked, never what was answered."""

from __future__ import annotations

from typing import Any

import pytest

from participation.polls.states import Kind, Shows
from tests.participation.polls.conftest import TREES, open_poll, prepared, send, visitor
from tests.support.world import World

pytestmark = pytest.mark.django_db


def test_the_list_has_public_polls_with_cursor_and_filters(
    neighbourhood: World, django_assert_max_num_queries: Any
) -> None:
    first, second = open_poll(neighbourhood), open_poll(neighbourhood)
    prepared(neighbourhood)
    client = visitor()
    with django_assert_max_num_queries(4):
        page = client.get("/api/v1/polls?limit=1").json()
    assert [one["slug"] for one in page["results"]] == [second.slug]
    rest = client.get(page["next"]).json()
    assert [one["slug"] for one in rest["results"]] == [first.slug] and rest["next"] is None
    assert client.get(f"/api/v1/polls?area={neighbourhood.east.code}").json()["results"] == []
    assert client.get("/api/v1/polls?status=answered").json()["results"] == []
    assert len(client.get("/api/v1/polls?status=open").json()["results"]) == 2
    assert client.get("/api/v1/polls?theme=bestaat-niet").status_code == 400
    assert client.get("/api/v1/polls/").status_code == 404


def test_one_poll_tells_what_it_asks_and_a_ballot_can_be_made_from_it(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, questions=[TREES, {"kind": Kind.SCALE, "title": "Hoe?", "steps": 7}])
    client = visitor()
    told = client.get(f"/api/v1/polls/{poll.slug}").json()
    single, scale = told["questions"]
    assert [one["label"] for one in single["options"]] == ["Linde", "Eik", "Es"]
    assert (scale["steps"], single["steps"], told["votable"]) == (7, None, True)
    choices = {str(single["id"]): single["options"][1]["id"], str(scale["id"]): 7}
    assert send(client, poll, choices).status_code == 201


def test_no_count_is_told_where_results_are_not_shown(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    client = visitor()
    for _ in range(6):
        send(visitor(), poll)
    told = client.get(f"/api/v1/polls/{poll.slug}")
    assert told.json()["resultsVisible"] is False
    assert not {"ballots", "count", "votes", "turnout"} & set(told.json())
    assert client.get(f"/api/v1/polls/{poll.slug}/results").status_code == 403
    live = open_poll(neighbourhood, shows=Shows.LIVE)
    assert client.get(f"/api/v1/polls/{live.slug}").json()["resultsVisible"] is True


def test_a_poll_that_is_not_public_is_not_there(neighbourhood: World) -> None:
    assert visitor().get(f"/api/v1/polls/{prepared(neighbourhood).slug}").status_code == 404
