"""The hub of this process, and how news leaves a process that has none (a worker, a shell)."""

from __future__ import annotations

import asyncio
import atexit
import logging
import secrets
import threading

from django.http import HttpRequest

from core.events.log import Nudge
from core.live.hub import Hub, pack
from core.live.layer import Content, Line, shared_layer
from core.snapshots.models import Revision

logger = logging.getLogger(__name__)
GOODBYE = 1.0
"""Seconds a process that ends waits for its last news to leave."""

_hub: Hub | None = None
_courier: _Courier | None = None
_courier_lock = threading.Lock()


async def start_hub() -> Hub:
    global _hub
    _hub = Hub()
    await _hub.start()
    return _hub


async def stop_hub() -> None:
    global _hub
    hub, _hub = _hub, None
    if hub is not None:
        await hub.stop()


def current_hub() -> Hub | None:
    return _hub


def tell(nudges: list[Nudge]) -> None:
    """After a commit, in any thread: pass the news on without waiting."""
    if _hub is not None:
        _hub.tell(nudges)
    else:
        _send({"nudges": pack(nudges)})


def recheck() -> None:
    """After a commit that changed who may follow what: every socket is asked again, in every process."""
    if _hub is not None:
        _hub.recheck()
    else:
        _send({"recheck": True})


def signed_out(request: HttpRequest, **_: object) -> None:
    """Someone signs out: their sockets close too, in every process. Django only empties the session after this."""
    request.session.flush()
    Revision.objects.update_or_create(name="sign-outs", defaults={"number": secrets.randbits(62)})
    recheck()


def _send(content: Content) -> None:
    global _courier
    layer = shared_layer()
    if layer is None:
        return
    with _courier_lock:
        if _courier is None:
            _courier = _Courier(layer)
    _courier.send(content)


class _Courier:
    """A loop on a daemon thread that sends for a process without a hub."""

    def __init__(self, layer: object) -> None:
        self._loop = asyncio.new_event_loop()
        self._line = Line(layer)
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), name="live-courier", daemon=True).start()
        ready.wait(GOODBYE)
        atexit.register(self._say_goodbye)

    def send(self, content: Content) -> None:
        self._loop.call_soon_threadsafe(self._line.say, content)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._line.start)
        self._loop.call_soon(ready.set)
        self._loop.run_forever()

    def _say_goodbye(self) -> None:
        try:
            asyncio.run_coroutine_threadsafe(self._line.said(), self._loop).result(GOODBYE)
        except Exception as error:
            logger.debug("the last news stayed behind (%s)", type(error).__name__)
