"""Asking again when the money or a promise ends."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from participation.initiatives.queries.looking_back import due_again


@task()
def ask_coaches_again() -> int:
    """Answers how many were asked."""
    from participation.initiatives.actions.looking_back import ask_again

    now = timezone.now()
    return sum(ask_again(initiative_id=pk, now=now) for pk in due_again(now))


def anybody_due(now: datetime) -> bool:
    return bool(due_again(now))
