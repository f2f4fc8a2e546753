"""The categories and themes a municipality starts with: `default_categories.toml`, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("default_categories.toml")


@dataclass(frozen=True, slots=True)
class DefaultCategory:
    """A row to be: `fields` of `Category`, `questions` as fields of `Question`, `children` of a main category."""

    slug: str
    fields: dict[str, Any]
    questions: tuple[dict[str, Any], ...]
    children: tuple[DefaultCategory, ...]


@lru_cache(maxsize=1)
def default_categories() -> tuple[DefaultCategory, ...]:
    """The main categories, in order, each with its subcategories."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    advice = {kind: {"kind": kind, **block} for kind, block in data["advice"].items()}
    return tuple(
        DefaultCategory(
            slug=main["slug"],
            fields={
                "name": main["name"],
                "description": main["description"],
                "position": place,
                "near_metres": main.get("near"),
                "kind": main.get("kind", "report"),
            },
            questions=(),
            children=tuple(
                _sub(sub, at, advice, main.get("kind", "report")) for at, sub in enumerate(main["sub"], start=1)
            ),
        )
        for place, main in enumerate(data["main"], start=1)
    )


def default_reports() -> tuple[DefaultCategory, ...]:
    """Of these, what one can report: the subcategories, in order."""
    return tuple(one for main in default_categories() for one in main.children if one.fields["kind"] == "report")


@lru_cache(maxsize=1)
def default_themes() -> tuple[dict[str, str], ...]:
    """Fields of `Theme`, in order."""
    return tuple(tomllib.loads(FILE.read_text(encoding="utf-8"))["theme"])


def _sub(sub: dict[str, Any], position: int, advice: dict[str, dict[str, str]], kind: str) -> DefaultCategory:
    return DefaultCategory(
        slug=sub["slug"],
        fields={
            "kind": kind,
            "name": sub["name"],
            "description": sub["description"],
            "position": position,
            "visibility": sub["visibility"],
            "response_days": sub["response"],
            "resolve_days": sub.get("resolve"),
            "promise": sub["promise"],
            "advice": [advice[kind] for kind in sub.get("advice", ())],
            "near_metres": sub.get("near"),
        },
        questions=tuple(
            {
                "key": one["key"],
                "label": one["label"],
                "help": one.get("help", ""),
                "type": one.get("type", "text"),
                "choices": [{"value": value, "label": label} for value, label in one.get("choices", {}).items()],
                "required": one.get("required", False),
                "show_if": one.get("show_if"),
                "position": place,
            }
            for place, one in enumerate(sub.get("question", ()), start=1)
        ),
        children=(),
    )
