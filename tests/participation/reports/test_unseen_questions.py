"""What a category asks is demanded of whoever chose it, and of nobody who never saw it; and refusals stay short."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.reports.holding import release
from participation.reports.models import Held, Report
from participation.routing.models import Category, Question
from tests.participation.reports.browser import WHOLE, filled, go_on, picture, step_of
from tests.support.world import IN_THE_WEST, World, report_body


def send(client: Client, body: dict[str, Any]) -> Any:
    return client.post("/api/v1/reports", body, content_type="application/json", headers={"Accept-Language": "en"})


@pytest.fixture
def demanding(world: World) -> Category:
    """Bulky waste asks what it is, and for a photo."""
    category = Category.objects.get(gemeente=world.a, slug="grofvuil")
    Question.objects.create(category=category, key="soort", label="Wat is het?", type="text", required=True)
    Question.objects.create(category=category, key="foto", label="Een foto?", type="photo", required=True)
    return category


def unchosen(**changes: Any) -> dict[str, Any]:
    body = report_body(text="Er ligt een matras naast de container", **changes)
    del body["category"]
    return body


def test_a_report_without_a_category_answers_no_question_that_nobody_saw(client: Client, demanding: Category) -> None:
    answer = send(client, unchosen())

    assert answer.status_code == 201, answer.content
    assert answer.json()["category"]["slug"] == "grofvuil"
    assert Report.objects.get().proposed is True
    assert send(client, unchosen() | {"category": ""}).status_code == 201


def test_whoever_chose_the_category_answers_what_it_asks(client: Client, demanding: Category) -> None:
    refused = send(client, report_body())
    found = [(one["field"], one["code"]) for one in refused.json()["errors"]]
    assert (refused.status_code, found) == (400, [("answers.soort", "required"), ("photos", "photo-required")])

    photo = client.post("/api/v1/uploads", {"file": picture()}).json()["id"]
    assert send(client, report_body(answers={"soort": "Een bank"}, photos=[photo])).status_code == 201


def test_an_answer_that_fits_no_question_is_still_refused(client: Client, demanding: Category) -> None:
    refused = send(client, unchosen(answers={"soort": 1, "kleur": "rood"}))
    found = {(one["field"], one["code"]) for one in refused.json()["errors"]}
    assert found == {("answers.soort", "invalid"), ("answers.kleur", "unknown")}


def test_a_page_asks_them_of_a_proposal_that_it_shows(anna: Client, demanding: Category) -> None:
    page = go_on(anna, anna.get("/melden/"), text="Er ligt een matras naast de container")
    page = go_on(anna, page, area="BU91010101")
    assert step_of(page) == "more"
    refused = anna.post(WHOLE, filled(page))
    assert refused.status_code == 400
    assert not Report.objects.exists()


def test_a_held_report_without_a_category_is_released_as_it_came(
    client: Client, demanding: Category, world: World
) -> None:
    links = " ".join(f"https://example.com/{number}" for number in range(4))
    assert send(client, unchosen() | {"text": f"Er ligt een matras naast de container {links}"}).status_code == 201
    held = Held.objects.get()
    assert held.content is not None
    assert (held.content["about"], held.content["category"]) == ("grofvuil", "")
    release(held.pk, by=None, now=timezone.now())
    assert "Wat is het?" not in Report.objects.get().text
    assert Report.objects.get().proposed is True


def test_a_hundred_thousand_unknown_answers_are_refused_in_few_words(client: Client, world: World) -> None:
    answer = send(client, report_body(answers={f"vraag-{number}": "x" for number in range(100_000)}))
    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("answers", "too-many")]

    long = send(client, report_body(answers={"x" * 100_000: "x"}))
    assert (long.status_code, len(long.content) < 1000) == (400, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"photos": ["x"] * 20_000},
        {"location": {"type": "Point", "coordinates": ["x"] * 20_000}},
        {f"veld-{number}": 1 for number in range(20_000)},
    ],
)
def test_no_refusal_grows_to_many_times_what_was_sent(client: Client, world: World, changes: dict[str, Any]) -> None:
    body = {
        "text": "Er ligt grofvuil",
        "location": {"type": "Point", "coordinates": list(IN_THE_WEST)},
    } | changes
    answer = send(client, body)
    assert answer.status_code == 400
    assert len(answer.content) < len(json.dumps(body))
    assert len(answer.json()["errors"]) == 100
