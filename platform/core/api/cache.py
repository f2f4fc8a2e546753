"""The shared cache in Redis, which may be gone: then each process has its own for a while.

What is counted there by others (allauth: attempts to sign in, codes that were used) counts per process meanwhile.
That loosens limits; it costs nobody a page. `count` still fails: `core.api.throttles` has its own answer to that.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache

from core.api.counting import RedisCache

logger = logging.getLogger(__name__)

RETRY_AFTER = 5.0
"""Seconds without asking a Redis that failed: its time-out must not be paid by every request."""
_own = LocMemCache("while-redis-is-gone", {"OPTIONS": {"MAX_ENTRIES": 20_000}})
_down_until = 0.0


class ForgivingRedisCache(RedisCache):
    """Reads and writes fall back on memory."""

    def add(self, *values: Any, **more: Any) -> Any:
        return _ask(super().add, _own.add, *values, **more)

    def get(self, *values: Any, **more: Any) -> Any:
        return _ask(super().get, _own.get, *values, **more)

    def set(self, *values: Any, **more: Any) -> Any:
        return _ask(super().set, _own.set, *values, **more)

    def delete(self, *values: Any, **more: Any) -> Any:
        return _ask(super().delete, _own.delete, *values, **more)

    def clear(self) -> Any:
        return _ask(super().clear, _own.clear)


def _ask(redis: Callable[..., Any], own: Callable[..., Any], *values: Any, **more: Any) -> Any:
    global _down_until
    if time.monotonic() >= _down_until:
        try:
            return redis(*values, **more)
        except Exception as error:  # whatever the client raises: sign-in must go on
            _down_until = time.monotonic() + RETRY_AFTER
            logger.warning("The cache does not answer (%s); this process uses its own", type(error).__name__)
    return own(*values, **more)
