"""One deed on many cases: tried, done, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.events.models import Event
from participation.cases.models import BulkDeed, Case
from tests.participation.cases.inbox import mandated, references, send
from tests.support.world import World


def test_a_trial_says_what_would_happen_and_changes_nothing(world: World) -> None:
    cases = [world.report().case for _ in range(2)]
    closed = world.report().case
    lotte = world.client(world.lotte)
    send(lotte, f"cases/{closed.reference}/transitions", {"move": "resolve", "message": "Klaar"}, status=201)
    hidden = world.report(category="burenoverlast").case
    names = [case.reference for case in (*cases, closed, hidden)]
    before = list(Case.objects.order_by("pk").values())
    events = Event.objects.count()

    body = {"references": names, "deed": "assign", "professional": world.lotte.pk, "dryRun": True}
    tried = send(lotte, "cases/_bulk", body)

    assert (tried["id"], tried["done"], tried["refused"], tried["undoable"]) == (None, 2, 2, True)
    assert [one["ok"] for one in tried["results"]] == [True, True, False, False]
    assert tried["results"][0]["change"]["to"]["assignee"]["name"] == "Lotte"
    assert tried["results"][0]["change"]["from"]["assignee"]["name"] == "Bram"
    assert [one["error"]["code"] for one in tried["results"][2:]] == ["conflict", "not-found"]
    assert list(Case.objects.order_by("pk").values()) == before
    assert Event.objects.count() == events
    assert not BulkDeed.objects.exists()


def test_a_deed_on_many_is_an_event_on_each_and_can_be_undone_where_nothing_happened_since(world: World) -> None:
    cases = [world.report().case for _ in range(3)]
    names = [case.reference for case in cases]
    lotte, bram, carla = (world.client(one) for one in (world.lotte, world.bram, world.carla))

    done = send(lotte, "cases/_bulk", {"references": names, "deed": "assign", "professional": world.lotte.pk})

    assert (done["done"], done["refused"]) == (3, 0)
    assert set(Case.objects.values_list("assignee", "status")) == {(world.lotte.pk, "assigned")}
    assert Event.objects.filter(type="case.assigned").count() == 3
    assert references(lotte, "unread=true") == []
    again = send(lotte, "cases/_bulk", {"references": names, "deed": "assign", "professional": world.lotte.pk})
    assert {one["error"]["code"] for one in again["results"]} == {"no-change"}
    send(bram, f"cases/{names[1]}/notes", {"text": "Ik was al bezig"}, status=201)

    send(carla, f"cases/_bulk/{done['id']}/_undo", status=404)
    undone = send(lotte, f"cases/_bulk/{done['id']}/_undo")

    assert [one["ok"] for one in undone["results"]] == [True, False, True]
    assert undone["results"][1]["error"]["code"] == "changed-since"
    for case in cases:
        case.refresh_from_db()
    assert [case.assignee_id for case in cases] == [world.bram.pk, world.lotte.pk, world.bram.pk]
    assert [case.status for case in cases] == ["received", "assigned", "received"]
    assert cases[0].version == Event.objects.filter(subject=f"case/{names[0]}").count() == 3
    send(lotte, f"cases/_bulk/{done['id']}/_undo", status=409)


def test_cases_given_to_another_team_come_back(world: World) -> None:
    case = world.report().case
    lotte = world.client(world.lotte)
    done = send(lotte, "cases/_bulk", {"references": [case.reference], "deed": "assign", "team": world.desk.pk})
    assert done["results"][0]["change"]["to"]["team"]["slug"] == "kcc"

    send(lotte, f"cases/_bulk/{done['id']}/_undo")

    case.refresh_from_db()
    assert (case.team_id, case.assignee_id) == (world.cleaning.pk, world.bram.pk)
    assert references(world.client(world.bram), "q=bank") == [case.reference]


def test_priority_of_many_and_back(world: World) -> None:
    names = [world.report().case.reference for _ in range(2)]
    bram = world.client(world.bram)

    done = send(bram, "cases/_bulk", {"references": names, "deed": "priority", "priority": "high"})

    assert references(bram, "priority=high") == names[::-1]
    assert done["results"][0]["change"] == {"from": {"priority": "normal"}, "to": {"priority": "high"}}
    send(bram, f"cases/_bulk/{done['id']}/_undo")
    assert references(bram, "priority=high") == []


def test_undoing_after_a_day_is_refused(world: World) -> None:
    bram = world.client(world.bram)
    body = {"references": [world.report().case.reference], "deed": "priority", "priority": "high"}
    done = send(bram, "cases/_bulk", body)
    BulkDeed.objects.update(at=timezone.now() - timedelta(hours=25))

    send(bram, f"cases/_bulk/{done['id']}/_undo", status=409)


def test_an_auditor_reads_but_changes_nothing(world: World) -> None:
    case = world.report().case
    auditor = world.client(mandated(world, "auditor"))

    done = send(auditor, "cases/_bulk", {"references": [case.reference], "deed": "priority", "priority": "high"})

    assert (done["id"], done["results"][0]["error"]["code"]) == (None, "not-allowed")


@pytest.mark.parametrize(
    "body",
    [
        {"deed": "assign"}, {"deed": "priority"}, {"deed": "move", "move": "resolve"},
        {"deed": "read", "references": []},
        {"deed": "read", "references": ["M-000000"] * 201}, {"deed": "priority", "priority": "x"}, {"deed": "x"},
        {"deed": "read", "references": "M-000000"}, {"deed": "read", "colour": 1},
    ],
)  # fmt: skip
def test_a_deed_that_makes_no_sense_is_refused(world: World, body: dict[str, Any]) -> None:
    send(world.client(world.bram), "cases/_bulk", {"references": ["M-000000"]} | body, status=400)


def test_marking_many_needs_no_undoing(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)

    done = send(bram, "cases/_bulk", {"references": [case.reference, "M-000000"], "deed": "read"})

    assert (done["id"], done["undoable"], done["done"], done["refused"]) == (None, False, 1, 1)
    assert references(bram, "unread=true") == []
