"""Sending a report over the API, as a resident's phone does."""

from __future__ import annotations

import secrets
import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.areas.queries import locate
from core.events.models import Event, StreamEntry
from participation.cases.actions import Opening, open_case
from participation.cases.models import Case
from participation.reports.models import Contact, Report
from participation.routing.queries import config
from tests.support.world import AT_SEA, HOST_A, HOST_B, IN_B, IN_THE_EAST, IN_THE_WEST, World, key, report_body

URL = "/api/v1/reports"


def send(client: Client, body: dict[str, Any], **headers: str) -> Any:
    return client.post(URL, body, content_type="application/json", headers={"Accept-Language": "en", **headers})


def test_a_report_reaches_the_team_and_the_person_who_know_the_place(client: Client, world: World) -> None:
    answer = send(client, report_body(contact={"name": "Anna", "email": "anna@example.nl"}))

    assert answer.status_code == 201, answer.content
    body = answer.json()
    case = Case.objects.get()
    assert (case.team_id, case.assignee_id, case.status) == (world.cleaning.pk, world.bram.pk, "received")
    assert body["reference"] == case.reference
    assert body["area"] == {"code": "WK910101", "name": "Westerwijk", "level": "wijk"}
    assert body["handler"]["team"] == {"name": "Reiniging", "organisation": "Gemeente Waterstad"}
    assert body["handler"]["professional"]["name"] == "Bram"
    assert body["promise"]["text"] == "Collected within 3 working days"
    assert body["promise"]["resolveBy"].endswith("Z")
    assert len(body["tracking"]["token"]) == 22
    assert body["tracking"]["token"] in body["tracking"]["url"]
    assert [entry.stream.name for entry in StreamEntry.objects.select_related("stream").order_by("stream__name")] == [
        f"case:{case.reference}",
        f"team:{world.cleaning.pk}",
        "wijk:WK910101",
    ]


def test_what_a_resident_wrote_is_in_no_event_and_no_task(client: Client, world: World) -> None:
    send(client, report_body(text="Bank van Pietersen", contact={"email": "anna@example.nl", "phone": "0612345678"}))

    logged = repr(list(Event.objects.values())) + repr(list(DBTaskResult.objects.values("args_kwargs", "task_path")))
    for secret in ("Pietersen", "anna@", "612345678"):
        assert secret not in logged


def test_a_category_is_proposed_when_none_is_given(client: Client, world: World) -> None:
    body = report_body(text="De lantaarn is stuk en het is donker")
    del body["category"]

    answer = send(client, body)

    assert answer.json()["category"]["slug"] == "straatverlichting"
    assert Report.objects.get().proposed


def test_a_point_in_the_sea_is_refused_with_advice(client: Client, world: World) -> None:
    answer = send(client, report_body(at=AT_SEA))

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("location", "outside")
    assert "0800-8002" in error["detail"]
    assert not Case.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "a" * 3001])
def test_all_mistakes_come_at_once(client: Client, world: World, text: str) -> None:
    answer = send(
        client,
        report_body(
            text=text,
            at=AT_SEA,
            address="a" * 201,
            contact={"name": "n" * 121, "email": "geen adres", "phone": "a" * 41},
            observedAt="2999-01-01T00:00:00Z",
            language="te-lange-taal",
            photos=["3fa85f64-5717-4562-b3fc-2c963f66afa6"],
        ),
    )

    assert answer.status_code == 400
    assert {(error["field"], error["code"]) for error in answer.json()["errors"]} == {
        ("text", "too-long" if text.strip() else "required"),
        ("location", "outside"),
        ("address", "too-long"),
        ("contact.name", "too-long"),
        ("contact.email", "invalid"),
        ("contact.phone", "invalid"),
        ("observedAt", "future"),
        ("language", "unknown"),
        ("photos", "unknown-photo"),
    }


