"""What a poll asks, in plain values. From its opening this does not change, so each process keeps it."""

from __future__ import annotations

from functools import lru_cache

from participation.polls.choices import Asked, Choosable
from participation.polls.models import Poll, Question
from participation.polls.states import Act, allows


def questions_of(poll: Poll) -> tuple[Asked, ...]:
    """Its questions in order. Two queries; none for one that is open or over and that this process saw before."""
    if poll.opens_at is None or allows(poll.stage, Act.EDIT):
        return read_questions(poll.pk)
    return _kept(poll.pk, poll.slug, poll.version, poll.stage)


@lru_cache(maxsize=256)
def _kept(poll_id: int, _slug: str, _version: int, _stage: str) -> tuple[Asked, ...]:
    return read_questions(poll_id)


def read_questions(poll_id: int) -> tuple[Asked, ...]:
    """As they are now. Two queries."""
    rows = Question.objects.filter(poll_id=poll_id).prefetch_related("options")
    return tuple(asked_of(one) for one in rows)


def asked_of(one: Question) -> Asked:
    return Asked(
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
