"""Walking rounds: the order, one's own, what is marked and how often, without a connection too."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.cases.models import Case, Round, RoundStop
from participation.cases.walking import metres, shortest_walk
from tests.support.world import IN_THE_EAST, World

PLACE = st.tuples(st.floats(4.0, 4.2), st.floats(52.0, 52.1))


# --- the order --------------------------------------------------------------------------------


def test_places_on_a_line_are_walked_from_one_end_to_the_other() -> None:
    line = [(4.3, 52.0), (4.1, 52.0), (4.2, 52.0), (4.0, 52.0)]
    assert shortest_walk(line) in ([3, 1, 2, 0], [0, 2, 1, 3])


def test_a_walk_begins_near_its_start() -> None:
    line = [(4.3, 52.0), (4.1, 52.0), (4.2, 52.0)]
    assert shortest_walk(line, start=(4.31, 52.0)) == [0, 2, 1]


def test_a_crossing_that_nearest_neighbour_makes_is_undone() -> None:
    # From the middle, nearest first goes 1, -1.1, 3.2, -4: to and fro over the start.
    line = [(4.0 + x / 1000, 52.0) for x in (1, -1.1, 3.2, -4)]
    walk = shortest_walk(line, start=(4.0, 52.0))
    best = min(permutations(range(4)), key=lambda order: metres([line[i] for i in order], (4.0, 52.0)))
    assert metres([line[i] for i in walk], (4.0, 52.0)) == metres([line[i] for i in best], (4.0, 52.0))


def test_what_has_no_place_comes_last_in_the_order_given() -> None:
    assert shortest_walk([None, (4.1, 52.0), None, (4.2, 52.0)], start=(4.0, 52.0)) == [1, 3, 0, 2]
    assert shortest_walk([None, None]) == [0, 1]
    assert shortest_walk([]) == []


@given(st.lists(PLACE, max_size=12), st.none() | PLACE)
@settings(max_examples=60)
def test_every_place_is_passed_once_and_never_further_than_in_the_order_given(
    places: list[tuple[float, float]], start: tuple[float, float] | None
) -> None:
    walk = shortest_walk(places, start)
    assert sorted(walk) == list(range(len(places)))
    assert shortest_walk(places, start) == walk
    if len(places) <= 3:
        shortest = min(metres([places[i] for i in order], start) for order in permutations(range(len(places))))
        assert metres([places[i] for i in walk], start) <= shortest + 1


def test_a_kilometre_is_a_kilometre_and_streets_make_it_longer() -> None:
    assert metres([(4.0, 52.0), (4.0, 52.0 + 1000 / 111_195)]) == 1300
    assert metres([]) == metres([(4.0, 52.0)]) == 0


# --- over HTTP --------------------------------------------------------------------------------


def _cases(world: World, *spots: tuple[float, float], **more: Any) -> list[str]:
    return [world.report(at=spot, **more).case.reference for spot in spots]


ROW = ((5.001, 52.005), (5.009, 52.005), (5.005, 52.005))
IN_ORDER = (0, 2, 1)


def _make(client: Client, references: list[str], key: str = "", **more: Any) -> Any:
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return client.post("/api/v1/rounds", {"references": references, **more}, content_type="application/json", **headers)


def _mark(client: Client, walk: int, reference: str, key: str = "", **body: Any) -> Any:
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return client.post(f"/api/v1/rounds/{walk}/stops/{reference}", body, content_type="application/json", **headers)


def _order(answer: Any) -> list[str]:
    return [stop["reference"] for stop in answer.json()["stops"]]


@pytest.mark.django_db
def test_a_round_is_made_in_the_order_to_walk(world: World) -> None:
    references = _cases(world, *ROW)
    made = _make(world.client(world.bram), references, start=[5.0, 52.005], name="Ochtend")
    assert made.status_code == 201
    assert _order(made) == [references[i] for i in IN_ORDER]
    body = made.json()
    assert (body["name"], body["total"], body["marked"], body["finishedAt"]) == ("Ochtend", 3, 0, None)
    assert 600 < body["metres"] < 800
    assert body["stops"][0]["case"]["subject"] and body["stops"][0]["state"] == "open"


@pytest.mark.django_db
def test_the_same_key_makes_one_round(world: World) -> None:
    references, key = _cases(world, *ROW), str(uuid4())
    client = world.client(world.bram)
    first, again = _make(client, references, key), _make(client, references, key)
    assert first.json()["id"] == again.json()["id"] and again["Idempotency-Replayed"] == "true"
    assert Round.objects.count() == 1


@pytest.mark.django_db
def test_a_case_that_one_may_not_see_is_refused_like_one_that_is_not_there(world: World) -> None:
    [mine] = _cases(world, ROW[0])
    [secret] = _cases(world, ROW[0], category="burenoverlast")
    client = world.client(world.bram)
    for other in (secret, "M-ZZZZZZ"):
        refused = _make(client, [mine, other])
        assert refused.status_code == 400
        [error] = refused.json()["errors"]
        assert (error["field"], error["code"]) == ("references", "unknown") and other in error["detail"]
    assert not Round.objects.exists()


@pytest.mark.django_db
def test_a_round_has_a_stop_and_not_too_many(world: World) -> None:
    client = world.client(world.bram)
    codes = [
        _make(client, references).json()["errors"][0]["code"]
        for references in ([], [f"M-{number:06}" for number in range(41)])
    ]
    assert codes == ["required", "too-many"]


@pytest.mark.django_db
def test_a_round_is_only_its_makers(world: World) -> None:
    references = _cases(world, *ROW)
    walk = _make(world.client(world.bram), references).json()["id"]
    lotte = world.client(world.lotte)  # of the same team, and its lead
    assert lotte.get("/api/v1/rounds").json() == {"results": []}
    assert lotte.get(f"/api/v1/rounds/{walk}").status_code == 404
    assert lotte.patch(f"/api/v1/rounds/{walk}", {"finished": True}, content_type="application/json").status_code == 404
    assert _mark(lotte, walk, references[0], state="done").status_code == 404
    assert lotte.delete(f"/api/v1/rounds/{walk}").status_code == 404
    assert Client().get("/api/v1/rounds").status_code == 401


@pytest.mark.django_db
def test_stops_are_done_skipped_and_undone(world: World) -> None:
    references = _cases(world, *ROW)
    client = world.client(world.bram)
    walk = _make(client, references).json()["id"]
    versions = set(Case.objects.values_list("reference", "version"))
    assert _mark(client, walk, references[0], state="done").json()["marked"] == 1
    assert _mark(client, walk, references[1], state="skipped").json()["marked"] == 2
    undone = _mark(client, walk, references[0], state="open").json()
    assert undone["marked"] == 1
    assert set(Case.objects.values_list("reference", "version")) == versions  # a mark is no deed on the case
    [listed] = client.get("/api/v1/rounds").json()["results"]
    assert (listed["total"], listed["marked"]) == (3, 1)


@pytest.mark.django_db
def test_old_news_of_a_phone_does_not_undo_what_came_later(world: World) -> None:
    references = _cases(world, *ROW)
    client = world.client(world.bram)
    walk = _make(client, references).json()["id"]
    now = timezone.now()
    before, after = ((now - timedelta(minutes=ago)).isoformat() for ago in (30, 10))
    _mark(client, walk, references[0], state="skipped", at=after)
    answer = _mark(client, walk, references[0], state="done", at=before)
    assert answer.status_code == 200
    assert RoundStop.objects.get(case__reference=references[0]).state == "skipped"


@pytest.mark.django_db
def test_a_mark_sent_twice_with_one_key_counts_once_even_when_it_was_undone_between(world: World) -> None:
    references, key = _cases(world, *ROW), str(uuid4())
    client = world.client(world.bram)
    walk = _make(client, references).json()["id"]
    _mark(client, walk, references[0], key, state="done")
    _mark(client, walk, references[0], state="open")
    again = _mark(client, walk, references[0], key, state="done")
    assert again["Idempotency-Replayed"] == "true"
    assert RoundStop.objects.get(case__reference=references[0]).state == "open"


@pytest.mark.django_db
def test_a_moment_in_the_future_is_refused(world: World) -> None:
    references = _cases(world, *ROW)
    client = world.client(world.bram)
    walk = _make(client, references).json()["id"]
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert _mark(client, walk, references[0], state="done", at=later).json()["errors"][0]["code"] == "future"


@pytest.mark.django_db
def test_the_order_can_be_changed_whole_or_made_anew_from_where_one_stands(world: World) -> None:
    references = _cases(world, *ROW)
    client = world.client(world.bram)
    walk = _make(client, references, start=[5.0, 52.005]).json()["id"]
    changed = client.patch(f"/api/v1/rounds/{walk}", {"order": references}, content_type="application/json")
    assert _order(changed) == references
    _mark(client, walk, references[0], state="done")
    anew = client.patch(f"/api/v1/rounds/{walk}", {"start": [5.01, 52.005]}, content_type="application/json")
    assert _order(anew) == [references[0], references[1], references[2]]
    short = client.patch(f"/api/v1/rounds/{walk}", {"order": references[:2]}, content_type="application/json")
    assert short.json()["errors"][0]["code"] == "incomplete"


@pytest.mark.django_db
def test_stops_are_added_and_taken_off_and_a_round_ends(world: World) -> None:
    references = _cases(world, *ROW, IN_THE_EAST)
    client = world.client(world.bram)
    walk = _make(client, references[:2], start=[5.0, 52.005]).json()["id"]
    path = f"/api/v1/rounds/{walk}"
    more = client.post(f"{path}/stops", {"references": references[1:]}, content_type="application/json")
    assert _order(more) == references
    assert _order(client.delete(f"{path}/stops/{references[0]}")) == references[1:]
    ended = client.patch(path, {"finished": True}, content_type="application/json").json()
    assert ended["finishedAt"]
    assert client.delete(path).status_code == 204 and not Round.objects.exists()


@pytest.mark.django_db
def test_a_case_that_went_to_another_team_keeps_its_stop_but_shows_nothing(world: World) -> None:
    references = _cases(world, *ROW)
    client = world.client(world.bram)
    walk = _make(client, references).json()["id"]
    Case.objects.filter(reference=references[0]).update(team=world.care)
    stops = {stop["reference"]: stop for stop in client.get(f"/api/v1/rounds/{walk}").json()["stops"]}
    assert stops[references[0]]["case"] is None and stops[references[0]]["photos"] == []
    assert stops[references[1]]["case"] is not None


@pytest.mark.django_db
def test_a_round_of_any_length_costs_the_same_queries(world: World, django_assert_num_queries: Any) -> None:
    references = _cases(world, *ROW)
    client = world.client(world.bram)
    one, three = (_make(client, chosen).json()["id"] for chosen in (references[:1], references))
    for walk in (one, three):
        client.get(f"/api/v1/rounds/{walk}")
        with django_assert_num_queries(7):  # session, account, person, the round, its stops, cases, photos
            client.get(f"/api/v1/rounds/{walk}")
