"""What cannot be is refused with the field and a sentence, never with a server error."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.media.models import Photo
from participation.cases.models import Case, CasePhoto, SavedView
from participation.organisations.models import Membership
from tests.participation.cases.inbox import send
from tests.participation.cases.people import fresh
from tests.participation.cases.together import EN, page, post
from tests.support.world import World, key


def patch(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.patch(
        f"/api/v1/{path}",
        body,
        content_type="application/json",
        headers={**EN, "If-Match": "*", "Idempotency-Key": key(), **headers},
    )


def field_codes(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(one["field"], one["code"]) for one in answer.json()["errors"]]


def kind(answer: Any) -> str:
    found: str = answer.json()["type"].rpartition(":")[2]
    return found


FAR_DAYS = ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31"]


@pytest.mark.parametrize("day", FAR_DAYS)
@pytest.mark.parametrize("name", ["createdAfter", "createdBefore"])
def test_a_day_beyond_the_calendar_is_refused_wherever_cases_are_filtered(world: World, name: str, day: str) -> None:
    lotte = world.client(world.lotte)
    asked = day.replace("+", "%2B")
    for path in ("cases", "cases/_map?zoom=12&bbox=4,51,6,53"):
        joined = "&" if "?" in path else "?"
        answer = lotte.get(f"/api/v1/{path}{joined}{name}={asked}", headers=EN)
        assert field_codes(answer) == [(name, "out-of-reach")], path
    for path, body in (("saved-views", {"name": "Oud", "query": {name: day}}), ("exports", {"query": {name: day}})):
        answer = lotte.post(
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={**EN, "Idempotency-Key": key()},
        )
        assert [code for _field, code in field_codes(answer)] == ["out-of-reach"], path


def test_views_that_cannot_be_counted_leave_the_others_their_number(world: World) -> None:
    world.report()
    for name, query in (
        ("Oud", {"createdAfter": "0001-01-01"}),
        ("Wie", {"assignee": "9" * 20}),
        ("Niemand", {"assignee": "iemand"}),
        ("Alles", {"view": "open"}),
    ):
        SavedView.objects.create(professional=world.lotte, team=world.cleaning, name=name, query=query)
    for person in (world.lotte, world.bram):
        found = {
            one["name"]: one["count"] for one in send(world.client(person), "saved-views", method="get")["results"]
        }
        assert set(found) == {"Oud", "Wie", "Niemand", "Alles"}
        assert found["Alles"] == 1


def test_an_offered_case_stays_where_it_is_when_its_category_would_move_it(world: World) -> None:
    case = world.report().case
    Membership.objects.filter(team=world.cleaning).update(confidential=False)
    bram = world.client(world.bram)
    assert post(bram, case, "forwardings", {"team": world.care.pk, "reason": "Past bij jullie"}).status_code == 201
    answer = patch(bram, f"cases/{case.reference}", {"category": "burenoverlast"})
    assert (answer.status_code, kind(answer)) == (409, "offered")
    assert (fresh(case).team, fresh(case).offered_to) == (world.cleaning, world.care)


def test_another_category_moves_a_case_to_no_other_organisation_unasked(world: World) -> None:
    case = world.report().case
    Membership.objects.filter(team=world.cleaning).update(confidential=False)
    bram, carla = world.client(world.bram), world.client(world.carla)
    answer = patch(bram, f"cases/{case.reference}", {"category": "burenoverlast"})
    assert (answer.status_code, kind(answer)) == (409, "other-organisation")
    assert "Forward it to Wijkteam first" in answer.json()["detail"]
    assert fresh(case).team == world.cleaning

    post(bram, case, "forwardings", {"team": world.care.pk, "reason": "Ruzie, past bij jullie"})
    assert post(carla, case, "forwardings/_accept", {}).status_code == 201
    assert patch(carla, f"cases/{case.reference}", {"category": "burenoverlast"}).status_code == 200
    assert (fresh(case).team, fresh(case).visibility) == (world.care, "confidential")
    assert [one["outcome"] for one in page(carla, case)["forwardings"]] == ["accepted"]


@pytest.mark.parametrize(
    ("moment", "code"),
    [("9999-12-31T00:00:00Z", "out-of-reach"), ("0001-01-01T00:00:00Z", "out-of-reach"), (400, "out-of-reach")],
)
def test_a_part_is_due_within_a_year(world: World, moment: str | int, code: str) -> None:
    case = world.report().case
    due = (timezone.now() + timedelta(days=moment)).isoformat() if isinstance(moment, int) else moment
    answer = post(world.client(world.bram), case, "parts", {"team": world.care.pk, "instruction": "x", "dueBy": due})
    assert field_codes(answer) == [("dueBy", code)]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_cannot_be_are_refused(world: World, day: str) -> None:
    case, lotte = world.report().case, world.client(world.lotte)
    assert field_codes(post(lotte, case, "promise", {"day": day, "why": "Later"})) == [("day", "out-of-reach")]
    assert post(lotte, case, "preview", {"message": "x", "day": day}).status_code < 500
    for first, last in ((day, day), ("2026-11-22", day)):
        answer = lotte.post(
            "/api/v1/absences",
            {"professional": world.lotte.pk, "startsOn": first, "endsOn": last},
            content_type="application/json",
            headers={**EN, "Idempotency-Key": key()},
        )
        assert answer.status_code == 400, answer.content
    assert lotte.get(f"/werk/team/inzage/?since={day}&until={day}").status_code in {200, 404}


@pytest.mark.parametrize("start", [[], [-1], [5.0, 52.0, 1.0]])
def test_a_round_starts_at_a_place_of_two_numbers(world: World, start: list[float]) -> None:
    case, bram = world.report().case, world.client(world.bram)
    body = {"references": [case.reference]}
    asked: Any = {"content_type": "application/json", "headers": {**EN, "Idempotency-Key": key()}}
    made = bram.post("/api/v1/rounds", body, **asked).json()["id"]
    answer = bram.post("/api/v1/rounds", body | {"start": start}, content_type="application/json",
                       headers={**EN, "Idempotency-Key": key()})  # fmt: skip
    assert [name for name, _code in field_codes(answer)] == ["start"]
    assert [name for name, _code in field_codes(patch(bram, f"rounds/{made}", {"start": start}))] == ["start"]


def test_a_photo_of_a_part_is_for_colleagues(world: World) -> None:
    case = world.report().case
    post(world.client(world.bram), case, "parts", {"team": world.care.pk, "instruction": "Kijk eens"})
    part = Case.objects.get(parent=case)
    now = timezone.now()
    photo = Photo.objects.create(gemeente=world.a, created_at=now, width=1, height=1, bytes=1)
    CasePhoto.objects.create(case=part, photo=photo, position=0, from_resident=False, for_resident=False)
    answer = patch(world.client(world.carla), f"cases/{part.reference}/photos/{photo.pk}", {"forResident": True})
    assert field_codes(answer) == [("forResident", "part")]


@pytest.mark.parametrize("text", [b'"a\\u0000b"', b'"\\ud800"'])
def test_text_that_cannot_be_stored_is_refused_as_such_with_a_session(world: World, text: bytes) -> None:
    case = world.report().case
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = world.client(world.bram).cookies
    browser.get("/werk/")
    token = browser.cookies["csrftoken"].value
    answer = browser.post(
        f"/api/v1/cases/{case.reference}/notes",
        b'{"text": ' + text + b"}",
        content_type="application/json",
        headers={**EN, "Idempotency-Key": key(), "X-CSRFToken": token},
    )
    assert answer.status_code == 400, answer.content
    without = browser.post(
        f"/api/v1/cases/{case.reference}/notes",
        {"text": "Hallo"},
        content_type="application/json",
        headers={**EN, "Idempotency-Key": key()},
    )
    assert (without.status_code, kind(without)) == (403, "csrf")


@pytest.mark.parametrize("text", [b"1e308", b"12", b"true", b'["x"]'])
def test_a_number_is_no_text(world: World, text: bytes) -> None:
    case = world.report().case
    answer = world.client(world.bram).post(
        f"/api/v1/cases/{case.reference}/notes",
        b'{"text": ' + text + b"}",
        content_type="application/json",
        headers={**EN, "Idempotency-Key": key()},
    )
    assert field_codes(answer) == [("text", "invalid")]
    several = world.client(world.bram).post(
        "/api/v1/cases/_read", b'{"references": [12]}', content_type="application/json", headers=EN
    )
    assert several.status_code == 400
