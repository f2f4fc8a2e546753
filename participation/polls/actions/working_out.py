"""When a poll has closed: the outcome of each question by its rule, and the file of all ballots.

In the background, with progress that can be watched; a second time it goes on with what is not done yet.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from core.accounts.actor import SYSTEM
from core.rows import insert
from participation.polls.counting import outcomes
from participation.polls.counting.published import WHOLE_FROM, digest_of
from participation.polls.events import OUTCOME, tell
from participation.polls.models import Outcome, Poll, Published, Question
from participation.polls.queries.published import choices_of, counted_ballots, decided, published_lines
from participation.polls.states import Kind

TOLD_EVERY = 1.0
"""Seconds between two notes of the progress."""


def work_out_poll(poll_id: int, *, now: datetime) -> bool:
    """Everything that is owed of a poll that is over; False when that was done, or it is not over."""
    poll = Poll.objects.select_related("case").get(pk=poll_id)
    if not poll.is_over or Published.objects.filter(poll=poll).exists():
        return False
    for question in poll.questions.prefetch_related("options"):
        _work_out(question, now)
    return _publish(poll, now)


def _work_out(question: Question, now: datetime) -> None:
    """Outside a transaction, so that others see how far it is."""
    how = decided(question)
    if how is None:
        return
    row, _made = Outcome.objects.get_or_create(question=question)
    if row.done_at is not None:
        return
    choices = list(choices_of(question))
    row.data = outcomes.outcome_of(how, choices, progress=_telling(row))
    row.compared = outcomes.compared(how, choices) if question.kind == Kind.BUDGET else {}
    row.progress, row.done_at = 100, now
    row.save()


def _telling(row: Outcome) -> Callable[[int], None]:
    last = 0.0

    def told(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last >= TOLD_EVERY:
            last = time.monotonic()
            Outcome.objects.filter(pk=row.pk).update(progress=percent)

    return told


@transaction.atomic
def _publish(poll: Poll, now: datetime) -> bool:
    whole = counted_ballots(poll) >= WHOLE_FROM
    row = Published(poll=poll, whole=whole, digest=digest_of(published_lines(poll, whole=whole)))
    if not insert(row, unique=("poll",)):
        return False
    tell(poll, OUTCOME, actor=SYSTEM, now=now, payload={"digest": row.digest})
    return True
