"""In which language a professional wrote."""

from __future__ import annotations

import pytest
from django.conf import settings

from participation.cases.answers import default_answers
from participation.cases.spoken import language_of

ANSWERS = [(code, text) for one in default_answers() for code, text in one.texts.items()]


@pytest.mark.parametrize("resident", settings.RESIDENT_LANGUAGES)
def test_every_answer_to_start_with_is_heard_in_its_own_language(resident: str) -> None:
    wrong = [(code, text) for code, text in ANSWERS if code in {resident, "nl"} and language_of(text, resident) != code]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "resident", "language"),
    [
        ("Wij komen dinsdag langs.", "ar", "nl"),
        ("Beste Olena,\nWij komen dinsdag.", "uk", "nl"),
        ("شكرا، سنأتي يوم الثلاثاء.", "ar", "ar"),
        ("We come on Tuesday.", "en", "en"),
        ("Opgehaald.", "tr", "nl"),
        ("", "pl", "nl"),
        ("Het is klaar en de stoep is schoon. Thank you!", "en", "nl"),
        ("Ni hao", "zz", "nl"),
    ],
)
def test_what_was_typed_is_dutch_unless_its_words_say_otherwise(text: str, resident: str, language: str) -> None:
    assert language_of(text, resident) == language
