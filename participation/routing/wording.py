"""What residents read about a category or a theme, in the language of the page.

First the municipality's own translation; then ours of the texts every municipality starts with
(`default_words/<language>.toml`: Dutch text = translation); else the Dutch text itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import FieldError, Invalid
from participation.routing.models import Category, Question, Theme
from participation.routing.queries import config, themes_of

FOLDER = Path(__file__).with_name("default_words")


@dataclass(frozen=True, slots=True)
class Words:
    """A category as a resident reads it; `advice` as `[{kind, phone, text}]`."""

    name: str
    description: str
    promise: str
    advice: tuple[dict[str, str], ...]
    questions: Mapping[str, str]
    defaults: Mapping[str, str]

    def label(self, question: Question) -> str:
        return self._said(question.key, question.label)

    def help(self, question: Question) -> str:
        return self._said(f"{question.key}.help", question.help)

    def choices(self, question: Question) -> list[dict[str, str]]:
        """`[{value, label}]`"""
        return [one | {"label": self._said(f"{question.key}={one['value']}", one["label"])} for one in question.choices]

    def _said(self, key: str, dutch: str) -> str:
        return self.questions.get(key) or self.defaults.get(dutch, dutch)


def words_of(category: Category, language: str | None = None) -> Words:
    """In `language`, else the active one. From memory: no query."""
    spoken = language or translation.get_language() or ""
    defaults = default_words(spoken)
    own = config(category.gemeente_id).settings.translations.get((category.pk, spoken))
    advice = {one["kind"]: one["text"] for one in own.advice} if own else {}
    return Words(
        name=(own and own.name) or defaults.get(category.name, category.name),
        description=(own and own.description) or defaults.get(category.description, category.description),
        promise=(own and own.promise) or defaults.get(category.promise, category.promise),
        advice=tuple(
            one | {"text": advice.get(one["kind"]) or defaults.get(one["text"], one["text"])} for one in category.advice
        ),
        questions={one["key"]: one["text"] for one in own.questions} if own else {},
        defaults=defaults,
    )


def theme_name(theme: Theme, language: str | None = None) -> str:
    """In `language`, else the active one: ours for the themes a municipality starts with, else as it was written."""
    return default_words(language or translation.get_language() or "").get(theme.name, theme.name)


def theme_description(theme: Theme, language: str | None = None) -> str:
    return default_words(language or translation.get_language() or "").get(theme.description, theme.description)


@lru_cache(maxsize=32)
def default_words(language: str) -> Mapping[str, str]:
    """Dutch text → its translation; empty for a language we have none in."""
    path = FOLDER / f"{language}.toml"
    if not path.is_file():
        return {}
    words: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))
    return words


def theme_called(slug: str, gemeente_id: int | None) -> Theme:
    """Raises `Invalid` on `theme` for what is none of theirs."""
    theme = next((one for one in themes_of(gemeente_id or 0) if one.slug == slug), None)
    if theme is None:
        raise Invalid(FieldError("theme", "unknown", _("There is no theme with this name.")))
    return theme
