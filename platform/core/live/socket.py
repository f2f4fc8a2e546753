"""One open socket, as the hub sees it: frames go in without waiting, a slow reader is let go."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from core.live.frames import Message

MAX_OUTBOX = 1500
"""Frames waiting for a reader; more than a whole catch-up, so only a reader that stands still gets there."""
RESTING = 200
"""A catch-up waits until fewer frames than this are left."""


class Socket:
    """`push` never blocks: one small task writes while there is something to write."""

    __slots__ = ("_drained", "_finish", "_outbox", "_send", "_writer", "closing", "user_id")

    def __init__(self, send: Callable[[Message], Awaitable[None]], finish: Callable[[int], None]) -> None:
        self._send = send
        self._finish = finish
        self._outbox: deque[Message] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._drained: asyncio.Event | None = None
        self.closing = False
        self.user_id: int | None = None

    def push(self, message: Message) -> None:
        if self.closing:
            return
        if len(self._outbox) >= MAX_OUTBOX:
            self.close(1013)
            return
        self._outbox.append(message)
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    def close(self, code: int) -> None:
        """Let this socket go; its consumer sends the code after what it still can."""
        if not self.closing:
            self.closing = True
            self._finish(code)

    async def drained(self) -> None:
        """Wait until a reader has taken most of what was pushed."""
        while len(self._outbox) > RESTING and not self.closing:
            self._drained = asyncio.Event()
            await self._drained.wait()

    async def flushed(self, patience: float) -> None:
        """Wait until all is written, at most `patience` seconds."""
        if self._writer is not None:
            await asyncio.wait([self._writer], timeout=patience)
            if self._writer is not None:
                self._writer.cancel()

    async def _write(self) -> None:
        try:
            while self._outbox:
                await self._send(self._outbox.popleft())
                if self._drained is not None and len(self._outbox) <= RESTING:
                    self._drained.set()
        except Exception:
            self._outbox.clear()
            self.close(1006)
        finally:
            self._writer = None
            if self._drained is not None:
                self._drained.set()
