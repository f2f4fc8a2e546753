"""Tasks that come round: `register_periodic` in an `AppConfig.ready`, run once whatever the number of workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from core.work.models import Periodic

QUICK = timedelta(seconds=2)
"""What comes round within this is looked at as often as a worker looks for tasks."""
When = Callable[[datetime], bool]
_periodic: dict[str, tuple[timedelta, Any, When | None]] = {}


def register_periodic(name: str, every_seconds: float, task: Any, when: When | None = None) -> None:
    """Enqueue `task` (without arguments) every so many seconds, the first time at once.

    `when(now)` may say that there is nothing to do this time; keep it to one cheap query.
    """
    _periodic[name] = (timedelta(seconds=every_seconds), task, when)


def enqueue_due(*, now: datetime, quick: bool = False) -> list[str]:
    """Enqueue what is due and not yet taken by another worker; returns the names.

    `quick`: only what comes round within `QUICK`, and of that only where there is something to do: while there is not,
    nothing is written.
    """
    asked = {
        name: one
        for name, one in _periodic.items()
        if (one[0] <= QUICK) is quick and (not quick or one[2] is None or one[2](now))
    }
    if not asked:
        return []
    due = dict(Periodic.objects.filter(name__in=asked).values_list("name", "due_at"))
    new = [Periodic(name=name, due_at=now) for name in asked if name not in due]
    if new:
        Periodic.objects.bulk_create(new, ignore_conflicts=True)
    taken = []
    for name, (every, task, when) in asked.items():
        if due.get(name, now) > now:
            continue
        with transaction.atomic():
            if Periodic.objects.filter(name=name, due_at__lte=now).update(due_at=now + every) and (
                when is None or when(now)
            ):
                task.enqueue()
                taken.append(name)
    return taken
