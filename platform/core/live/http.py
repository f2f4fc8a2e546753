"""HTTP on Django's WSGI handler: the event loop does the waiting, a few threads do the work.

A request's body is read before a thread is taken and its answer is sent after the thread is
given back, so a slow phone costs memory and not a thread. How many bodies may be on their way at
once is bounded per client and in all, and each must come in at a fair pace. Streamed answers take a thread for
one piece at a time. Headers with an underscore are dropped: WSGI cannot tell `X_Forwarded_For`
from `X-Forwarded-For`.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from core.api.errors import EXPLANATIONS, problem
from core.api.middleware import HEADERS
from core.live.request import Scope, cookies, header, network
from core.ui.middleware import language_of

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

logger = logging.getLogger(__name__)
IN_MEMORY = 1024 * 1024
"""Bytes of a request's body kept in memory; a larger one goes to a file without a name, which ends with us."""
PIECE = 256 * 1024
"""Bytes of a streamed answer taken from Django in one go."""
MAX_HEAD = 64 * 1024
"""Bytes of a request line and headers; httptools itself knows no bound."""
MAX_WAITING = 500
"""Complete requests in hand; beyond this the answer is 503 at once, which a client can retry."""
ALIVE = "/healthz"
"""Answered on a thread of its own, however many requests wait: a busy process is not a dead one."""

PAGE = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title><h1>{title}</h1><p>{advice}</p></html>'
)
"""A refusal that reads no template and no database."""
TOO_MUCH = _(
    "What you sent is too large. Go back: what you typed is still there."
    " Then send fewer photos, or smaller ones. A photo can be 20 MB at most."
)
"""Said on a page where photos are sent."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """What the bodies of requests may be.

    `most`: bytes, for an address that starts with a key of `most_under` the bytes there. A body is given up
    after `grace` seconds without a byte, or when it takes more than `grace` plus a second per `pace` bytes.
    """

    most: int
    most_under: Mapping[str, int]
    grace: float = 30.0
    pace: int = 20_000
    unfinished_per_client: int = 20
    unfinished: int = 400

    def most_at(self, path: str) -> int:
        return next((most for start, most in self.most_under.items() if path.startswith(start)), self.most)


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

    def __init__(self, application: Callable[..., Iterable[bytes]], *, threads: int, bodies: Bodies) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="http")
        self._alive = ThreadPoolExecutor(1, thread_name_prefix="alive")
        self._bodies = bodies
        self._unfinished: Counter[str] = Counter()
        """Client's network -> bodies on their way."""
        self._in_hand = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await self._receive_body(scope, receive, send)
        if body is None:
            return
        with body:
            if scope["path"] == ALIVE:
                await self._answer(scope, body, receive, send, self._alive)
            elif self._in_hand >= MAX_WAITING:
                await refuse(scope, send, 503)
            else:
                self._in_hand += 1
                try:
                    await self._answer(scope, body, receive, send, self._pool)
                finally:
                    self._in_hand -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._alive.shutdown(wait=True, cancel_futures=True)

    async def _answer(
        self, scope: Scope, body: IO[bytes], receive: Receive, send: Send, pool: ThreadPoolExecutor
    ) -> None:
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(pool, self._run, _environ(scope, body))
        except Exception:
            logger.exception("the WSGI application failed")
            await refuse(scope, send, 500)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.rest is None:
            await send({"type": "http.response.body", "body": answer.body})
            return
        gone = asyncio.ensure_future(receive())
        try:
            while not gone.done() and (piece := await loop.run_in_executor(pool, answer.piece)):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            await loop.run_in_executor(pool, answer.close)

    async def _receive_body(self, scope: Scope, receive: Receive, send: Send) -> IO[bytes] | None:
        """The whole body, or None when the client left or was refused."""
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        most = self._bodies.most_at(scope["path"])
        if not length.isdigit() or int(length) > most:
            await refuse(scope, send, 413, self._advice(413, most))
            return None
        if int(length) == 0 and b"transfer-encoding" not in headers:
            return await self._read(scope, receive, send, most)
        client = network(scope)
        if (
            self._unfinished[client] >= self._bodies.unfinished_per_client
            or self._unfinished.total() >= self._bodies.unfinished
        ):
            await refuse(scope, send, 503)
            return None
        self._unfinished[client] += 1
        try:
            return await self._read(scope, receive, send, most)
        finally:
            self._unfinished[client] -= 1
            if not self._unfinished[client]:
                del self._unfinished[client]

    async def _read(self, scope: Scope, receive: Receive, send: Send, most: int) -> IO[bytes] | None:
        grace, pace = self._bodies.grace, self._bodies.pace
        clock = asyncio.get_running_loop().time
        began = clock()
        body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed by the caller)
        size = 0
        refusal: int | None = None
        more = True
        while more and refusal is None:
            left = began + grace + size / pace - clock()
            try:
                message = await asyncio.wait_for(receive(), min(grace, max(0.0, left)))
            except TimeoutError:
                refusal = 408
                break
            if message["type"] == "http.disconnect":
                body.close()
                return None
            piece = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(piece)
            if size > most:
                refusal = 413
            else:
                body.write(piece)
        if refusal is not None:
            body.close()
            await refuse(scope, send, refusal, self._advice(refusal, most))
            return None
        body.seek(0)
        return body

    def _advice(self, status: int, most: int) -> object:
        return TOO_MUCH if status == 413 and most > self._bodies.most else None

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


async def refuse(scope: Scope, send: Send, status: int, better: object = None) -> None:
    """An answer that Django never sees: a problem under /api/, elsewhere a page that can be read.

    `better`: the advice of that page, where there is more to say than to any other.
    """
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = header(scope, b"accept-language")
    request.COOKIES = cookies(scope)
    language = language_of(request)
    with translation.override(language):
        if f"{scope['path']}/".startswith("/api/"):
            response = problem(status)
            response.headers["API-Version"] = settings.API_VERSION
        else:
            _code, title, advice = EXPLANATIONS[status]
            response = HttpResponse(PAGE.format(language=language, title=title, advice=better or advice), status=status)
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Connection"] = "close"
    if status == 503:
        response.headers["Retry-After"] = "2"
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
