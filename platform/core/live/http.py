"""HTTP on Django's WSGI handler: the event loop does the waiting, a few threads do the work.

A request's body is read before a thread is taken and its answer is sent after the thread is
given back, so a slow phone costs memory and not a thread. Streamed answers take a thread for
one piece at a time. Headers with an underscore are dropped: WSGI cannot tell `X_Forwarded_For`
from `X-Forwarded-For`.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

logger = logging.getLogger(__name__)
IN_MEMORY = 1024 * 1024
"""Bytes of a request's body kept in memory; a larger one goes to a temporary file."""
PIECE = 256 * 1024
"""Bytes of a streamed answer taken from Django in one go."""
PATIENCE = 30.0
"""Seconds without a single byte of the body before the request is given up."""
MAX_HEAD = 64 * 1024
"""Bytes of a request line and headers; httptools itself knows no bound."""
MAX_WAITING = 500
"""Requests in hand; beyond this the answer is 503 at once, which a client can retry."""


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's fast parser, with an end to what a client may send before its request is one."""

    _head = 0
    """Bytes that came in since the last complete head."""

    def data_received(self, data: bytes) -> None:
        in_body = self.cycle is not None and self.cycle.more_body  # type: ignore[redundant-expr]  # None at first
        if self._head > MAX_HEAD and not in_body:
            self.send_400_response("The request's head is too large.")
            return
        self._head += len(data)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._head = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head = 0
        super().on_message_complete()


class WsgiBridge:
    """An ASGI application that answers HTTP with a WSGI application on `threads` threads."""

    def __init__(self, application: Callable[..., Iterable[bytes]], *, threads: int, max_body: int) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="http")
        self._max_body = max_body
        self._in_hand = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._in_hand >= MAX_WAITING:
            await _refuse(send, 503, "Service Unavailable", [(b"retry-after", b"2")])
            return
        self._in_hand += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self._in_hand -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await self._read(scope, receive, send)
        if body is None:
            return
        loop = asyncio.get_running_loop()
        with body:
            try:
                answer = await loop.run_in_executor(self._pool, self._run, _environ(scope, body))
            except Exception:
                logger.exception("the WSGI application failed")
                await _refuse(send, 500, "Internal Server Error")
                return
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            if answer.rest is None:
                await send({"type": "http.response.body", "body": answer.body})
                return
            gone = asyncio.ensure_future(receive())
            try:
                while not gone.done() and (piece := await loop.run_in_executor(self._pool, answer.piece)):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
            finally:
                gone.cancel()
                await loop.run_in_executor(self._pool, answer.close)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> IO[bytes] | None:
        """The whole body, or None when the client left or was refused."""
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or int(length) > self._max_body:
            await _refuse(send, 413, "Content Too Large")
            return None
        body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed by the caller)
        size = 0
        more = True
        while more:
            try:
                message = await asyncio.wait_for(receive(), PATIENCE)
            except TimeoutError:
                body.close()
                await _refuse(send, 408, "Request Timeout")
                return None
            if message["type"] == "http.disconnect":
                body.close()
                return None
            piece = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(piece)
            if size > self._max_body:
                body.close()
                await _refuse(send, 413, "Content Too Large")
                return None
            body.write(piece)
        body.seek(0)
        return body

    def _run(self, environ: dict[str, Any]) -> _Answer:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            started[:] = [int(status.split(" ", 1)[0]), headers]

        response = self._application(environ, start_response)
        if getattr(response, "streaming", False):
            return _Answer(started[0], started[1], response, streaming=True)
        try:
            return _Answer(started[0], started[1], response, streaming=False)
        finally:
            _close(response)


class _Answer:
    """A WSGI answer: complete (`rest` is None), or its head with pieces still to come."""

    def __init__(
        self, status: int, headers: list[tuple[str, str]], response: Iterable[bytes], *, streaming: bool
    ) -> None:
        self.status = status
        self.headers: list[Header] = [
            (name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
        ]
        self.body = b"" if streaming else b"".join(response)
        self.rest: Iterator[bytes] | None = iter(response) if streaming else None
        self._response = response

    def piece(self) -> bytes:
        """The next bytes, empty at the end. Runs in a thread."""
        parts, size = [], 0
        for part in self.rest or ():
            parts.append(part)
            size += len(part)
            if size >= PIECE:
                break
        return b"".join(parts)

    def close(self) -> None:
        _close(self._response)


def _close(response: Iterable[bytes]) -> None:
    close = getattr(response, "close", None)
    if close is not None:
        close()


def _environ(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment of an ASGI request whose body was read in full."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        if key in environ:
            value = environ[key] + (";" if key == "HTTP_COOKIE" else ",") + value
        environ[key] = value
    environ["CONTENT_LENGTH"] = str(body.seek(0, io.SEEK_END))
    body.seek(0)
    return environ


async def _refuse(send: Send, status: int, title: str, headers: Iterable[Header] = ()) -> None:
    """An answer that Django never sees, in the API's own form."""
    body = f'{{"type":"about:blank","title":"{title}","status":{status},"detail":"{title}."}}'.encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/problem+json"),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
