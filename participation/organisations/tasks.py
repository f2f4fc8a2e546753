"""Background tasks."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from participation.organisations import own_card


@task()
def forget_passed_days() -> int:
    """Forget the extra hours of days that are over; how many."""
    return own_card.forget_passed_days(timezone.now())
