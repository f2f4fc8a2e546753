"""`/healthz`: this process answers. `/readyz`: what it needs answers too."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.live.process import current_hub
from core.work.worker import oldest_due

logger = logging.getLogger(__name__)
MAX_TASK_AGE = 300.0
"""Seconds a due task may wait before nobody seems to work."""


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """`{"status", "checks": {name: "ok" | what is wrong}, "oldestTaskSeconds"}`; 503 when something is wrong."""
    now = timezone.now()
    checks = {"database": _database()}
    age: float | None = None
    if checks["database"] == "ok":
        age = _task_age(now)
        late = age is not None and age > MAX_TASK_AGE
        checks["tasks"] = f"the oldest task has waited {age:.0f} s" if late else "ok"
    if settings.REDIS_URL:
        checks["channelLayer"] = _channel_layer()
    good = all(state == "ok" for state in checks.values())
    answer: dict[str, Any] = {"status": "ok" if good else "not ready", "checks": checks}
    if age is not None:
        answer["oldestTaskSeconds"] = round(age, 1)
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


def _task_age(now: datetime) -> float | None:
    since = oldest_due(now=now)
    return None if since is None else max((now - since).total_seconds(), 0.0)


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
