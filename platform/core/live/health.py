"""`/healthz`: this process answers. `/readyz`: it can serve people.

Only what makes this one process useless makes it unready (503): no database, or a database that lacks migrations of
its code. What people hardly notice, or what is the same for every process, is told as `degraded` with 200: a proxy that
took every web process away because the worker or Redis stands still would make a small trouble a great one. Who wants
to wait for all of it asks `/readyz?all`, which answers 503 for that too.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.live.process import current_hub
from core.work.gauges import WAITS_TOO_LONG, oldest_seconds, workers_alive

logger = logging.getLogger(__name__)
NEEDED = {"database", "migrations"}
LOOK_AGAIN = 5.0
"""Seconds the answer that migrations are missing holds; that none is holds until the process ends."""
MAX_SILENCE = 30.0
"""Seconds in which the hub must have compared its streams with the database."""
_migrated: tuple[float, bool] = (float("-inf"), False)


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """`{"status": "ok" | "degraded" | "not ready", "checks": {name: "ok" | what is wrong}, "oldestTaskSeconds"}`."""
    checks = {"database": _database()}
    age: float | None = None
    if checks["database"] == "ok":
        checks["migrations"] = _migrations()
    if checks.get("migrations") == "ok":
        age = oldest_seconds(timezone.now())
        late = age is not None and age > WAITS_TOO_LONG
        checks["tasks"] = f"the oldest task has waited {age:.0f} s" if late else "ok"
        checks["worker"] = "ok" if workers_alive() else "no worker was seen in the last 30 s"
    if (hub := current_hub()) is not None:
        silent = hub.silence > MAX_SILENCE
        checks["streams"] = f"not compared for {hub.silence:.0f} s" if silent else "ok"
    if settings.REDIS_URL:
        checks["channelLayer"] = _channel_layer()
    wrong = {name for name, state in checks.items() if state != "ok"}
    status = "not ready" if wrong & NEEDED else "degraded" if wrong else "ok"
    answer: dict[str, Any] = {"status": status, "checks": checks}
    if age is not None:
        answer["oldestTaskSeconds"] = round(age, 1)
    good = not wrong if "all" in request.GET else status != "not ready"
    return JsonResponse(answer, status=200 if good else 503)


def _database() -> str:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        logger.warning("readyz: database: %s", type(error).__name__)
        connection.close()
        return "does not answer"
    return "ok"


def _migrations() -> str:
    """Of this code; later ones, of the release that comes, do no harm."""
    global _migrated
    at, done = _migrated
    if not done and time.monotonic() - at > LOOK_AGAIN:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        done = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        _migrated = (time.monotonic(), done)
    return "ok" if done else "some are missing: run manage.py migrate"


def _channel_layer() -> str:
    hub = current_hub()
    if hub is not None:
        return "ok" if hub.hears_others else "silent: news comes from the database, up to 2 s later"
    try:
        caches["default"].get("readyz")
    except Exception as error:
        logger.warning("readyz: redis: %s", type(error).__name__)
        return "does not answer"
    return "ok"
