"""Housekeeping that comes round by itself (registered in `apps.py`)."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

KEEP_DONE, KEEP_FAILED = timedelta(days=7), timedelta(days=90)


@task()
def forget_finished_tasks() -> int:
    """Delete rows of tasks that succeeded a week ago or failed three months ago; returns how many."""
    now = timezone.now()
    done, _ = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE).delete()
    failed, _ = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_FAILED).delete()
    return done + failed


@task()
def forget_expired_sessions() -> None:
    """Delete sessions nobody can use any more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
