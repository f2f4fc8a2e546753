"""Milestones, money, looking back, partners, members and lists over the API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from participation.initiatives.actions.partnering import accept_partnership, involve
from participation.initiatives.models import Entry, Initiative, Milestone
from tests.participation.initiatives.conftest import join, submitted
from tests.participation.initiatives.test_support import gathering
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def plan(neighbourhood: World) -> Initiative:
    return gathering(neighbourhood)


def browser(email: str = "", host: str = HOST_A) -> Client:
    client = Client(headers={"host": host})
    if email:
        signed_in(client, email, name=email.partition("@")[0].title(), host=host)
    return client


def at(plan: Initiative, part: str) -> str:
    return f"/api/v1/initiatives/{plan.slug}/{part}"


def once() -> dict[str, Any]:
    return {"headers": {"idempotency-key": str(uuid4())}}


def test_everybody_reads_who_is_in_a_group_and_nothing_but_names_and_roles(plan: Initiative) -> None:
    join(plan, resident("bo@example.nl", name="Bo"))
    told = browser().get(at(plan, "members"))
    assert told.json() == {
        "results": [{"name": "Anna", "role": "starter"}, {"name": "Bo", "role": "member"}],
        "next": None,
    }
    assert browser("vreemd@example.nl").get(at(plan, "members")).json() == told.json()
    inside = browser("bo@example.nl").get(at(plan, "members")).json()["results"]
    assert [one["isMe"] for one in inside] == [False, True]
    assert browser(host=HOST_B).get(at(plan, "members")).status_code == 404


def test_members_of_what_is_not_public_are_nobodys_business(neighbourhood: World) -> None:
    made = submitted()
    for who in (browser(), browser("vreemd@example.nl")):
        assert who.get(at(made, "members")).status_code == 404


def test_lists_go_on_where_the_cursor_says(plan: Initiative) -> None:
    anna = browser("anna@example.nl")
    join(plan, resident("bo@example.nl", name="Bo"))
    plan.invitations.all().delete()
    submitted(title="Een bank")
    for what in ("Raad", "Nog meer raad"):
        assert anna.post(at(plan, "help-requests"), {"kind": "advice", "what": what}, JSON).status_code == 201
    for email in ("x@example.nl", "y@example.nl"):
        assert anna.post(at(plan, "invitations"), {"email": email}, JSON).status_code == 201
        assert browser(email).post(at(plan, "offers"), {"kind": "hours", "text": "Ik"}, JSON).status_code == 201
    for day in ("2027-05-01", "2027-06-01"):
        assert anna.post(at(plan, "milestones"), {"title": "Klaar", "on": day}, JSON).status_code == 201
    lists = [at(plan, part) for part in ("members", "help-requests", "invitations", "offers", "milestones")]
    for address in ("/api/v1/initiatives/_mine", *lists):
        whole = anna.get(address).json()
        assert len(whole["results"]) == 2 and whole["next"] is None, address
        first = anna.get(address, {"limit": 1})
        assert f'<{first.json()["next"]}>; rel="next"' == first["Link"]
        second = anna.get(first.json()["next"]).json()
        assert first.json()["results"] + second["results"] == whole["results"] and second["next"] is None, address


def test_milestones_are_read_by_everybody_and_kept_by_the_group_and_who_helps_it(
    plan: Initiative, neighbourhood: World
) -> None:
    anna, dirk = browser("anna@example.nl"), neighbourhood.client(neighbourhood.dirk)
    key = once()
    body = {"title": "De bakken staan", "on": "2027-05-01"}
    made = anna.post(at(plan, "milestones"), body, JSON, **key)
    again = anna.post(at(plan, "milestones"), body, JSON, **key)
    assert (made.status_code, again.status_code, Milestone.objects.count()) == (201, 201, 1)
    assert again["Idempotency-Replayed"] == "true" and again.json() == made.json()
    one = at(plan, f"milestones/{made.json()['id']}")
    assert dirk.patch(one, {"done": True}, JSON).json()["state"] == "done"
    assert anna.patch(one, {"title": "Ze staan"}, JSON).json()["title"] == "Ze staan"
    assert [row["title"] for row in browser().get(at(plan, "milestones")).json()["results"]] == ["Ze staan"]
    for who, status in ((browser(), 401), (browser("vreemd@example.nl"), 403)):
        assert who.post(at(plan, "milestones"), body, JSON).status_code == status
        assert who.patch(one, {"done": False}, JSON).status_code == status
        assert who.delete(one).status_code == status
    assert anna.delete(one).status_code == 204
    assert anna.patch(one, {"done": True}, JSON).status_code == 404


def test_money_is_read_by_everybody_and_kept_by_the_group(plan: Initiative) -> None:
    anna, key = browser("anna@example.nl"), once()
    body = {"direction": "out", "label": "Aarde", "cents": 1250}
    for _time in range(2):
        made = anna.post(at(plan, "money"), body, JSON, **key)
        assert made.status_code == 201
    told = browser().get(at(plan, "money")).json()
    assert (told["wentOut"], told["cameIn"], len(told["entries"])) == (1250, 0, 1)
    assert browser("vreemd@example.nl").post(at(plan, "money"), body, JSON).status_code == 403
    wrong = anna.post(at(plan, "money"), {"direction": "sideways", "label": "", "cents": 0}, JSON)
    assert {one["field"] for one in wrong.json()["errors"]} == {"direction", "label", "cents"}
    entry = at(plan, f"money/{told['entries'][0]['id']}")
    assert browser("vreemd@example.nl").delete(entry).status_code == 403
    assert anna.delete(entry).status_code == 204 and not Entry.objects.exists()


def test_the_group_looks_back_and_everybody_reads_it(plan: Initiative) -> None:
    anna, address = browser("anna@example.nl"), at(plan, "looking-back")
    body = {"worked": "De buren kwamen", "again": "yes", "until": "2028-01-01", "photosAgreed": True}
    assert anna.put(address, body, JSON).status_code == 409, "it goes on still"
    Initiative.objects.filter(pk=plan.pk).update(stage="done", ended_at=timezone.now())
    assert browser().get(address).status_code == 404
    assert anna.put(address, body, JSON).status_code == 200
    told = browser().get(address).json()
    assert (told["worked"], told["again"], told["until"]) == ("De buren kwamen", "yes", "2028-01-01")
    assert browser("vreemd@example.nl").put(address, body, JSON).status_code == 403


def test_partners_that_take_part_are_told_and_those_only_asked_are_not(plan: Initiative, neighbourhood: World) -> None:
    world, now = neighbourhood, timezone.now()
    common: dict[str, Any] = {"slug": plan.slug, "role": "Grond", "sees": "public", "now": now}
    row = involve(team_id=world.cleaning.pk, actor=world.actor(world.dirk), **common)
    assert browser().get(at(plan, "partners")).json()["results"] == []
    bram = next(one for one in (world.bram, world.lotte) if world.cleaning.pk in world.actor(one).team_ids)
    accept_partnership(slug=plan.slug, partner_id=row.pk, actor=world.actor(bram), now=now)
    [told] = browser().get(at(plan, "partners")).json()["results"]
    assert (told["team"], told["role"], told["kept"]) == (world.cleaning.name, "Grond", False)


def test_joining_and_taking_over_happen_once_with_a_key(plan: Initiative) -> None:
    anna, bo = browser("anna@example.nl"), browser("bo@example.nl")
    link = anna.post(at(plan, "invitations"), {}, JSON).json()[0]["link"]
    body, key = {"token": link.rstrip("/").rpartition("/")[2], "name": "Bo"}, once()
    first = bo.post("/api/v1/initiatives/_join", body, JSON, **key)
    again = bo.post("/api/v1/initiatives/_join", body, JSON, **key)
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (200, 200, "true")
    mine = next(one["id"] for one in first.json() if one["isMe"])
    assert anna.patch(at(plan, f"members/{mine}"), {"asked": True}, JSON).status_code == 200
    over = once()
    answers = [bo.post(at(plan, "members/_take-over"), {}, JSON, **over) for _time in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[1]["Idempotency-Replayed"] == "true"


def test_a_mail_sent_again_with_a_key_is_sent_once(plan: Initiative) -> None:
    anna, key = browser("anna@example.nl"), once()
    made = anna.post(at(plan, "invitations"), {"email": "bo@example.nl"}, JSON).json()[0]["id"]
    for _time in range(3):
        assert anna.post(at(plan, f"invitations/{made}"), {}, JSON, **key).status_code == 200
    assert plan.invitations.get().sent == 2
