"""Whoever has an open case can act on it, also when it is open again or put back after they left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from core.work.schedule import enqueue_due
from core.work.worker import run_due_tasks
from participation.cases.actions import bulk
from participation.cases.models import BulkDeed, Case
from participation.cases.responsibility import check_responsibility
from participation.organisations.models import Membership, Professional
from participation.organisations.queries import accounts_changed
from tests.participation.cases.inbox import send
from tests.participation.cases.people import colleague, fresh
from tests.participation.cases.together import post
from tests.support.world import World


def end(person: Professional) -> None:
    """Their account ends, and this process knows."""
    person.user.is_active = False
    person.user.save(update_fields=["is_active"])


def end_elsewhere(person: Professional) -> None:
    """Their account ended in another process; this one has not heard of it."""
    User.objects.filter(pk=person.user_id).update(is_active=False)


def closed(world: World, by: Client) -> Case:
    case = world.report().case
    assert case.assignee == world.bram
    assert post(by, case, "transitions", {"move": "resolve", "message": "Klaar"}).status_code == 201
    return case


def test_a_case_reopened_by_the_resident_does_not_go_to_who_left(world: World) -> None:
    sent = world.report()
    case = sent.case
    post(world.client(world.lotte), case, "transitions", {"move": "resolve", "message": "Klaar"})
    end(world.bram)
    answer = Client().post(
        "/api/v1/tracking/feedback",
        {"solved": False, "text": "Het ligt er nog"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {sent.token}"},
    )
    assert answer.status_code in {200, 201}, answer.content
    assert (fresh(case).status, fresh(case).assignee) == ("reopened", world.lotte)
    assert check_responsibility(now=timezone.now()) == []


def test_a_case_reopened_by_a_professional_does_not_go_to_who_left_the_team(world: World) -> None:
    lotte = world.client(world.lotte)
    case = closed(world, lotte)
    Membership.objects.filter(professional=world.bram).delete()
    assert post(lotte, case, "transitions", {"move": "reopen"}).status_code == 201
    assert fresh(case).assignee == world.lotte


def test_a_case_reopened_goes_to_who_had_it_when_they_are_still_there(world: World) -> None:
    lotte = world.client(world.lotte)
    case = closed(world, lotte)
    assert post(lotte, case, "transitions", {"move": "reopen"}).status_code == 201
    assert fresh(case).assignee == world.bram


def test_a_duplicate_put_back_does_not_go_to_who_left(world: World) -> None:
    lotte = world.client(world.lotte)
    main, double = world.report().case, world.report().case
    assert post(lotte, double, "duplicates", {"of": main.reference}).status_code == 201
    Case.objects.filter(pk=main.pk).update(assignee=world.lotte)
    end(world.bram)
    assert post(lotte, double, "duplicates/_undo", {}).status_code == 201
    assert fresh(double).assignee == world.lotte
    assert check_responsibility(now=timezone.now()) == []


def test_what_is_undone_for_many_does_not_go_to_who_left(world: World) -> None:
    lotte = world.client(world.lotte)
    case = world.report().case
    done = send(
        lotte, "cases/_bulk", {"references": [case.reference], "deed": "assign", "professional": world.lotte.pk}
    )
    end(world.bram)
    undone = send(lotte, f"cases/_bulk/{done['id']}/_undo")
    assert undone["results"][0]["ok"]
    assert fresh(case).assignee == world.lotte
    assert check_responsibility(now=timezone.now()) == []


def test_who_was_put_out_of_the_team_undoes_nothing_there(world: World) -> None:
    bram = world.client(world.bram)
    case = world.report().case
    done = send(bram, "cases/_bulk", {"references": [case.reference], "deed": "priority", "priority": "high"})
    Membership.objects.filter(professional=world.bram).delete()
    Membership.objects.create(professional=world.bram, team=world.care)
    undone = send(bram, f"cases/_bulk/{done['id']}/_undo")
    assert undone["results"][0]["error"]["code"] == "not-allowed"
    assert fresh(case).priority == "high"


def test_what_went_to_a_team_beyond_one_s_sight_can_be_undone(world: World) -> None:
    bram = world.client(world.bram)
    case = world.report().case
    done = send(bram, "cases/_bulk", {"references": [case.reference], "deed": "assign", "team": world.desk.pk})
    assert bram.get(f"/api/v1/cases/{case.reference}").status_code == 404
    assert send(bram, f"cases/_bulk/{done['id']}/_undo")["results"][0]["ok"]
    assert fresh(case).assignee == world.bram


@pytest.fixture
def breaks_off(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The server falls over at the third case of a deed."""
    seen: list[str] = []
    whole = bulk.mark_seen

    def stop(case: Case, **values: Any) -> None:
        seen.append(case.reference)
        if len(seen) == 3:
            raise KeyboardInterrupt
        whole(case, **values)

    monkeypatch.setattr(bulk, "mark_seen", stop)
    return monkeypatch


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_broke_off_can_be_undone_and_its_undoing_gone_on_with(
    committed_world: World, breaks_off: pytest.MonkeyPatch
) -> None:
    world = committed_world
    names = [world.report().case.reference for _ in range(5)]
    lotte = world.client(world.lotte)
    body = {"references": names, "deed": "priority", "priority": "high"}
    with pytest.raises(KeyboardInterrupt):
        send(lotte, "cases/_bulk", body)
    high = Case.objects.filter(priority="high")
    assert sorted(high.values_list("reference", flat=True)) == sorted(names[:2])

    [kept] = lotte.get("/api/v1/cases/_bulk").json()["results"]
    assert (kept["deed"], kept["references"]) == ("priority", names[:2])
    assert world.client(world.bram).get("/api/v1/cases/_bulk").json()["results"] == []

    seen: list[str] = []

    def second(case: Case, **values: Any) -> None:
        seen.append(case.reference)
        if len(seen) == 2:
            raise KeyboardInterrupt

    breaks_off.setattr(bulk, "mark_seen", second)
    with pytest.raises(KeyboardInterrupt):
        send(lotte, f"cases/_bulk/{kept['id']}/_undo")
    assert list(high.values_list("reference", flat=True)) == [names[1]]

    seen.clear()  # what is undone already is passed over, so this time only the last one counts
    undone = send(lotte, f"cases/_bulk/{kept['id']}/_undo")
    assert [one["ok"] for one in undone["results"]] == [True, True]
    assert not high.exists()
    send(lotte, f"cases/_bulk/{kept['id']}/_undo", status=409)
    assert BulkDeed.objects.get().undone_at is not None


def test_nobody_is_given_a_case_who_left_in_another_process(world: World) -> None:
    case, lotte = world.report().case, world.client(world.lotte)
    kees = colleague(world, "Kees", world.cleaning)
    world.client(world.lotte).get("/api/v1/cases")
    end_elsewhere(kees)
    refused = post(lotte, case, "assignments", {"professional": kees.pk})
    assert refused.status_code == 400
    assert fresh(case).assignee == world.bram


def test_what_reaches_an_ended_account_goes_to_someone_else_within_seconds(world: World) -> None:
    world.report()
    end_elsewhere(world.bram)
    Case.objects.update(assignee=world.lotte)
    slipped = world.report().case
    Case.objects.filter(pk=slipped.pk).update(assignee=world.bram)
    now = timezone.now()
    accounts_changed()  # meanwhile this process has heard
    assert "move-what-slipped-in" in enqueue_due(now=now)
    run_due_tasks()
    assert fresh(slipped).assignee == world.lotte
    assert check_responsibility(now=now) == []
    assert "move-what-slipped-in" not in enqueue_due(now=now + timedelta(seconds=11))
