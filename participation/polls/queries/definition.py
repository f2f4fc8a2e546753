"""What a poll asks, in plain values. Once it is open this does not change, so each process keeps it."""

from __future__ import annotations

from functools import lru_cache

from participation.polls.choices import Asked, Choosable
from participation.polls.models import Poll, Question


def questions_of(poll: Poll) -> tuple[Asked, ...]:
    """Its questions in order. No query for a version this process saw before, else two."""
    return _kept(poll.pk, poll.version)


@lru_cache(maxsize=256)
def _kept(poll_id: int, version: int) -> tuple[Asked, ...]:
    return read_questions(poll_id)


def read_questions(poll_id: int) -> tuple[Asked, ...]:
    """As they are now. Two queries."""
    rows = Question.objects.filter(poll_id=poll_id).prefetch_related("options")
    return tuple(
        Asked(
            id=one.pk,
            kind=one.kind,
            title=one.title,
            options=tuple(Choosable(row.pk, row.label, row.cents or 0) for row in one.options.all()),
            required=one.required,
            least=one.least,
            most=one.most,
            steps=one.steps,
            cents=one.cents or 0,
            form=one.form,
            points=one.points or 0,
            if_question=one.if_question_id,
            if_options=frozenset(one.if_options),
        )
        for one in rows
    )
