"""What an administrator may do with a task."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.errors import Conflict, NotFound
from core.work.worker import wake_workers


def run_again(*, task_id: UUID, now: datetime) -> None:
    """Put a task that failed, or waits for its next attempt, at the front with all its attempts."""
    with transaction.atomic():
        row = DBTaskResult.objects.select_for_update().filter(pk=task_id).first()
        if row is None:
            raise NotFound
        if row.status not in (TaskResultStatus.FAILED, TaskResultStatus.READY):
            raise Conflict
        row.status, row.run_after, row.finished_at, row.worker_ids = TaskResultStatus.READY, now, None, []
        row.save(update_fields=["status", "run_after", "finished_at", "worker_ids"])
        transaction.on_commit(wake_workers, robust=True)
