"""The demonstration's content: what people.toml, reports.toml and streets.json say, read once."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
AREAS = HERE / "areas.geojson"
VLIETSTEDE, RIETMADE = GEMEENTEN = ("GM9901", "GM9902")
"""Codes the CBS does not give out: no real municipality can clash with them."""
LANGUAGES = ("en", "tr", "ar", "pl")


@cache
def people() -> dict[str, Any]:
    return tomllib.loads((HERE / "people.toml").read_text("utf-8"))


@cache
def reports() -> dict[str, Any]:
    return tomllib.loads((HERE / "reports.toml").read_text("utf-8"))


@cache
def pages() -> dict[str, Any]:
    return tomllib.loads((HERE / "pages.toml").read_text("utf-8"))


@cache
def wins() -> dict[str, Any]:
    return tomllib.loads((HERE / "wins.toml").read_text("utf-8"))


@cache
def streets() -> dict[str, list[dict[str, Any]]]:
    """Per buurt code: streets with their name and their two ends as [lon, lat]."""
    found: dict[str, list[dict[str, Any]]] = json.loads((HERE / "streets.json").read_text("utf-8"))
    return found


def face(username: str) -> Path:
    return HERE / "pictures" / "faces" / f"{username}.webp"


def street_picture(name: str) -> Path:
    return HERE / "pictures" / "street" / f"{name}.webp"


def split_language(text: str) -> tuple[str, str]:
    """`"en: Hello"` → `("en", "Hello")`; without a known prefix it is Dutch."""
    prefix, colon, rest = text.partition(":")
    return (prefix, rest.strip()) if colon and prefix in LANGUAGES else ("nl", text)


def hours(written: str) -> dict[str, list[list[str]]]:
    """`"mon 09:00-12:00, tue 13:00-17:00"` → `{"mon": [["09:00", "12:00"]], …}`."""
    found: dict[str, list[list[str]]] = {}
    for part in written.split(", "):
        day, times = part.split(" ")
        found.setdefault(day, []).append(times.split("-"))
    return found
