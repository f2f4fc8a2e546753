"""The Redis cache, with counters that take one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.cache.backends import redis
from django.utils.functional import cached_property


class RedisCache(redis.RedisCache):
    """Django's, and `count_all`: its own `incr` asks first whether the key exists, Redis says so in its answer."""

    def count_all(self, counters: Sequence[tuple[str, int]]) -> list[int]:
        """Add one to each (key, seconds until it ends); they begin at 0. One round trip, one more for new keys."""
        keys = [self.make_and_validate_key(key) for key, _timeout in counters]
        with self._counters.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.incr(key)
            numbers = [int(number) for number in pipe.execute()]
        if 1 in numbers:
            with self._counters.pipeline(transaction=False) as pipe:
                for key, number, (_key, timeout) in zip(keys, numbers, counters, strict=True):
                    if number == 1:
                        pipe.expire(key, timeout)
                pipe.execute()
        return numbers

    @cached_property
    def _counters(self) -> Any:
        """The client of the server that is written to; Django makes one for every use, and that takes longer."""
        return self._cache.get_client(write=True)
