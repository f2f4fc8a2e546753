"""Task rows remember in which request they were asked for, so that the worker's log lines carry the same id."""

from __future__ import annotations

from typing import Any

from django_tasks.utils import normalize_json
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from core.watch.request_id import NONE, request_id

REQUEST = "request"
"""Beside `args` and `kwargs` in the row: no column of its own, so no query more."""


class TaskBackend(DatabaseBackend):
    def _task_to_db_task(self, task: Any, args: Any, kwargs: Any) -> DBTaskResult:
        known = request_id.get()
        if known == NONE:
            return super()._task_to_db_task(task, args, kwargs)
        row: DBTaskResult = DBTaskResult(
            id=self._get_id(),
            args_kwargs=normalize_json({"args": args, "kwargs": kwargs, REQUEST: known}),
            priority=task.priority,
            task_path=task.module_path,
            queue_name=task.queue_name,
            run_after=task.run_after,
            backend_name=self.alias,
        )
        row.save(force_insert=True)
        return row


def request_of(row: DBTaskResult) -> str:
    """The request that asked for this task; for work that comes round by itself an id from the task's own."""
    return str(row.args_kwargs.get(REQUEST) or f"task-{row.pk.hex[:12]}")
