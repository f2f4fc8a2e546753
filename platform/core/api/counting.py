"""The Redis cache, with a counter that takes one round trip."""

from __future__ import annotations

from django.core.cache.backends import redis


class RedisCache(redis.RedisCache):
    """Django's, and `count`: its own `incr` asks first whether the key exists, Redis says so in its answer."""

    def count(self, key: str, timeout: int) -> int:
        """Add one to the counter `key`, which begins at 0 and ends after `timeout` seconds; the new number."""
        key = self.make_and_validate_key(key)
        client = self._cache.get_client(key, write=True)
        number = int(client.incr(key))
        if number == 1:
            client.expire(key, timeout)
        return number
