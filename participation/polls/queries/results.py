"""Results for machines: the same numbers as on the page, with a description of every field; and budgets as `.pb` files.

Who may see them when is decided in `tables.may_see`. While people vote totals move a few ballots at a time; of areas
with few letters or votes nothing is told (`batches`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.areas.queries import tree
from participation.polls.counting import pabulib
from participation.polls.models import Outcome, Poll, Question
from participation.polls.queries import tables
from participation.polls.queries.explained import outcomes_of
from participation.polls.queries.published import ballots_in_order
from participation.polls.states import OVER, BallotForm, Kind, Rule

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""

FIELDS: dict[str, tuple[str, Promise | str]] = {
    "question": ("integer", _("Number of the question")),
    "title": ("string", _("The question")),
    "kind": ("string", _("Kind: single, multiple, ranking, scale, yesno or budget")),
    "answered": ("integer", _("How many ballots answer this question")),
    "option": ("integer", _("Number of the option; of a scale the step")),
    "label": ("string", _("The option")),
    "cents": ("integer", _("What the project costs, in cents of a euro")),
    "counted": ("string", _("What is counted: votes or points")),
    "count": ("decimal", _("How many votes or points")),
    "percent": ("integer", _("Of the ballots that answer the question, or of all points")),
    "first": ("integer", _("How many put this option first")),
    "rule": ("string", _("The rule that decides")),
    "place": ("integer", _("Place in the outcome, 1 is the first")),
    "chosen": ("boolean", _("The project is in the outcome")),
}
"""The columns of the CSV file: type (of CSV on the Web) and what it says."""


def facts_of(poll: Poll) -> dict[str, Any]:
    """What may be shown now, as the API tells it. Eleven queries at most, whatever the number of ballots."""
    shown = tables.results_of(poll)
    over = poll.stage in OVER
    outcomes = outcomes_of(poll) if over else {}
    published = shown.get("published")
    return {
        "slug": poll.slug,
        "title": poll.title,
        "stage": poll.stage,
        "final": over,
        "ballots": shown["ballots"],
        "entered": shown.get("entered"),
        "aside": shown.get("aside"),
        "inhabitants": shown.get("inhabitants"),
        "turnout": [
            {
                "area": area.name,
                "inhabitants": area.inhabitants,
                "letters": use.letters,
                "voted": None if use.hidden or use.few else use.used,
                "percent": None if use.hidden or use.few else use.percent,
            }
            for area, use in shown.get("by_area", [])
        ],
        "questions": [_question(one, outcomes.get(one.id)) for one in shown["results"]],
        "file": {"sha256": published.digest, "whole": published.whole} if published else None,
    }


def rows_of(facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A row for each option, with `FIELDS`; answers in own words are not in it."""
    for one in facts["questions"]:
        data = (one["outcome"] or {}).get("data") or {}
        places = {pk: place for place, pk in enumerate(data.get("order") or data.get("chosen") or [], start=1)}
        for option in one["options"]:
            row = {
                "question": one["id"],
                "title": one["title"],
                "kind": one["kind"],
                "answered": one["answered"],
                "option": option["id"],
                "label": option["label"],
                "cents": option["cents"],
                "counted": one["counted"],
                "count": option["count"],
                "percent": option["percent"],
                "first": option["first"] if one["kind"] == Kind.RANKING else None,
                "rule": one["rule"],
                "place": places.get(option["id"]),
                "chosen": option["id"] in places if one["kind"] == Kind.BUDGET and data else None,
            }
            yield {name: row[name] for name in FIELDS}


def csv_of(facts: Mapping[str, Any]) -> str:
    """For a spreadsheet: with a mark at the beginning, because without it some show é as Ã©."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(FIELDS)
    writer.writerows([_cell(value) for value in row.values()] for row in rows_of(facts))
    return "\ufeff" + out.getvalue()


def described(address: str) -> dict[str, Any]:
    """What the columns of the file at `address` mean: CSV on the Web (www.w3.org/TR/tabular-data-primer)."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": address,
        "dialect": {"delimiter": ";", "encoding": "utf-8"},
        "tableSchema": {
            "columns": [
                {"name": name, "titles": name, "datatype": kind, "description": str(says)}
                for name, (kind, says) in FIELDS.items()
            ]
        },
    }


