"""What residents read is Dutch at level B1: short sentences, everyday words, "u"."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import messages

from participation.routing.default_categories import default_categories

MOST_WORDS = 18
"""The design asks for about 15; a name or a number in a sentence may make it a little longer."""
HARD = re.compile(
    r"\b(aangaande|aanvangen|aanwenden|abusievelijk|alsmede|alvorens|behoudens|betreffende|conform|"
    r"derhalve|desbetreffende|desgewenst|dienaangaande|dient te|doch|doen toekomen|echter|eveneens|geschied\w*|"
    r"hierbij|hieromtrent|ingevolge|inzake|jegens|krachtens|middels|mits|naar aanleiding van|nochtans|omtrent|"
    r"onverwijld|op grond van|opteren|overeenkomstig|per abuis|reeds|respectievelijk|te allen tijde|teneinde|"
    r"tevens|thans|ten behoeve van|ten gevolge van|trachten|uitsluitend|vigerende|voornoemde|woonachtig|zulks|"
    r"zorgdragen)\b",
    re.IGNORECASE,
)
FAMILIAR = re.compile(r"\b(je|jij|jou|jouw|jullie)\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.?!:;])\s+|\n+| · | – | — ")
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def dutch_for_residents() -> list[str]:
    """Every Dutch text of pages, mails and scripts that residents see, and of the categories they choose from."""
    found = []
    for domain in messages.DOMAINS:
        catalogue = messages.catalogue("nl", domain)
        for _name, _line, text, context in messages.texts_for("tr", domain):
            message = catalogue.get(text if isinstance(text, str) else text[0], context)
            strings = () if message is None else [message.string] if isinstance(message.string, str) else message.string
            found += [string for string in strings if string]
    for main in default_categories():
        for one in (main, *main.children):
            found += [one.fields["description"], one.fields.get("promise", "")]
            found += [advice["text"] for advice in one.fields.get("advice", ())]
            found += [text for question in one.questions for text in (question["label"], question["help"])]
    return sorted(set(found))


def faults(text: str) -> list[str]:
    """What makes it harder to read than it should be."""
    long = [one for one in SENTENCE.split(PLACE.sub("x", text)) if len(one.split()) > MOST_WORDS]
    return long + [match.group() for check in (HARD, FAMILIAR) for match in check.finditer(text)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Wij halen het op. U hoort van ons.", []),
        ("Indien u reeds hebt gemeld, dient te wachten.", ["reeds", "dient te"]),
        ("Vul je naam in.", ["je"]),
        ("een " * 19 + "woord.", ["een " * 19 + "woord."]),
    ],
)
def test_what_is_hard_to_read_is_found(text: str, wrong: list[str]) -> None:
    assert faults(text) == wrong


def test_residents_read_plain_dutch() -> None:
    texts = dutch_for_residents()
    assert len(texts) > 300
    assert {text: found for text in texts if (found := faults(text))} == {}