def test_answers_and_photos_are_judged_together(client: Client, world: World) -> None:
    gone = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
    answer = send(client, report_body(category="straatverlichting", answers={"mast": 42}, photos=[gone]))

    assert {error["field"] for error in answer.json()["errors"]} == {"answers.mast", "photos"}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"photos": ["x"]}, "photos.0", "This is not a photo. Send the id that the upload answered."),
        ({"photos": "x"}, "photos", "Send a list of photo ids."),
        (
            {"photos": [str(UUID(int=one)) for one in range(6)]},
            "photos",
            "You can add 5 photos at most. Remove one or more.",
        ),
        ({"answers": []}, "answers", "Send an object: question to answer."),
        ({"contact": "Anna"}, "contact", "Send an object with named fields here."),
        (
            {"location": {"type": "Point", "coordinates": [4.3]}},
            "location.coordinates",
            "Send two numbers: longitude and latitude in degrees, such as [4.30, 52.05].",
        ),
        ({"observedAt": "1926-01-21T09:30:00Z"}, "observedAt", "This is too long ago. Check the year."),
        (
            {"contact": {"name": "Anna"}},
            "contact.email",
            "Give an e-mail address or a phone number as well, or leave all empty.",
        ),
        (
            {"contact": {"name": "Win: https://kwaad.example", "email": "anna@example.nl"}},
            "contact.name",
            "A web address is not a name. Fill in your name.",
        ),
    ],
)
def test_every_refusal_is_in_our_own_words(
    client: Client, world: World, change: dict[str, Any], field: str, words: str
) -> None:
    answer = send(client, report_body(**change))

    assert answer.status_code == 400
    errors = {error["field"]: error["detail"] for error in answer.json()["errors"]}
    assert errors[field] == words


def test_the_contract_example_is_accepted_with_every_field(client: Client, world: World) -> None:
    answer = send(
        client,
        report_body(
            address="Moerweg 120",
            category="straatverlichting",
            answers={"mast": "1234"},
            photos=[],
            contact={"name": "Anna", "email": "anna@example.nl", "phone": "06 12 34 56 78"},
            language="en",
            observedAt="2026-01-21T09:30:00+01:00",
        ),
    )

    assert answer.status_code == 201, answer.content
    assert Contact.objects.get().phone == "+31612345678"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "bestaat-niet"}, "category"),
        ({"category": "schoon"}, "category"),
        ({"category": "straatverlichting", "answers": {"onbekend": 1}}, "answers.onbekend"),
        ({"category": "straatverlichting", "answers": {"mast": 42}}, "answers.mast"),
        ({"photos": ["3fa85f64-5717-4562-b3fc-2c963f66afa6"]}, "photos"),
        ({"location": {"type": "Point", "coordinates": [4.3]}}, "location.coordinates"),
        ({"text": "a" * 3001}, "text"),
        ({"kleur": "rood"}, "kleur"),
    ],
)
def test_a_mistake_is_named_where_it_is(client: Client, world: World, change: dict[str, Any], field: str) -> None:
    answer = send(client, report_body(**change))

    assert answer.status_code == 400, answer.content
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Case.objects.exists()


def test_the_same_key_answers_the_same_report(client: Client, world: World) -> None:
    once = key()
    first = send(client, report_body(), **{"Idempotency-Key": once})
    again = send(client, report_body(), **{"Idempotency-Key": once})
    other = send(client, report_body(text="Iets anders"), **{"Idempotency-Key": once})

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_twenty_times_in_parallel_is_one_report(committed_world: World) -> None:
    once, answers = key(), []

    def send_it() -> None:
        try:
            answers.append(send(Client(), report_body(), **{"Idempotency-Key": once}))
        finally:
            connection.close()

    threads = [threading.Thread(target=send_it) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["tracking"]["token"] for answer in answers}) == 1
    assert Case.objects.count() == Report.objects.count() == 1


def test_a_report_costs_few_statements(client: Client, world: World, django_assert_max_num_queries: Any) -> None:
    send(client, report_body())
    with django_assert_max_num_queries(11):
        answer = send(client, report_body(contact={"email": "anna@example.nl"}), **{"Idempotency-Key": key()})
    assert answer.status_code == 201


