"""The texts of pages.toml as the blocks of a page: a line is a paragraph, a table another block."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from django.utils.html import escape

from core.areas.models import Area
from participation.organisations.models import Professional

PICTURES = ("photo", "before", "after", "poster")
"""What a block calls its pictures."""


def body(parts: Iterable[Any], *, picture: Callable[[str], Any], said: Mapping[str, str], year: int) -> str:
    """As a page keeps it.

    `picture(name)` gives the image of a drawing; `said` fills "{saturday}" in a paragraph; `in_years` of a moment
    counts from `year`.
    """
    return json.dumps([_block(part, picture, said, year) for part in parts])


def _block(part: Any, picture: Callable[[str], Any], said: Mapping[str, str], year: int) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "value": f"<p>{escape(part.format(**said))}</p>"}
    value = {name: content for name, content in deepcopy(part).items() if name not in ("block", "value")}
    for name in PICTURES:
        if name in value:
            image = picture(value[name])
            value[name] = {"image": image.pk, "alt_text": image.description, "decorative": False}
    if "people" in value:
        value["people"] = [Professional.objects.get(user__username=name).pk for name in value["people"]]
    if "area" in value:
        value["area"] = Area.objects.only("pk").get(code=value["area"]).pk
    for one in value.get("items", ()):
        if "in_years" in one:
            one["year"] = year + one.pop("in_years")
    return {"type": part["block"], "value": part.get("value", value)}
