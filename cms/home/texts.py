"""The information pages every site starts with, from texts.toml."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from django.utils.html import escape

TEXTS = Path(__file__).with_name("texts.toml")


def information(name: str) -> list[dict[str, Any]]:
    """Fields of an `InfoPage` each, with the municipality's name filled in."""
    pages = tomllib.loads(TEXTS.read_text("utf-8"))["page"]
    return [
        {
            **page,
            "body": json.dumps(
                [{"type": kind, "value": text.replace("{name}", escape(name))} for kind, text in page["body"]]
            ),
        }
        for page in pages
    ]