@pytest.mark.parametrize("text", ["مِصْبَاحُ الشَّارِعِ لَا يَعْمَلُ " * 12, "a" + "\u0301" * 2900, "👨‍👩‍👧‍👦" * 400])
def test_signs_that_take_no_room_make_no_summary_too_long(client: Client, world: World, text: str) -> None:
    assert send(client, report_body(text=text)).status_code == 201
    case = Case.objects.select_related("report").get()
    assert len(case.summary) == 160
    assert case.report.text == text.strip()


def test_a_reference_that_is_taken_is_not_given_again(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = iter("AAAAAA" + "AAAAAA" + "BBBBBB")
    monkeypatch.setattr(secrets, "choice", lambda _alphabet: next(letters))
    answers = [send(client, report_body()) for _ in range(2)]

    assert [answer.json()["reference"] for answer in answers] == ["M-AAAAAA", "M-BBBBBB"]


def test_a_case_that_breaks_a_rule_of_its_table_is_refused_and_not_tried_again(world: World) -> None:
    chain = locate(*IN_THE_WEST)
    assert chain
    category = config(chain[-1].id).reportable("grofvuil")
    assert category
    opening = Opening(kind="report", category=category, chain=chain, lat=99.0, lon=5.0)

    with pytest.raises(IntegrityError), transaction.atomic():
        open_case(opening, now=timezone.now())


def test_a_host_of_one_municipality_refuses_a_place_in_the_other(world: World) -> None:
    answer = send(Client(HTTP_HOST=HOST_A), report_body(at=IN_B, category=""))

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["code"] == "elsewhere"
    assert "duindorp.test" in error["detail"]


def test_the_public_list_holds_no_text_and_no_limited_reports(client: Client, world: World) -> None:
    world.report(text="Geheime tekst", address="Havenstraat 12")
    world.report(category="burenoverlast", text="Ruzie")
    world.report(at=IN_B, category="anders")

    everywhere = client.get(URL)
    here = Client(HTTP_HOST=HOST_A).get(URL)
    foreign = Client(HTTP_HOST=HOST_A).get(f"{URL}?area=WK910201")

    assert len(everywhere.json()["features"]) == 2
    assert [one["properties"]["category"]["slug"] for one in here.json()["features"]] == ["grofvuil"]
    assert foreign.status_code == 404
    assert "Geheime" not in everywhere.content.decode()
    assert "Havenstraat" not in everywhere.content.decode()


def test_nearby_finds_look_alikes_nearest_first(client: Client, world: World) -> None:
    far = world.report(at=(5.003, 52.0055)).case
    near = world.report(at=(5.0021, 52.005)).case
    world.report(at=IN_THE_EAST)
    world.report(category="straatverlichting")

    found = client.get("/api/v1/reports/_nearby?lat=52.005&lon=5.002&category=grofvuil").json()["results"]

    assert [one["properties"]["reference"] for one in found] == [near.reference, far.reference]
    assert found[0]["distance"] < found[1]["distance"]


def test_a_key_of_one_municipality_says_nothing_at_another(world: World) -> None:
    once = key()
    first = send(Client(HTTP_HOST=HOST_A), report_body(), **{"Idempotency-Key": once})
    other = send(Client(HTTP_HOST=HOST_B), report_body(), **{"Idempotency-Key": once})

    assert first.status_code == 201
    assert (other.status_code, [one["code"] for one in other.json()["errors"]]) == (400, ["elsewhere"])


def test_the_nearest_is_found_among_hundreds_of_newer_ones(client: Client, world: World) -> None:
    near = world.report().case
    far = world.report(at=(5.003, 52.005)).case
    columns = {field.attname: getattr(far, field.attname) for field in Case._meta.concrete_fields}
    Case.objects.bulk_create(Case(**columns | {"id": None, "reference": f"M-{number:06}"}) for number in range(250))

    found = client.get("/api/v1/reports/_nearby?lat=52.005&lon=5.002&category=grofvuil").json()["results"]

    assert (found[0]["properties"]["reference"], len(found)) == (near.reference, 10)
