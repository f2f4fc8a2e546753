"""Codes of letters: making many, and forgetting them in time. A second run finds nothing to do."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from participation.polls.actions import batches


@task()
def make_codes(batch_id: int) -> None:
    """Part by part, so that a worker that stops loses at most one part, and the page shows how far it is."""
    while batches.make_more(batch_id, now=timezone.now()):
        pass


@task()
def clear_away() -> None:
    """The database keeps what was emptied until it is told to clear it away."""
    batches.forget_old_rows()


def anything_to_forget(now: datetime) -> bool:
    return bool(batches.forgettable(now))


@task()
def forget_codes() -> int:
    """Codes of which somebody fetched the file and nobody said that it opens, and those of polls that are over."""
    now = timezone.now()
    found = batches.forgettable(now)
    for batch_id in found:
        batches.forget_in_time(batch_id, now=now)
    return len(found)
