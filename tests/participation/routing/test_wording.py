"""What residents read about a category, in their language."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from participation.reports.queries import receipt
from participation.routing.actions import load_categories
from participation.routing.default_categories import default_categories, default_themes
from participation.routing.models import Category, Question, Theme, Translation
from participation.routing.queries import config
from participation.routing.wording import default_words, theme_description, theme_name, words_of
from tests.support.world import HOST_A, World

OTHERS = [code for code, _name in settings.LANGUAGES if code != "nl"]


def dutch_texts() -> set[str]:
    """Every text of the categories and themes a municipality starts with."""
    found = {theme[key] for theme in default_themes() for key in ("name", "description")}
    for main in default_categories():
        for one in (main, *main.children):
            found |= {one.fields["name"], one.fields["description"], one.fields.get("promise", "")}
            found |= {advice["text"] for advice in one.fields.get("advice", ())}
            for question in one.questions:
                found |= {question["label"], question["help"]}
                found |= {choice["label"] for choice in question["choices"]}
    return found - {""}


@pytest.mark.parametrize("language", OTHERS)
def test_every_default_category_can_be_read_in(language: str) -> None:
    words = default_words(language)
    assert dutch_texts() - set(words) == set(), "not translated"
    assert [text for text in words.values() if not text.strip()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_phone_numbers_survive_translation(language: str) -> None:
    for dutch, translated in default_words(language).items():
        for number in ("112", "0900-8844", "0800-7000", "0800-2000", "0800-0113", "0800-1205"):
            assert (number in dutch) == (number in translated), dutch


def test_the_municipalitys_own_words_go_first_and_dutch_is_what_is_left(world: World) -> None:
    load_categories(world.a.pk)
    row = Category.objects.get(gemeente=world.a, slug="bijplaatsing-grofvuil")
    row.description = "Alleen hier zo gezegd"
    row.save()
    Translation.objects.create(
        category=row, language="tr", name="Eski eşyalar", questions=[{"key": "soort=bank", "text": "Bir kanepe"}]
    )
    category = config(world.a.pk).category("bijplaatsing-grofvuil")
    assert category is not None
    words = words_of(category, "tr")
    assert words.name == "Eski eşyalar"
    assert words.description == "Alleen hier zo gezegd"
    assert words.promise == "3 iş günü içinde toplanır"
    question = Question.objects.get(category=row, key="soort")
    assert words.label(question) == "Orada ne var?"
    assert words.choices(question)[0] == {"value": "bank", "label": "Bir kanepe"}
    assert words_of(category, "nl").name == "Grofvuil naast de container"
    assert words_of(category, "ti").name == "Grofvuil naast de container"


def test_the_category_tree_is_answered_in_the_language_of_the_request(world: World, client: Client) -> None:
    load_categories(world.a.pk)

    def names(language: str) -> dict[str, Any]:
        answer = client.get("/api/v1/categories", headers={"host": HOST_A, "accept-language": language})
        return {one["slug"]: one["name"] for main in answer.json()["results"] for one in main["children"]}

    assert names("pl")["zwerfafval"] == "Śmieci na ulicy"
    assert names("nl")["zwerfafval"] == "Zwerfafval op straat"


def test_a_receipt_speaks_the_language_of_the_reader(world: World) -> None:
    case = world.report(category="straatverlichting").case
    with translation.override("uk"):
        assert receipt(case, case.category)["category"]["name"] == "Вуличне освітлення"
    assert receipt(case, case.category)["category"]["name"] == "Straatverlichting"


def test_a_theme_is_read_in_the_language_of_the_page_and_as_written_when_it_is_their_own() -> None:
    theme = Theme(name="Groen", description="Bomen, tuinen, schaduw en water")
    assert theme_name(theme, "en") == "Green"
    assert theme_description(theme, "en") == "Trees, gardens, shade and water"
    assert theme_name(theme, "nl") == "Groen"
    assert theme_name(Theme(name="Onze haven"), "en") == "Onze haven"
