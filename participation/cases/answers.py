"""Standard answers: which fit a case, and filling them in for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from core.areas.queries import tree
from participation.cases.models import Case, StandardAnswer
from participation.cases.queries import category_of
from participation.organisations.queries import roster
from participation.routing.queries import config

FILE = Path(__file__).with_name("answers.toml")
ALIASES = {
    "naam": "name",
    "onderwerp": "subject",
    "plaats": "place",
    "wijk": "neighbourhood",
    "datum": "date",
    "streefdatum": "promised",
    "professional": "professional",
    "team": "team",
    "organisatie": "organisation",
    "referentie": "reference",
    "gemeente": "municipality",
}
"""The placeholders: in Dutch as administrators write them, and in English."""
NAMES = {*ALIASES, *ALIASES.values()}
MEANINGS: dict[str, Any] = {
    "naam": _("the resident’s name; filled in when it is sent, so that it is in no message we keep"),
    "onderwerp": _("the category"),
    "plaats": _("the address, or the quarter where there is none"),
    "wijk": _("the neighbourhood"),
    "datum": _("today"),
    "streefdatum": _("the day before which we promised to handle it"),
    "professional": _("who sends the answer"),
    "team": _("the team that has the case"),
    "organisatie": _("the organisation of that team"),
    "referentie": _("the reference of the case"),
    "gemeente": _("the municipality"),
}
_PLACEHOLDER = re.compile(r"\{([^{}]{0,40})\}")
_NAME = re.compile(r"\{(?:naam|name)\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A standard answer filled in for one case. `fallback`: not in the resident's language, but in Dutch."""

    id: int
    title: str
    text: str
    language: str
    fallback: bool
    move: str
    category: str


def mistakes_in(text: str) -> list[str]:
    """The placeholders in a text that do not exist."""
    return [one for one in _PLACEHOLDER.findall(text) if one.strip().lower() not in NAMES]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder that is known replaced; others stay as they are."""

    def value(found: re.Match[str]) -> str:
        name = found[1].strip().lower()
        return values.get(ALIASES.get(name, name), found[0])

    return _PLACEHOLDER.sub(value, text)


def with_name(text: str, name: str, language: str) -> str:
    """A message as the resident reads it: with their name, which the stored message does not hold."""
    return _NAME.sub(lambda _found: name.strip() or words(language)["nobody"], text)


def answers_for(case: Case, move: str, *, actor: Actor, now: datetime) -> list[Answer]:
    """The answers that fit the case's category and this step ("" for a message without one). One query.

    What is meant for the subcategory comes first, then its main category, then what fits any. Each in the resident's
    language, or in Dutch where it is not translated.
    """
    category = category_of(case)
    fitting: list[int | None] = [category.pk, category.parent_id] if category else []
    places: dict[int | None, int] = {pk: place for place, pk in enumerate(fitting) if pk}
    rows = StandardAnswer.objects.filter(
        gemeente_id=case.gemeente_id, move=move, language__in={case.language, settings.LANGUAGE_CODE}
    )
    found: dict[tuple[int | None, str], StandardAnswer] = {}
    for row in rows:
        if row.category_id is not None and row.category_id not in places:
            continue
        key = (row.category_id, row.title)
        if key not in found or row.language == case.language:
            found[key] = row
    ordered = sorted(
        found.values(), key=lambda row: (places.get(row.category_id, len(places)), row.position, row.title)
    )
    return [
        Answer(
            id=row.pk,
            title=row.title,
            text=fill(row.text, values_for(case, language=row.language, actor=actor, now=now)),
            language=row.language,
            fallback=row.language != case.language,
            move=row.move,
            category=_name_of(row),
        )
        for row in ordered
    ]


def values_for(case: Case, *, language: str, actor: Actor, now: datetime) -> dict[str, str]:
    """What the placeholders stand for in this case; no query. The resident's name is not among them (`with_name`)."""
    chain = tree().ancestors(case.area_id)
    wijk = next((area for area in chain if area.level == "wijk"), chain[0])
    team = roster().teams[case.team_id]
    category = category_of(case)
    return {
        "subject": category.name if category else case.summary,
        "place": case.address or chain[0].name,
        "neighbourhood": wijk.name,
        "date": spoken_day(now, language),
        "promised": spoken_day(case.resolve_by, language) if case.resolve_by else words(language)["soon"],
        "professional": actor.label,
        "team": team.name,
        "organisation": team.organisation,
        "reference": case.reference,
        "municipality": chain[-1].name,
    }


EXAMPLE = {
    "name": "Anna",
    "subject": "Grofvuil naast de container",
    "place": "Moerweg 12",
    "neighbourhood": "Moerwijk",
    "date": "dinsdag 3 maart",
    "promised": "vrijdag 6 maart",
    "professional": "Fatima",
    "team": "Wijkbeheer",
    "organisation": "Gemeente",
    "reference": "M-7K3Q9A",
    "municipality": "Vlietstede",
}
"""For the preview where answers are written."""


def spoken_day(moment: datetime, language: str) -> str:
    """ "dinsdag 3 maart" in any language that Django knows the days of."""
    with translation.override(language):
        return str(date_format(timezone.localtime(moment), "l j F", use_l10n=False))


def _name_of(row: StandardAnswer) -> str:
    category = config(row.gemeente_id).settings.categories.get(row.category_id) if row.category_id else None
    return category.name if category else ""


@dataclass(frozen=True, slots=True)
class DefaultAnswer:
    """An answer to start with: `texts` by language, `category` a slug or empty."""

    title: str
    category: str
    move: str
    position: int
    texts: dict[str, str]


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def words(language: str) -> dict[str, str]:
    """What stands where a name or a day would, for someone who gave no name and a case without a promised day."""
    known: dict[str, dict[str, str]] = _file()["words"]
    return known.get(language) or known[settings.LANGUAGE_CODE]


@lru_cache(maxsize=1)
def default_answers() -> tuple[DefaultAnswer, ...]:
    """What every municipality starts with, from `answers.toml`."""
    return tuple(
        DefaultAnswer(
            title=row["title"],
            category=row.get("category", ""),
            move=row.get("move", ""),
            position=place,
            texts={code: row[code].strip() for code in settings.RESIDENT_LANGUAGES if code in row},
        )
        for place, row in enumerate(_file()["answer"], start=1)
    )
