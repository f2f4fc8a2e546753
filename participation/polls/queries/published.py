"""The file of all ballots of a closed poll (`counting.published`), read from the database: always the same text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Collate

from participation.polls import totals
from participation.polls.counting import published
from participation.polls.counting.outcomes import Decided
from participation.polls.models import Ballot, Option, Outcome, Poll, Published, Question, Standing
from participation.polls.queries.batches import entered_of
from participation.polls.queries.definition import questions_of
from participation.polls.states import RULES, Kind

CHUNK = 2000


def published_of(poll: Poll) -> Published | None:
    """None while it is being made."""
    return Published.objects.filter(poll=poll).first()


def published_lines(poll: Poll, *, whole: bool) -> Iterator[str]:
    """The file, line by line. `whole`: with the ballots."""
    return published.lines_of(_header(poll, whole=whole), ballots_in_order(poll) if whole else ())


def counted_ballots(poll: Poll) -> int:
    """How many ballots count."""
    return Ballot.objects.filter(poll=poll, aside=None, counted=True).count()


def choices_of(question: Question) -> Iterator[Any]:
    """What each ballot that counts says to one question; nothing for those it was not asked of."""
    name = str(question.pk)
    rows = Ballot.objects.filter(poll_id=question.poll_id, aside=None, counted=True).values_list("choices", flat=True)
    return (choices[name] for choices in rows.iterator(chunk_size=CHUNK) if name in choices)


def decided(question: Question) -> Decided | None:
    """How its rule sees a question; None for one that no rule decides. `question` with its options."""
    if question.kind not in RULES:
        return None
    return Decided.from_json(_question(question))


def _header(poll: Poll, *, whole: bool) -> dict[str, Any]:
    standing = Standing.objects.get(poll=poll)
    questions = Question.objects.filter(poll=poll).prefetch_related("options")
    outcomes = Outcome.objects.filter(question__poll=poll, done_at__isnull=False)
    return {
        "poll": poll.slug,
        "title": poll.title,
        "closedAt": poll.closed_at.isoformat() if poll.closed_at else None,
        "whole": whole,
        "ballots": counted_ballots(poll),
        "aside": standing.aside,
        "turnout": sum(entered_of(poll).values()),
        "questions": list(map(_question, questions)),
        "totals": standing.totals or totals.begin(questions_of(poll)),
        "outcomes": {str(one.pk): one.data for one in outcomes},
    }


def _question(one: Question) -> dict[str, Any]:
    """Words as they were written: those the platform has differ by language, and the file may not."""
    told: dict[str, Any] = {
        "id": one.pk,
        "kind": one.kind,
        "title": one.title,
        "options": list(map(_option, one.options.all())),
        "required": one.required,
        "least": one.least,
        "most": one.most,
        "ifQuestion": one.if_question_id,
        "ifOptions": one.if_options,
    }
    if one.kind == Kind.SCALE:
        told |= {"steps": one.steps, "low": one.low, "high": one.high}
    if one.kind in RULES:
        told["rule"] = one.rule or RULES[one.kind][0].value
    if one.kind == Kind.BUDGET:
        told |= {"cents": one.cents, "form": one.form, "points": one.points or 0, "byCost": one.by_cost}
    return told


def _option(one: Option) -> dict[str, Any]:
    return {"id": one.pk, "label": one.label or one.code} | ({"cents": one.cents} if one.cents else {})


def ballots_in_order(poll: Poll) -> Iterator[tuple[str, dict[str, Any]]]:
    """Receipt and choices of each that counts, in the order of the bytes of the receipts, whatever the database."""
    place = Collate(F("receipt"), "C") if connection.vendor == "postgresql" else F("receipt")
    rows = Ballot.objects.filter(poll=poll, aside=None, counted=True).order_by(place)
    return rows.values_list("receipt", "choices").iterator(chunk_size=CHUNK)
