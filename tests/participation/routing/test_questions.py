"""Extra questions that wait for an earlier answer: what is asked, and what an editor is told."""

from __future__ import annotations

import pytest
from django.test import Client

from participation.routing.models import Category, Question
from participation.routing.questions import asked, faults_in
from tests.support.world import World, key, report_body


def question(name: str, *, kind: str = "choice", show_if: object = None, required: bool = False) -> Question:
    choices = [{"value": one, "label": one} for one in ("yes", "no")] if kind in ("choice", "multi") else []
    return Question(key=name, label=name, type=kind, choices=choices, show_if=show_if, required=required)


def when(name: str, *values: str) -> dict[str, object]:
    return {"key": name, "values": list(values)}


def test_a_question_is_asked_while_the_whole_line_before_it_is() -> None:
    line = [question("a"), question("b", show_if=when("a", "yes")), question("c", show_if=when("b", "no"))]
    assert [one.key for one in asked(line, {})] == ["a"]
    assert [one.key for one in asked(line, {"a": "yes"})] == ["a", "b"]
    assert [one.key for one in asked(line, {"a": "yes", "b": "no"})] == ["a", "b", "c"]
    assert [one.key for one in asked(line, {"a": "no", "b": "no"})] == ["a"]
    several = [question("a", kind="multi"), question("b", show_if=when("a", "yes"))]
    assert len(asked(several, {"a": ["no", "yes"]})) == 2
    assert len(asked(several, {"a": {"odd": 1}})) == 1


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (question("b", show_if=when("zzz", "yes")), "unknown-key"),
        (question("b", show_if=when("b", "yes")), "cycle"),
        (question("b", show_if=when("a", "maybe")), "unknown-value"),
        (question("b", show_if={"key": "a"}), "shape"),
    ],
)
def test_a_condition_that_cannot_be_is_named(second: Question, code: str) -> None:
    assert [(one.place, one.code) for one in faults_in([question("a"), second])] == [(1, code)]


def test_the_order_the_type_and_a_circle_are_named() -> None:
    later = [question("a", show_if=when("b", "yes")), question("b")]
    assert [one.code for one in faults_in(later)] == ["order"]
    words = [question("a", kind="text"), question("b", show_if=when("a", "yes"))]
    assert [one.code for one in faults_in(words)] == ["type"]
    circle = [question("a", show_if=when("b", "yes")), question("b", show_if=when("a", "yes"))]
    assert [one.code for one in faults_in(circle)] == ["cycle", "cycle"]
    assert faults_in([question("a"), question("b", show_if=when("a", "yes"))]) == []


def test_the_api_tells_conditions_and_judges_by_them(world: World) -> None:
    category = Category.objects.get(gemeente=world.a, slug="grofvuil")
    for place, one in enumerate(
        [question("a", required=True), question("b", kind="text", show_if=when("a", "yes"), required=True)]
    ):
        one.category, one.position = category, place
        one.save()
    photo = question("c", kind="photo", show_if=when("a", "yes"), required=True)
    photo.category, photo.position = category, 3
    photo.save()
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    tree = client.get("/api/v1/categories?gemeente=GM9101").json()["results"]
    found = next(sub for main in tree for sub in main["children"] if sub["slug"] == "grofvuil")["questions"]
    assert [(one["type"], one["showIf"]) for one in found] == [
        ("choice", None),
        ("text", when("a", "yes")),
        ("photo", when("a", "yes")),
    ]

    def send(answers: dict[str, object]) -> list[tuple[str, str]]:
        answer = client.post(
            "/api/v1/reports",
            report_body(answers=answers),
            content_type="application/json",
            headers={"Idempotency-Key": key()},
        )
        return [(one["field"], one["code"]) for one in answer.json().get("errors", [])] or [
            ("", str(answer.status_code))
        ]

    assert send({"a": "yes"}) == [("answers.b", "required"), ("photos", "photo-required")]
    assert send({"a": "no", "b": "left over"}) == [("", "201")]
    assert send({"a": "no", "c": "x"}) == [("answers.c", "unknown")]
