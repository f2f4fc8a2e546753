"""The channel layer at arm's length: it carries news between processes, quickly when it can.

Nothing here waits for it or fails with it. Messages that cannot be sent are dropped (the rows
are the truth and every hub looks at the heads itself); a dead layer is left and joined again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings

Content = dict[str, Any]

logger = logging.getLogger(__name__)
SEND_PATIENCE = 1.0
JOIN_PATIENCE = 5.0
SILENCE = 8.0
"""Seconds without hearing anything, our own beat included, after which the layer counts as dead."""
MAX_QUEUE = 1000
MAX_SAID = 100
"""Things said in one message, when they come faster than messages are sent."""
PAUSE = 0.01
"""Seconds between two messages: the first goes at once, what is said shortly after it goes together."""


def group() -> str:
    """One group per installation: two that share a Redis must not hear each other."""
    return "live." + hashlib.sha256(f"live:{settings.SECRET_KEY}".encode()).hexdigest()[:16]


def shared_layer() -> Any | None:
    """The configured layer, or None when it stays inside this process (there is nobody else to tell)."""
    layer = get_channel_layer()
    return None if layer is None or isinstance(layer, InMemoryChannelLayer) else layer


class Line:
    """This process's one connection to the layer. Lives on one event loop; call its methods there.

    A message is `{"from": origin, "said": [content, …]}`: what waits while one is sent goes together in the next,
    so that a busy process does not fall behind.
    """

    def __init__(self, layer: Any, hear: Callable[[Content], None] | None = None) -> None:
        self.origin = uuid.uuid4().hex
        self.heard_at = float("-inf")
        """When something last came in (monotonic)."""
        self._layer = layer
        self._hear = hear
        self._queue: asyncio.Queue[Content] = asyncio.Queue(MAX_QUEUE)
        self._tasks: list[asyncio.Task[None]] = []
        self._up = {"sending": True, "listening": True}

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._keep_sending())]
        if self._hear is not None:
            self._tasks.append(loop.create_task(self._keep_listening(self._hear)))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=JOIN_PATIENCE)
        await self._let_go()

    def say(self, content: Content) -> None:
        """Send to every other process, some time; dropped when too much is waiting."""
        try:
            self._queue.put_nowait(content)
        except asyncio.QueueFull:
            self._note("sending", False)

    async def said(self) -> None:
        """Wait until everything said was sent or dropped."""
        await self._queue.join()

    @property
    def alive(self) -> bool:
        """Whether something, our own beat at least, came in lately. From any thread."""
        return time.monotonic() - self.heard_at < SILENCE

    async def _keep_sending(self) -> None:
        while True:
            said = [await self._queue.get()]
            try:
                while len(said) < MAX_SAID and not self._queue.empty():
                    said.append(self._queue.get_nowait())
                message = {"type": "live", "from": self.origin, "said": said}
                await asyncio.wait_for(self._layer.group_send(group(), message), SEND_PATIENCE)
                self._note("sending", True)
            except Exception as error:
                self._note("sending", False, error)
                while not self._queue.empty():
                    said.append(self._queue.get_nowait())
                await asyncio.sleep(SEND_PATIENCE)
            finally:
                for _one in said:
                    self._queue.task_done()
            await asyncio.sleep(PAUSE)

    async def _keep_listening(self, hear: Callable[[Content], None]) -> None:
        pause = 0.25
        while True:
            try:
                channel = await asyncio.wait_for(self._layer.new_channel("live"), JOIN_PATIENCE)
                await asyncio.wait_for(self._layer.group_add(group(), channel), JOIN_PATIENCE)
                while True:
                    message = await asyncio.wait_for(self._layer.receive(channel), SILENCE)
                    self.heard_at = time.monotonic()
                    self._note("listening", True)
                    pause = 0.25
                    if message.get("from") != self.origin:
                        hear(message)
            except Exception as error:
                self._note("listening", False, error)
            await self._let_go()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _let_go(self) -> None:
        """Drop every connection of this process to the layer; the next use makes new ones."""
        try:
            await asyncio.wait_for(self._layer.flush(), JOIN_PATIENCE)
        except Exception:
            logger.debug("the channel layer could not be closed", exc_info=True)

    def _note(self, what: str, up: bool, error: Exception | None = None) -> None:
        if self._up[what] != up:
            self._up[what] = up
            if up:
                logger.info("channel layer: %s again", what)
            else:
                why = type(error).__name__ if error is not None else "too much is waiting"
                logger.warning("channel layer: not %s (%s); news comes from the database", what, why)
