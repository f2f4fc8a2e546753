"""How the background work is doing: for `/metrics`, `/readyz` and the system page."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from core.watch.metrics import Gauge, register_gauge
from core.work.models import WorkerLife
from core.work.worker import BACKEND, DEAD_AFTER, oldest_due

MOST = 10_000
"""Rows counted at most: more is as bad."""
WAITS_TOO_LONG = 300.0
"""Seconds a due task may wait before nobody seems to work."""


def workers_alive() -> int:
    """Workers that were seen within `DEAD_AFTER`."""
    return WorkerLife.objects.filter(seen_at__gte=Now() - DEAD_AFTER).count()


def oldest_seconds(now: datetime) -> float | None:
    """How long the longest waiting due task waits; None when none waits."""
    since = oldest_due(now=now)
    return None if since is None else max((now - since).total_seconds(), 0.0)


def failed_tasks() -> QuerySet[DBTaskResult]:
    """Those that are not tried again by themselves, the last first."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at")


def _ready() -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY, backend_name=BACKEND)


def _due() -> QuerySet[DBTaskResult]:
    return _ready().filter(Q(run_after=get_date_max()) | Q(run_after__lte=timezone.now()))


def _count(rows: QuerySet[DBTaskResult]) -> int:
    return rows.order_by()[:MOST].count()


def register() -> None:
    for gauge in (
        Gauge(
            name="wijkplatform_workers",
            help="Workers that say they live",
            read=workers_alive,
            label=_("Processes that do background work"),
        ),
        Gauge(
            name="wijkplatform_tasks_waiting",
            help="Tasks that are due and wait for a worker",
            read=lambda: _count(_due()),
            keep=5,
            label=_("Tasks that wait"),
            worry=1000,
        ),
        Gauge(
            name="wijkplatform_oldest_task_seconds",
            help="How long the longest waiting due task waits",
            read=lambda: oldest_seconds(timezone.now()) or 0.0,
            keep=5,
            label=_("Longest wait of a task"),
            unit="seconds",
            worry=WAITS_TOO_LONG,
        ),
        Gauge(
            name="wijkplatform_mails_waiting",
            help="Tasks that write mails and are not done, those that wait for a next attempt included",
            read=lambda: _count(_ready().filter(task_path__regex=r"\.(mail|send)_[a-z_]+$")),
            keep=15,
            label=_("Mails that wait"),
            worry=500,
        ),
        Gauge(
            name="wijkplatform_tasks_retrying",
            help="Tasks that failed at least once and are tried again",
            read=lambda: _count(_ready().exclude(exception_class_path="")),
            keep=15,
            label=_("Tasks that failed and are tried again"),
            worry=20,
        ),
        Gauge(
            name="wijkplatform_tasks_failed",
            help="Tasks that failed for good and wait for a person",
            read=lambda: _count(failed_tasks()),
            keep=15,
            label=_("Tasks that failed"),
            worry=0,
        ),
    ):
        register_gauge(gauge)