def pb_of(poll: Poll, question: Question, outcome: Outcome | None) -> bytes:
    """The ballots about a budget as a `.pb` file, with numbers for voters. `question` with its options.

    Only of a poll whose ballots are published whole.
    """
    options = list(question.options.all())
    points = question.form == BallotForm.POINTS
    total = poll.standing.totals.get(str(question.pk), {})
    chosen = set(outcome.data.get("chosen", [])) if outcome else set()
    votes = [
        _vote(number, choices[str(question.pk)], points=points)
        for number, (_receipt, choices) in enumerate(ballots_in_order(poll), start=1)
        if str(question.pk) in choices
    ]
    meta = {
        "description": " ".join(question.title.split()),
        "country": "Netherlands",
        "unit": _area(poll.gemeente_id),
        "subunit": _area(poll.area_id),
        "instance": str(timezone.localdate(poll.closed_at).year) if poll.closed_at else "",
        "num_projects": str(len(options)),
        "num_votes": str(len(votes)),
        "budget": _euros(question.cents or 0),
        "vote_type": "cumulative" if points else "approval",
        "rule": "equalshares/add1u" if question.rule == Rule.SHARES else "greedy",
        "date_begin": _day(poll.opens_at),
        "date_end": _day(poll.closed_at),
        "language": poll.language,
        "currency": "EUR",
    }
    if points:
        meta["max_sum_points"] = str(question.points)
    else:
        meta["min_length"] = str(question.least)
        if question.most:
            meta["max_length"] = str(question.most)
    if question.form == BallotForm.KNAPSACK:
        meta["max_sum_cost"] = _euros(question.cents or 0)
    projects = [
        {
            "project_id": str(one.pk),
            "cost": _euros(one.cents or 0),
            "votes": str(total.get("by", {}).get(str(one.pk), 0)),
            "score": str(total.get("points", {}).get(str(one.pk), 0)),
            "name": " ".join(one.label.split()),
            "selected": str(int(one.pk in chosen)),
        }
        for one in options
    ]
    columns = ("voter_id", "vote", "points") if points else ("voter_id", "vote")
    return pabulib.write(pabulib.File(meta, projects, votes, tuple(projects[0]) if projects else (), columns))


def _question(one: tables.Result, outcome: Outcome | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.title,
        "answered": one.answered,
        "counted": one.counted,
        "average": one.average,
        "rule": one.rule,
        "options": [
            {
                "id": bar.id,
                "label": bar.label,
                "count": bar.many,
                "percent": bar.percent,
                "first": bar.first,
                "cents": bar.cents or None,
            }
            for bar in one.bars
        ],
        "words": list(one.words),
        "outcome": outcome and {"progress": outcome.progress, "data": outcome.data, "compared": outcome.compared},
    }


def _vote(number: int, choice: Any, *, points: bool) -> dict[str, str]:
    if points:
        return {"voter_id": str(number), "vote": ",".join(choice), "points": ",".join(map(str, choice.values()))}
    return {"voter_id": str(number), "vote": ",".join(map(str, choice))}


def _area(area_id: int) -> str:
    row = tree().by_id.get(area_id)
    return row.name if row else ""


def _euros(cents: int) -> str:
    whole, part = divmod(cents, 100)
    return f"{whole}.{part:02}" if part else str(whole)


def _day(moment: Any) -> str:
    return timezone.localdate(moment).strftime("%d.%m.%Y") if moment else ""


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        tidy = " ".join(value.split())
        return f"'{tidy}" if tidy.startswith(DANGEROUS) else tidy
    return value
