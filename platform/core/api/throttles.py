"""How often one address (residents) or one account (professionals) may do a thing.

Rates are `settings.THROTTLES[name]` ("30/hour"), read at request time. Counting is by fixed windows with
an atomic increment in the cache, so parallel requests cannot slip through. When the cache is gone, each
process counts by itself: a dead Redis loosens limits, it never costs a report.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from core.api.client import client_network
from core.errors import TooMany

logger = logging.getLogger(__name__)

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
RETRY_CACHE_AFTER = 5.0
"""Seconds without asking a cache that failed: its time-out must not be paid by every request."""

_own_counters = LocMemCache("throttles", {"OPTIONS": {"MAX_ENTRIES": 20_000}})
_cache_down_until = 0.0


def parse_rate(rate: str) -> tuple[int, int]:
    """ "30/hour" as (30, 3600)."""
    number, _, period = rate.partition("/")
    if not number.isdecimal() or period not in SECONDS:
        raise ImproperlyConfigured(f"A throttle is wrong: {rate!r}. Expected something like 30/hour.")
    return int(number), SECONDS[period]


def check_throttle(request: HttpRequest | Request, name: str, *, now: float | None = None) -> None:
    """Counts this request against limit `name` and raises `TooMany` when it is over. For any view."""
    if (wait := waiting_time(name, caller(request), now=now)) is not None:
        raise TooMany(wait)


def waiting_time(name: str, who: str, *, now: float | None = None) -> int | None:
    """Counts once for `who`; None when within the limit, else the seconds until a new window."""
    return waiting_times([(name, who)], now=now)[0]


def waiting_times(counted: Sequence[tuple[str, str]], *, now: float | None = None) -> list[int | None]:
    """The same for several (name, who) at once, in one trip to the cache."""
    now = time.time() if now is None else now
    keys: list[tuple[str, int]] = []
    limits: list[tuple[int, int]] = []
    for name, who in counted:
        most, period = parse_rate(settings.THROTTLES[name])
        window, passed = divmod(int(now), period)
        # An address is personal data and stays out of cache keys.
        who_hash = salted_hmac("core.api.throttles", f"{name}|{who}", algorithm="sha256").hexdigest()[:32]
        keys.append((f"throttle:{who_hash}:{period}:{window}", period))
        limits.append((most, period - passed))
    return [left if count > most else None for count, (most, left) in zip(_count(keys), limits, strict=True)]


def throttle(name: str, *methods: str) -> type[BaseThrottle]:
    """A DRF throttle class for limit `name`, for the given methods only (none given: all)."""

    class NamedThrottle(BaseThrottle):
        limit = name
        seconds: int | None = None

        def allow_request(self, request: Request, view: APIView) -> bool:
            if methods and request.method not in methods:
                return True
            self.seconds = waiting_time(name, caller(request))
            return self.seconds is None

        def wait(self) -> float | None:
            return self.seconds

    return NamedThrottle


def caller(request: HttpRequest | Request) -> str:
    """Whom a limit counts: an account where somebody is signed in, else the network."""
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"account:{user.pk}"
    return client_network(request)


def _count(keys: Sequence[tuple[str, int]]) -> list[int]:
    """Adds one to each of these (key, period); the new numbers."""
    global _cache_down_until
    if time.monotonic() >= _cache_down_until:
        try:
            if count_all := getattr(cache, "count_all", None):  # Redis: see `core.api.counting`
                return list(count_all([(key, period + 60) for key, period in keys]))
            return [_increment(cache, key, period) for key, period in keys]
        except Exception as error:  # whatever the backend raises: the limit must not take the service down
            _cache_down_until = time.monotonic() + RETRY_CACHE_AFTER
            logger.warning("The cache does not answer (%s); limits count per process", type(error).__name__)
    return [_increment(_own_counters, key, period) for key, period in keys]


def _increment(counters: BaseCache, key: str, period: int) -> int:
    """One atomic step; whoever comes first in a window makes the counter, `add` sees to it that it is one."""
    try:
        return int(counters.incr(key))
    except ValueError:
        if counters.add(key, 1, timeout=period + 60):
            return 1
        return int(counters.incr(key))
