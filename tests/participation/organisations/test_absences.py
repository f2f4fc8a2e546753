from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.accounts.actor import RESIDENT
from core.errors import Invalid, NotFound
from core.events.models import Event
from participation.organisations.actions import end_absence, plan_absence
from participation.organisations.models import Absence, Membership, Professional
from tests.support.world import HOST_B, NOON, World

TODAY = date(2026, 11, 18)


def plan(world: World, who: Professional, by: Professional, **changes: Any) -> Absence:
    values = {"starts_on": TODAY, "ends_on": date(2026, 11, 20)} | changes
    return plan_absence(professional_id=who.pk, actor=world.actor(by), now=NOON, **values)


def test_someone_plans_their_own_absence_with_a_replacement_of_the_team(world: World) -> None:
    absence = plan(world, world.bram, world.bram, replacement_id=world.lotte.pk)
    assert (absence.professional_id, absence.replacement_id) == (world.bram.pk, world.lotte.pk)
    event = Event.objects.get(type="absence.planned")
    assert (event.subject, event.gemeente_id, event.payload) == (f"absence/{absence.pk}", world.a.pk, {})


def test_a_team_lead_plans_for_the_team_and_nobody_else_does(world: World) -> None:
    assert plan(world, world.bram, world.lotte).professional_id == world.bram.pk
    for who, by in [
        (world.lotte, world.bram),
        (world.bram, world.carla),
        (world.dirk, world.lotte),
        (world.bram, world.zoe),
    ]:
        with pytest.raises(NotFound):
            plan(world, who, by, starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 5))
    with pytest.raises(NotFound):
        plan_absence(professional_id=world.bram.pk, starts_on=TODAY, ends_on=TODAY, actor=RESIDENT, now=NOON)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"ends_on": date(2026, 11, 17)}, "endsOn", "before-start"),
        ({"starts_on": date(2026, 11, 2), "ends_on": date(2026, 11, 3)}, "endsOn", "past"),
        ({"ends_on": date(2030, 1, 1)}, "endsOn", "too-long"),
    ],
)
def test_impossible_days_are_refused(world: World, changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(world, world.bram, world.bram, **changes)
    assert [(one.field, one.code) for one in refused.value.errors] == [(field, code)]
    assert not Absence.objects.exists()


def test_an_overlap_and_a_wrong_replacement_are_refused_together(world: World) -> None:
    plan(world, world.bram, world.bram)
    with pytest.raises(Invalid) as refused:
        plan(world, world.bram, world.bram, replacement_id=world.carla.pk)
    assert [(one.field, one.code) for one in refused.value.errors] == [
        ("startsOn", "overlap"),
        ("replacement", "unknown"),
    ]
    with pytest.raises(Invalid):
        plan(world, world.dirk, world.dirk, replacement_id=world.dirk.pk)


def test_the_table_refuses_days_in_the_wrong_order_and_oneself_as_replacement(world: World) -> None:
    for wrong in ({"ends_on": date(2026, 11, 1)}, {"replacement": world.bram}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(**({"professional": world.bram, "starts_on": TODAY, "ends_on": TODAY} | wrong))


def test_ending_shortens_what_runs_and_removes_what_has_not_begun(world: World) -> None:
    running = plan(world, world.bram, world.bram, starts_on=date(2026, 11, 16))
    coming = plan(world, world.bram, world.bram, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 4))
    with pytest.raises(NotFound):
        end_absence(absence_id=running.pk, actor=world.actor(world.carla), now=NOON)
    end_absence(absence_id=running.pk, actor=world.actor(world.bram), now=NOON)
    end_absence(absence_id=coming.pk, actor=world.actor(world.lotte), now=NOON)
    assert list(Absence.objects.values_list("pk", "ends_on")) == [(running.pk, date(2026, 11, 17))]
    end_absence(absence_id=running.pk, actor=world.actor(world.bram), now=NOON)
    assert Event.objects.filter(type="absence.ended").count() == 2


def test_the_day_is_that_of_amsterdam(world: World) -> None:
    late = datetime.fromisoformat("2026-11-18T23:30:00+00:00")  # Thursday, half past midnight
    with pytest.raises(Invalid):
        plan_absence(
            professional_id=world.bram.pk, starts_on=TODAY, ends_on=TODAY, actor=world.actor(world.bram), now=late
        )


# --- over HTTP --------------------------------------------------------------------------------


def days(first: int, last: int) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "startsOn": (today + timedelta(days=first)).isoformat(),
        "endsOn": (today + timedelta(days=last)).isoformat(),
    }


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"/api/v1/absences{path}", body or {}, content_type="application/json")


def test_absences_over_the_api_for_oneself_and_the_lead(world: World) -> None:
    bram, lotte, carla = (world.client(one) for one in (world.bram, world.lotte, world.carla))
    made = post(bram, "", days(0, 2) | {"replacement": world.lotte.pk})
    assert made.status_code == 201, made.content
    assert made.json() == {
        "id": made.json()["id"],
        "professional": {"id": world.bram.pk, "name": "Bram"},
        **days(0, 2),
        "replacement": {"id": world.lotte.pk, "name": "Lotte"},
    }
    path = f"/{made.json()['id']}/_end"
    assert [one["id"] for one in lotte.get("/api/v1/absences").json()["results"]] == [made.json()["id"]]
    assert carla.get("/api/v1/absences").json() == {"results": [], "next": None}
    assert post(carla, path).status_code == 404
    assert post(carla, "", days(0, 1) | {"professional": world.bram.pk}).status_code == 404
    assert post(lotte, "", days(5, 6) | {"professional": world.bram.pk}).status_code == 201
    assert post(bram, path).status_code == 204
    assert post(bram, "/99999999999999999999/_end").status_code == 404


def test_absences_are_for_professionals_of_this_host(world: World) -> None:
    assert Client().get("/api/v1/absences").status_code in {401, 403}
    assert world.client(world.bram, HTTP_HOST=HOST_B).get("/api/v1/absences").status_code == 404


def test_wrong_bodies_are_explained(world: World) -> None:
    bram = world.client(world.bram)
    problem = post(bram, "", {"startsOn": "morgen", "replacement": "Lotte", "x": 1})
    assert problem.status_code == 400
    assert {one["field"] for one in problem.json()["errors"]} == {"startsOn", "endsOn", "replacement", "x"}
    assert post(bram, "", days(3, 1)).json()["errors"][0]["code"] == "before-start"


def test_the_list_costs_the_same_for_one_and_for_many(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        Absence.objects.create(
            professional=world.bram,
            starts_on=timezone.localdate() + timedelta(days=number),
            ends_on=timezone.localdate() + timedelta(days=number),
            replacement=world.lotte,
        )
    assert Membership.objects.filter(professional=world.lotte, role="lead").exists()
    client = world.client(world.lotte)
    client.get("/api/v1/absences")
    with django_assert_max_num_queries(6):
        assert len(client.get("/api/v1/absences").json()["results"]) == 12
