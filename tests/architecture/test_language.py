"""What people read in Dutch is B1: short sentences, common words, "u"; and it is all Dutch."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import messages

ROOT = messages.ROOT
MOST_WORDS = 20
"""In one sentence; 15 is the aim."""
FOR_OPERATORS = ("/management/", "core/areas/formats.py", "core/areas/importing.py", "core/api/")
"""Command lines and the API: their readers know the trade, so only untranslated texts are refused there."""
HARD = re.compile(
    r"\b(aangaande|aanzienlijk|additione(?:el|le)|adequa(?:at|te)|alsmede|alsook|alvorens|benevens|betreffende"
    r"|casus|casussen|conform|danwel|derhalve|desbetreffende|desgewenst|dien(?:t|en) te|doch|doeleinden|echter"
    r"|effectueren|evalueren|faciliteren|gaarne|gelieve|gelieven|hetgeen|hetzij|hieromtrent|implementeren|indien|inherent"
    r"|initiëren|inzake|interventies?|jegens|mededelen|medio|middels|mits|mutaties?|nadere|nadien|navenant"
    r"|nochtans|omtrent|onderhavige?|ondanks|onverwijld|participatie|prioriteren|realiseren|reeds|significante?"
    r"|stakeholders?|teneinde|tenzij|terzake|tevens|thans|uiteraard|uiterst|vigerende?|voornemens|voornoemde?"
    r"|voortvloeien|wederom|welke zijn|worden verzocht|zodoende|zorgdragen|zulks)\b",
    re.IGNORECASE,
)
"""Words that B1 has a plain one for (communicatierijk.nl, "schrijf begrijpelijk")."""
FAMILIAR = re.compile(r"\b(je|jij|jou|jouw|jullie)\b", re.IGNORECASE)
ENGLISH = re.compile(
    r"\b(the|and|you|your|with|this|that|please|cannot|not|what|where|when|who|report|case|neighbourhood|sign|choose)\b",
    re.IGNORECASE,
)
TOKEN = re.compile(r"%\(\w+\)[sd]|\{\w*\}|https?://\S+|[\w.]+\.(?:nl|geojson|gpkg)|\[.*\]|\{.*\}|\b\d+[.,]\d+\b")

Text = tuple[str, str]
"""Where it stands, and the text."""


def translated(*, for_operators: bool) -> Iterator[Text]:
    for domain in messages.DOMAINS:
        for message in messages.catalogue("nl", domain):
            if not message.id:
                continue
            files = [name for name, _line in message.locations]
            if all(any(part in name for part in FOR_OPERATORS) for name in files) and not for_operators:
                continue
            for text in [message.string] if isinstance(message.string, str) else message.string:
                yield files[0], text


def content() -> Iterator[Text]:
    """The Dutch texts a municipality starts with."""
    name = "participation/routing/default_categories.toml"
    data = tomllib.loads((ROOT / name).read_text())
    for advice in data["advice"].values():
        yield name, advice["text"]
    for main in data["main"]:
        yield name, main["name"]
        yield name, main["description"]
        for sub in main["sub"]:
            yield from ((name, sub[key]) for key in ("name", "description", "promise"))
            for question in sub.get("question", []):
                yield from ((name, text) for text in (question["label"], question.get("help", "")))
                yield from ((name, text) for text in question.get("choices", {}).values())
    name = "cms/home/texts.toml"
    for page in tomllib.loads((ROOT / name).read_text())["page"]:
        yield name, page["title"]
        yield name, page["lead"]
        for _kind, text in page["body"]:
            yield from ((name, part) for part in re.split(r"<[^>]+>", text) if part.strip())


def read_by_people() -> list[Text]:
    return [*translated(for_operators=False), *content()]


def sentences(text: str) -> list[str]:
    plain = TOKEN.sub("x", text)
    return [part for part in re.split(r"(?<=[.?!:;])[\s”]+|\n+| — ", plain) if part.strip()]


def words(sentence: str) -> int:
    return len(re.findall(r"[\w'’-]+", sentence))


def test_sentences_are_short() -> None:
    long = [
        f"{name}: {sentence} ({words(sentence)} words)"
        for name, text in read_by_people()
        for sentence in sentences(text)
        if words(sentence) > MOST_WORDS
    ]
    assert long == []


def test_most_sentences_have_fifteen_words_or_fewer() -> None:
    lengths = [words(sentence) for _name, text in read_by_people() for sentence in sentences(text)]
    assert sum(length > 15 for length in lengths) / len(lengths) < 0.03


def test_words_are_common() -> None:
    assert [f"{name}: {found[0]}: {text}" for name, text in read_by_people() if (found := HARD.search(text))] == []


def test_people_are_addressed_with_u() -> None:
    texts = [*translated(for_operators=True), *content()]
    assert [f"{name}: {text}" for name, text in texts if FAMILIAR.search(text)] == []


def test_dutch_is_not_english() -> None:
    """Two English words in one text are a text that was left as it was."""
    left = [
        f"{name}: {text}"
        for name, text in [*translated(for_operators=True), *content()]
        if len(ENGLISH.findall(TOKEN.sub("x", text))) >= 2
    ]
    assert left == []


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("Received", "Ontvangen"),
        ("With the right person", "Bij de juiste persoon"),
        ("Working on it", "Bezig"),
        ("Planned", "Gepland"),
        ("Waiting for you", "Wacht op u"),
        ("Waiting for resident", "Wacht op bewoner"),
        ("Resolved", "Opgelost"),
        ("Not resolved", "Niet opgelost"),
        ("Reopened", "Heropend"),
    ],
)
def test_a_status_has_one_name(english: str, dutch: str) -> None:
    message = messages.catalogue("nl", "django").get(english)
    assert message is not None
    assert message.string == dutch
