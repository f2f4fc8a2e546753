"""Housekeeping that comes round by itself (registered in `apps.py`)."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from core.api import idempotency


@task()
def forget_old_keys() -> int:
    """See `idempotency.forget_old_keys`; once a day."""
    return idempotency.forget_old_keys(now=timezone.now())
