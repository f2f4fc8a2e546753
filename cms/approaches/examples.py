"""The approaches a library can begin with: labelled as examples, and the editors' own from then on."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from cms.approaches.models import ApproachIndexPage, ApproachPage
from cms.base.publishing import gemeente_of
from participation.routing.queries import themes_of

FILE = Path(__file__).with_name("examples.toml")
LISTS = ("steps", "ingredients", "warnings")


def load_examples(index: ApproachIndexPage) -> int:
    """Publish the examples whose address is still free below this page; how many. What editors made stays."""
    with transaction.atomic():
        gemeente_id = gemeente_of(index)
        themes = {one.slug: one for one in themes_of(gemeente_id)} if gemeente_id else {}
        taken = set(index.get_children().values_list("slug", flat=True))
        made = [one for one in examples() if one["slug"] not in taken]
        for one in made:
            theme = themes.get(one.pop("theme"))
            page = ApproachPage(**one, theme=theme, is_example=True)
            index.add_child(instance=page)
            page.save_revision().publish()
    return len(made)


def examples() -> list[dict[str, Any]]:
    """Fields of an `ApproachPage` each, with the slug of a theme."""
    found = []
    for one in tomllib.loads(FILE.read_text("utf-8"))["approach"]:
        lists = {name: json.dumps([{"type": "point", "value": text} for text in one.pop(name)]) for name in LISTS}
        lowest, highest = one.pop("costs")
        found.append({**one, **lists, "cost_from": lowest, "cost_to": highest})
    return found
