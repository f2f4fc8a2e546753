"""The worker: runs the task rows of django-tasks-db, again with growing pauses when they fail.

A task is claimed by one conditional UPDATE, so any number of workers may run on any database.
Each claim adds a worker id to the row, so the number of ids is the number of attempts. A worker
says every few seconds that it lives; tasks of one that fell silent are run again. A task may
therefore run twice when its process is killed: tasks take ids and look at the rows first.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import uuid
from contextvars import ContextVar
from datetime import datetime, timedelta
from traceback import format_exception
from typing import Any

from django.db import close_old_connections, connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone, translation
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from core.watch.request_id import request_id
from core.work.backend import request_of
from core.work.models import WorkerLife
from core.work.schedule import enqueue_due

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 6 * 3600.0
"""Seconds before the second attempt (then four times longer each), and at most."""
LOOK_EVERY = 1.0
BEAT_EVERY = 5.0
DEAD_AFTER = timedelta(seconds=30)
SCHEDULE_EVERY = 5.0
BACKEND = "default"
_current: ContextVar[str] = ContextVar("current_task", default="")


class GiveUp(Exception):
    """Raised by a task that will never succeed: not tried again, visible as failed."""


def current_task() -> str:
    """The id of the task this code runs in, the same on every attempt; empty outside tasks."""
    return _current.get()


def pause_after(attempts: int) -> float:
    """Seconds until the next attempt after so many failed ones, without the jitter."""
    return float(min(FIRST_PAUSE * 4.0 ** (attempts - 1), LONGEST_PAUSE))


class Worker:
    """Call `run()` on a thread of its own; `wake()` and `stop()` from any thread or signal handler."""

    def __init__(self) -> None:
        self.id = f"worker-{uuid.uuid4().hex}"
        self._stopping = threading.Event()
        self._work = threading.Event()

    def run(self) -> None:
        """Work until `stop()`. Nothing a task or the database does ends this loop."""
        _workers.add(self)
        threading.Thread(target=self._keep_beating, name="worker-beat", daemon=True).start()
        pause = LOOK_EVERY
        schedule_at = float("-inf")
        try:
            while not self._stopping.is_set():
                self._work.clear()
                try:
                    close_old_connections()
                    if time.monotonic() >= schedule_at:
                        rescue()
                        enqueue_due(now=timezone.now())
                        schedule_at = time.monotonic() + SCHEDULE_EVERY
                    enqueue_due(now=timezone.now(), quick=True)
                    while not self._stopping.is_set() and self.run_one():
                        close_old_connections()
                    pause = LOOK_EVERY
                except Exception as error:
                    logger.error("worker: %s; trying again in %.0f s", type(error).__name__, pause, exc_info=error)
                    connection.close()
                    pause = min(pause * 2, 30.0)
                self._work.wait(pause)
        finally:
            _workers.discard(self)
            self._say_goodbye()
            connection.close()

    def stop(self) -> None:
        """End after the task in hand."""
        self._stopping.set()
        self._work.set()

    def wake(self) -> None:
        self._work.set()

    def run_one(self) -> bool:
        """Claim and run the next task that is due; False when there was none."""
        row = self._claim()
        if row is None:
            return False
        attempt = len(row.worker_ids)
        token, asked = _current.set(str(row.pk)), request_id.set(request_of(row))
        try:
            result = row.task_result
            with translation.override(None):
                value = result.task.call(*result.args, **result.kwargs)
            self._finish(row, return_value=value, status=TaskResultStatus.SUCCESSFUL)
        except Exception as error:
            self._fail(row, error, attempt)
        finally:
            _current.reset(token)
            request_id.reset(asked)
        return True

    def _claim(self) -> DBTaskResult | None:
        now = timezone.now()
        ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY, backend_name=BACKEND)
        due = ready.filter(Q(run_after=get_date_max()) | Q(run_after__lte=now))
        for row in due[:10]:
            ids = [*row.worker_ids, self.id]
            won = ready.filter(pk=row.pk, run_after=row.run_after).update(
                status=TaskResultStatus.RUNNING, started_at=now, worker_ids=ids
            )
            if won:
                row.status, row.started_at, row.worker_ids = TaskResultStatus.RUNNING, now, ids
                return row
        return None

    def _finish(self, row: DBTaskResult, **values: Any) -> None:
        """Write the outcome, unless the row was taken from us because we seemed dead."""
        mine = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
        outcome = {"finished_at": timezone.now(), "exception_class_path": "", "traceback": ""} | values
        if not mine.update(**outcome):
            logger.warning("task %s %s was taken over by another worker", row.task_path, row.pk)

    def _fail(self, row: DBTaskResult, error: Exception, attempt: int) -> None:
        again = attempt < MAX_ATTEMPTS and not isinstance(error, (GiveUp, ImportError))
        outcome: dict[str, Any] = {
            "status": TaskResultStatus.FAILED,
            "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
            "traceback": "".join(format_exception(error)),
        }
        if again:
            pause = pause_after(attempt) * random.uniform(0.9, 1.1)  # noqa: S311
            outcome |= {
                "status": TaskResultStatus.READY,
                "finished_at": None,
                "run_after": timezone.now() + timedelta(seconds=pause),
            }
        logger.log(
            logging.WARNING if again else logging.ERROR,
            "task %s %s failed, attempt %d of %d (%s)%s",
            row.task_path,
            row.pk,
            attempt,
            MAX_ATTEMPTS,
            type(error).__name__,
            "" if again else "; it stays in the list of tasks",
        )
        self._finish(row, **outcome)

    def _keep_beating(self) -> None:
        while True:
            try:
                WorkerLife.objects.update_or_create(worker_id=self.id, defaults={"seen_at": Now()})
            except Exception as error:
                logger.warning("worker: could not say that it lives (%s)", type(error).__name__)
            finally:
                connection.close()
            if self._stopping.wait(BEAT_EVERY):
                return

    def _say_goodbye(self) -> None:
        try:
            WorkerLife.objects.filter(worker_id=self.id).delete()
        except Exception as error:
            logger.debug("worker: could not say goodbye (%s)", type(error).__name__)


_workers: set[Worker] = set()


def wake_workers() -> None:
    """Tell the workers of this process that there is something to do."""
    for worker in list(_workers):
        worker.wake()


def rescue() -> int:
    """Put tasks of dead workers back in line; returns how many. One that keeps killing workers fails for good."""
    WorkerLife.objects.filter(seen_at__lt=Now() - DEAD_AFTER).delete()
    alive = set(WorkerLife.objects.values_list("worker_id", flat=True))
    rescued = 0
    for row in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, backend_name=BACKEND):
        if row.worker_ids and row.worker_ids[-1] in alive:
            continue
        held = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
        if len(row.worker_ids) >= MAX_ATTEMPTS:
            rescued += held.update(
                status=TaskResultStatus.FAILED,
                finished_at=timezone.now(),
                exception_class_path="core.work.worker.WorkerDied",
                traceback="The worker died while it ran this task.",
            )
        else:
            rescued += held.update(status=TaskResultStatus.READY, run_after=timezone.now())
    if rescued:
        logger.warning("%d tasks of dead workers are run again", rescued)
    return rescued


def run_due_tasks(*, limit: int = 1000) -> int:
    """Run everything that is due now, in this thread (for commands and tests); returns how many ran."""
    worker = Worker()
    ran = 0
    while ran < limit and worker.run_one():
        ran += 1
    return ran


def oldest_due(*, now: datetime) -> datetime | None:
    """Since when the longest waiting due task waits; None when none waits."""
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY, backend_name=BACKEND)
    waiting = ready.filter(Q(run_after=get_date_max()) | Q(run_after__lte=now)).order_by("enqueued_at")
    for enqueued_at, run_after in waiting.values_list("enqueued_at", "run_after")[:1]:
        return max(enqueued_at, run_after) if run_after <= now else enqueued_at
    return None
