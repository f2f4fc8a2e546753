"""Writing a plan over the API, as its group."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from participation.initiatives.models import Initiative
from tests.participation.initiatives.conftest import TOLD, draft, group_of
from tests.support.residents import signed_in
from tests.support.world import HOST_A

pytestmark = pytest.mark.usefixtures("neighbourhood")
AT = "/api/v1/initiatives"


def browser(email: str = "") -> Client:
    client = Client(headers={"host": HOST_A, "accept-language": "en"})
    if email:
        signed_in(client, email, name="Anna")
    return client


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return client.generic(method, f"{AT}{path}", *(_json(body)), headers=headers)


def _json(body: Any) -> tuple[bytes, str]:
    return (b"", "application/json") if body is None else (json.dumps(body).encode(), "application/json")


def test_a_plan_is_made_changed_and_sent() -> None:
    anna = browser("anna@example.nl")
    made = send(anna, "POST", "", {"title": TOLD["title"], "what": TOLD["what"]})
    assert made.status_code == 201, made.content
    plan = made.json()
    assert plan["stage"] == "draft" and "submit" in plan["deeds"] and made["ETag"] == '"1"'
    at = f"/{plan['slug']}"
    body = {"location": {"type": "Point", "coordinates": [5.002, 52.005]}, "why": "Het veld is leeg"}
    changed = send(anna, "PATCH", at, body, **{"If-Match": '"1"'})
    assert changed.status_code == 200 and changed.json()["area"]["code"] == "BU91010101"
    stale = send(anna, "PATCH", at, {"why": "Iets anders"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert send(anna, "PATCH", at, {"why": "x"}).status_code == 428
    assert send(anna, "GET", at).status_code == 404  # what everybody sees: nothing yet
    assert send(anna, "GET", f"{at}/plan").json()["why"] == "Het veld is leeg"
    sent = send(anna, "POST", f"{at}/_submit")
    assert sent.status_code == 200 and sent.json()["stage"] == "idea"
    assert send(anna, "POST", f"{at}/_submit").status_code == 409
    Initiative.objects.update(stage="gathering")  # their own plan is nothing they are asked to support
    assert {"tell", "support"} & set(send(anna, "GET", f"{at}/plan").json()["deeds"]) == {"tell"}


def test_the_same_key_makes_one_draft() -> None:
    anna, key = browser("anna@example.nl"), str(uuid4())
    body = {"title": "Een tuin", "what": "Groente"}
    answers = [send(anna, "POST", "", body, **{"Idempotency-Key": key}) for _time in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() and answers[1]["Idempotency-Replayed"] == "true"
    assert Initiative.objects.count() == 1
    other = send(anna, "POST", "", body | {"title": "Iets anders"}, **{"Idempotency-Key": key})
    assert other.status_code == 409


def test_everything_that_is_wrong_is_told_at_once() -> None:
    anna = browser("anna@example.nl")
    body = {"title": "T", "what": "W", "area": "WK000000", "theme": "bestaat-niet", "approach": str(uuid4())}
    refused = send(anna, "POST", "", body)
    assert refused.status_code == 400
    assert {one["field"] for one in refused.json()["errors"]} == {"area", "theme", "approach"}
    assert send(anna, "POST", "", {"tittle": "T"}).status_code == 400
    assert {one["field"] for one in send(anna, "POST", "", {}).json()["errors"]} == {"title", "what"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", ""), ("DELETE", ""), ("GET", "/plan"), ("POST", "/_submit"),
        ("GET", "/invitations"), ("POST", "/invitations"), ("POST", "/members/_take-over"), ("DELETE", "/members/1"),
    ],
)  # fmt: skip
def test_who_is_not_of_the_group_finds_nothing(method: str, path: str) -> None:
    made = draft()
    for who in (browser(), browser("stranger@example.nl")):
        assert send(who, "GET", f"/{made.slug}/members").status_code == 404, "a draft has nobody"
    headers = {"If-Match": "*"} if method == "PATCH" else {}
    body: Any = {} if method in {"PATCH", "POST"} else None
    assert send(browser(), method, f"/{made.slug}{path}", body, **headers).status_code == 401
    stranger = browser("stranger@example.nl")
    assert send(stranger, method, f"/{made.slug}{path}", body, **headers).status_code == 404


def test_a_group_is_made_over_the_api() -> None:
    made, people = group_of(1)
    starter, bo = browser(people[0].email), browser("bo@example.nl")
    invited = send(starter, "POST", f"/{made.slug}/invitations", {})
    assert invited.status_code == 201
    token = invited.json()[0]["link"].rstrip("/").rpartition("/")[2]
    joined = send(bo, "POST", "/_join", {"token": token, "name": "Bo"})
    assert joined.status_code == 200
    mine = next(one for one in joined.json() if one["isMe"])
    assert (mine["name"], mine["role"], mine["reach"]) == ("Bo", "member", "")
    assert [one["slug"] for one in send(bo, "GET", "/_mine").json()["results"]] == [made.slug]
    at = f"/{made.slug}/members/{mine['id']}"
    changed = send(starter, "PATCH", at, {"role": "contact", "asked": True})
    assert changed.status_code == 200
    seen = next(one for one in changed.json() if one["name"] == "Bo")
    assert seen["role"] == "contact" and seen["isAsked"] and seen["reach"] == "bo@example.nl"
    assert send(bo, "POST", f"/{made.slug}/members/_take-over").status_code == 200
    first = made.members.get(resident=people[0])
    assert send(bo, "DELETE", f"/{made.slug}/members/{first.pk}").status_code == 204
    assert send(starter, "GET", f"/{made.slug}/members").status_code == 404
    assert made.members.filter(left_at=None).count() == 1


def test_a_draft_is_thrown_away_and_a_sent_plan_is_not() -> None:
    anna = browser("anna@example.nl")
    made = draft()
    assert send(anna, "DELETE", f"/{made.slug}").status_code == 204
    sent = draft()
    send(anna, "POST", f"/{sent.slug}/_submit")
    assert send(anna, "DELETE", f"/{sent.slug}").status_code == 409
    assert Initiative.objects.count() == 1
