"""What the pages of the form show beside its fields: photos, who to call, places to pick, the summary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.areas.queries import AreaRow, tree
from core.media.models import Photo
from core.places import queries as places
from participation.reports.pages.forms import STEPS, ReportForm
from participation.reports.pages.photos import with_tickets
from participation.reports.rules import worded_answers
from participation.routing.proposals import safety_advice
from participation.routing.wording import words_of

PAGE_OF = {"what": "report", "where": "report_where", "more": "report_questions", "reach": "report_reach"}


def address_of(step: str, handle: str, anchor: str = "") -> str:
    """Of a step's page; `handle` names the draft among those of this browser."""
    return f"{reverse(PAGE_OF[step])}{f'?c={handle}' if handle else ''}{f'#{anchor}' if anchor else ''}"


def photos_of(ids: Iterable[str]) -> list[dict[str, str]]:
    """`{id, ticket, thumbnail_url}` of those that are still waiting for a report, in order. One query, if any."""
    wanted = list(ids)
    waiting = Photo.objects.filter(pk__in=wanted, claimed_at=None).values_list("pk", flat=True) if wanted else ()
    there = {str(pk): pk for pk in waiting}
    return with_tickets(there[one] for one in wanted if one in there)


def advice_for(form: ReportForm) -> list[dict[str, str]]:
    """Who to call: for what the words point to, and for the category; each number once."""
    category = words_of(form.about).advice if form.about is not None else ()
    found = {one["phone"]: one for one in [*category, *safety_advice(form.values.get("text", ""))]}
    return list(found.values())


def places_to_pick(form: ReportForm) -> dict[str, Any]:
    """What the search found, and the streets around the place that is known; for a page without a map."""
    gemeente = tree().by_id[form.routing.gemeente_id]
    typed = form.values.get("q", "")
    found = places.suggest(typed, gemeente) if typed else None
    point = _about_where(form)
    streets = places.streets_near(*point, gemeente) if point and not typed else None
    return {
        "searched": typed,
        "found": [(f"id:{one.id}", one.label) for one in found.results] if found else [],
        "search_works": found.available if found else True,
        "streets": [(f"at:{one.point[0]},{one.point[1]},{one.name}", one.name) for one in streets.results]
        if streets
        else [],
    }


def _about_where(form: ReportForm) -> tuple[float, float] | None:
    """The middle of the quarter that was chosen, while there is no exact place."""
    if form.values.get("lon") and form.values.get("lat"):
        return None
    area = tree().by_code.get(form.values.get("area", ""))
    return area.point if area else None


def summary_of(form: ReportForm, photos: list[dict[str, str]], handle: str) -> list[dict[str, Any]]:
    """What will be sent: `{name, label, text, photos, change}` per line, with the address where to change it."""
    values = form.values
    area: AreaRow | None = tree().by_code.get(values.get("area", ""))
    place = [values.get("address") or values.get("spot", ""), area.name if area else ""]
    lines = [
        ("text", _("What"), values.get("text", ""), address_of("what", handle, "id_text")),
        (
            "category",
            _("About"),
            words_of(form.about).name if form.about is not None else _("We choose for you"),
            address_of("what", handle, "id_category"),
        ),
        (
            "place",
            _("Where"),
            ", ".join(part for part in place if part) or _("The place on the map"),
            address_of("where", handle),
        ),
    ]
    if form.about is not None:
        words = words_of(form.about)
        labels = {question.key: words.label(question) for question in form.questions}
        lines += [
            (
                f"answer_{one['key']}",
                labels[one["key"]],
                _worded(form, one),
                address_of("more", handle, f"id_answer_{one['key']}"),
            )
            for one in worded_answers(form.answers, form.questions)
        ]
    shown: list[dict[str, Any]] = [
        {"name": name, "label": label, "text": text, "photos": [], "change": change}
        for name, label, text, change in lines
    ]
    if photos:
        change = address_of("what", handle, "id_photos")
        line = {"name": "photos", "label": _("Photos"), "text": "", "photos": photos, "change": change}
        shown.insert(1, line)
    return shown


def _worded(form: ReportForm, answer: dict[str, Any]) -> str:
    """The answer in the words of the page's language."""
    assert form.about is not None
    question = next(one for one in form.questions if one.key == answer["key"])
    labels = {choice["value"]: choice["label"] for choice in words_of(form.about).choices(question)}
    given = answer["value"] if isinstance(answer["value"], list) else [answer["value"]]
    return ", ".join(labels.get(str(one), str(one)) for one in given)


def steps_of(form: ReportForm) -> list[str]:
    """The steps this report takes: the questions only where there are some."""
    return [step for step in STEPS if step != "more" or form.has_questions]
