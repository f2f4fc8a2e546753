"""What people may write in danger, in every language of residents: `safety_cases.toml`, sentence by sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from participation.routing.proposals import safety_advice
from participation.routing.proposals.safety import TEXTS
from tests.support.world import World

CASES: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("safety_cases.toml").read_text(encoding="utf-8")
)
DANGER = [(kind, text) for kind in TEXTS for texts in CASES[kind].values() for text in texts]
INNOCENT = [text for texts in CASES["none"].values() for text in texts]


@pytest.mark.parametrize(("kind", "text"), DANGER)
def test_who_writes_of_danger_reads_whom_to_call(kind: str, text: str) -> None:
    assert kind in [one["kind"] for one in safety_advice(text)]


@pytest.mark.parametrize("text", INNOCENT)
def test_an_ordinary_sentence_alarms_nobody(text: str) -> None:
    assert safety_advice(text) == []


CHANGES: list[Callable[[str], str]] = [
    str.upper,
    lambda text: f"Hallo. {text}! Groet",
    lambda text: text.replace(" ", "\n"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_capitals_and_what_stands_around_it_hide_no_danger(change: Callable[[str], str]) -> None:
    missed = [
        text
        for kind, text in DANGER
        if kind in ("suicide", "emergency") and kind not in [one["kind"] for one in safety_advice(change(text))]
    ]
    assert not missed


def test_each_kind_is_known_in_each_language_of_residents() -> None:
    spoken = set(settings.RESIDENT_LANGUAGES) & {"nl", "en", "tr", "ar", "pl", "uk"}
    for kind in (*TEXTS, "none"):
        assert set(CASES[kind]) == spoken
    assert all(sum(map(len, CASES[kind].values())) >= 40 for kind in TEXTS)
    assert len(INNOCENT) >= 100


def test_the_page_that_proposes_a_category_says_whom_to_call(client: Client, world: World) -> None:
    for kind, languages in CASES.items():
        if kind != "none":
            text = languages["tr"][0]
            answer = client.post("/api/v1/categories/_suggest", {"text": text}, content_type="application/json")
            assert kind in [one["kind"] for one in answer.json()["advice"]], text
