"""The one ASGI application: sockets to `core.live`, HTTP to Django's WSGI handler on a few threads."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from core.live.consumers import websocket  # noqa: E402
from core.live.http import Bodies, WsgiBridge  # noqa: E402
from core.live.process import start_hub, stop_hub  # noqa: E402
from core.work.embedded import EmbeddedWorker  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

logger = logging.getLogger(__name__)
TURN = 0.0005
"""Seconds a thread may compute while another waits. Python's own 5 ms are paid after each statement of a busy process:
a thread that waited for the database gets its answer and then waits for the threads that compute."""
bodies = Bodies(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.LARGE_BODIES)
http = WsgiBridge(WSGIHandler(), threads=settings.HTTP_THREADS, bodies=bodies)
worker = EmbeddedWorker()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await http(scope, receive, send)
    elif scope["type"] == "websocket":
        await websocket(scope, receive, send)
    else:
        await _live_and_die(receive, send)


async def _live_and_die(receive: Receive, send: Send) -> None:
    """Lifespan: the hub and the embedded worker start before the first request and stop after the last."""
    await receive()
    try:
        await start_hub()
        if settings.EMBEDDED_WORKER:
            worker.start()
    except Exception as error:
        logger.exception("the server could not start")
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    _settle()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    worker.stop()
    await stop_hub()
    http.close()
    await send({"type": "lifespan.shutdown.complete"})


def _settle() -> None:
    """What was loaded by now stays until the end: the garbage collector need not walk through it again and again."""
    sys.setswitchinterval(TURN)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
