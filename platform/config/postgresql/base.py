"""Whether a kept connection still works, without asking each time.

Django asks before every request with a statement of its own. A server that ended a connection (a restart, a
failover) has said so on it: then something waits to be read. Only a connection that nobody used for a while may
have died without a word, in a firewall or with a machine, and is asked.
"""

from __future__ import annotations

import select
import time

from django.db.backends.postgresql import base

ASK_AFTER = 10.0
"""Seconds without use after which silence proves nothing."""


class DatabaseWrapper(base.DatabaseWrapper):
    _usable_at = float("-inf")
    """When this connection was last known to work (monotonic)."""

    def is_usable(self) -> bool:
        unsure = self.errors_occurred or time.monotonic() - self._usable_at > ASK_AFTER
        usable = super().is_usable() if unsure or not self._is_silent() else True
        if usable:
            self._usable_at = time.monotonic()
        return usable

    def _is_silent(self) -> bool:
        """An open connection on which nothing waits to be read."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return not poll.poll(0)
