"""Answers in voters' own words: for who moderates them, with what to look at marked, and for everybody once shown.

They go by their keys, which are random: their order tells nothing of when they came.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from participation.polls.models import Poll, Question, Words
from participation.polls.states import Kind, Why
from participation.texts.checking import MOST as LONGEST_CHECKED
from participation.texts.checking import check_text
from participation.texts.screening import marks_of

PAGE = 25
LONGEST_KEY = 19
"""Digits."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer. `name`: what was found in it, such as a phone number; empty for plain words."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class WordsLine:
    """One answer to moderate. `marks`: codes of what its words hold that a municipality lists (`word`, `links`)."""

    id: int
    pieces: tuple[Piece, ...]
    state: str
    reason: str
    marks: tuple[str, ...]

    @property
    def is_marked(self) -> bool:
        return bool(self.marks) or any(one.name for one in self.pieces)


@dataclass(frozen=True, slots=True)
class WordsPage:
    """`after`: the key to go on from; None at the end."""

    lines: tuple[WordsLine, ...]
    after: int | None


def key_in(typed: str) -> int | None:
    """A key as an address or a form has it: up to 62 bits, so longer than other numbers."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_KEY else None


def open_questions(poll: Poll) -> list[Question]:
    return list(Question.objects.filter(poll=poll, kind=Kind.OPEN))


def counts_of(poll: Poll) -> dict[tuple[int, str], int]:
    """How many answers there are, by question and state. One query."""
    rows = Words.objects.filter(question__poll=poll).order_by().values("question_id", "state")
    found = Counter[tuple[int, str]]()
    for row in rows.annotate(many=Count("pk")):
        found[row["question_id"], row["state"]] = row["many"]
    return found


def to_moderate(poll: Poll, *, state: str, question_id: int | None = None, after: int | None = None) -> WordsPage:
    """A page of answers in this state. One query."""
    rows = Words.objects.filter(question__poll=poll, state=state)
    if question_id is not None:
        rows = rows.filter(question_id=question_id)
    found, then = _page(rows, after)
    return WordsPage(tuple(_line(one, poll.gemeente_id) for one in found), then)


def shown_words(question_id: int, *, after: int | None = None) -> tuple[list[tuple[int, str]], int | None]:
    """What everybody may read of this question: (key, text), and the key to go on from. One query.

    Whoever calls this has seen to it that the results may be shown.
    """
    found, then = _page(Words.objects.filter(question_id=question_id, state=Words.State.SHOWN), after)
    return [(one.pk, one.text) for one in found], then


def _page(rows: QuerySet[Words], after: int | None) -> tuple[list[Words], int | None]:
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def _line(one: Words, gemeente_id: int) -> WordsLine:
    checked = check_text(one.text[:LONGEST_CHECKED], gemeente_id)
    pieces, at = [], 0
    for finding, told in zip(checked.findings, checked.shown(), strict=True):
        if finding.start > at:
            pieces.append(Piece(one.text[at : finding.start]))
        pieces.append(Piece(one.text[finding.start : finding.end], str(told["name"])))
        at = finding.end
    pieces.append(Piece(one.text[at:]))
    reason = str(Why(one.reason).label) if one.reason in Why.values else ""
    return WordsLine(one.pk, tuple(pieces), one.state, reason, tuple(marks_of(gemeente_id, one.text)))
