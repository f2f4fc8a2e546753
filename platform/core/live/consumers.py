"""`/ws/inbox`, `/ws/tracking` and `/ws/wijk` (see the contract, "Live channel").

Close codes: 4400 too many malformed frames, 4401 not signed in or no access, 4404 wrong tracking
token, 4408 no `hello` in time, 4429 too many frames, 1012 the server restarts, 1013 the reader
stands still or the address tries too often. A client opens again, with the last numbers it has,
after every code below 4400.
"""

from __future__ import annotations

import asyncio
import json
import logging
from abc import abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ClassVar

from django.conf import settings

from core.events import queries
from core.live import access, frames, visitors
from core.live.hub import Hub
from core.live.process import current_hub
from core.live.request import Scope, header, network
from core.live.socket import Socket
from core.live.visitors import Visitor
from core.watch.request_id import id_for, request_id

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

logger = logging.getLogger(__name__)
HELLO_WITHIN = 10.0
MAX_MALFORMED = 5
BURST, PER_SECOND = 40, 5.0
"""Frames a client may send at once, and per second in the long run."""
MAX_STREAMS = 500
"""Streams in one `hello`."""
MOST_WATCHED = 40
"""Streams a visitor of public pages may follow at once: those of one page."""
MOST_VISITORS, MOST_OF_ONE = 4000, 60
"""Sockets of visitors in this process, and of one network; whoever comes later tries again, the page is there."""
Identify = Callable[[], Visitor | None]


class Malformed(Exception):
    """A frame that does not follow the contract; the text is for the client's developer."""


class Consumer:
    """The conversation over one socket. Subclasses say who may come in."""

    refusal = 4401

    def __init__(self, scope: Scope, receive: Receive, send: Send, hub: Hub) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._hub = hub
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.socket = Socket(send, self._finish)
        self._identify: Identify | None = None
        self._deciding = asyncio.Lock()
        """One decision on what this socket follows at a time: the last to read the database is the last to act."""
        self._streams: set[str] = set()
        self._tokens = float(BURST)
        self._filled_at = asyncio.get_running_loop().time()
        self._malformed = 0

    async def run(self) -> None:
        """Talk until one of both ends it."""
        await self._send({"type": "websocket.accept"})
        conversation = asyncio.ensure_future(self._converse())
        try:
            both: list[asyncio.Future[Any]] = [conversation, self._ended]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if conversation.done() and not conversation.cancelled() and (error := conversation.exception()):
                logger.error("live: a conversation failed", exc_info=error)
                self.socket.close(1011)
        finally:
            conversation.cancel()
            self.socket.closing = True
            self._hub.leave(self.socket, self._streams)
        if self._ended.done() and self._ended.result() != 1006:
            await self.socket.flushed(1.0)
            try:
                await asyncio.wait_for(self._send({"type": "websocket.close", "code": self._ended.result()}), 1.0)
            except Exception:
                logger.debug("live: the client was gone before the close")

    def _finish(self, code: int) -> None:
        if not self._ended.done():
            self._ended.set_result(code)

    # --- coming in -------------------------------------------------------------------------------

    async def _converse(self) -> None:
        if not await self._greet():
            return
        while (content := await self._next()) is not None:
            try:
                await self._handle(content)
            except Malformed as error:
                self._complain(str(error))

    @abstractmethod
    async def _greet(self) -> bool:
        """Let someone in; False when the conversation is over before it began."""

    async def _hello(self) -> dict[str, Any] | None:
        """The first frame, which must be `hello`."""
        try:
            content = await asyncio.wait_for(self._next(), HELLO_WITHIN)
        except TimeoutError:
            self.socket.close(4408)
            return None
        if content is not None and content.get("type") != "hello":
            self._complain("the first frame must be hello")
            self.socket.close(4400)
            return None
        return content

    async def _enter(self, hello: dict[str, Any]) -> bool:
        """Answer a `hello` of someone who may come in, and keep asking whether they still may; else refuse."""
        try:
            seen = _seen(hello)
        except Malformed as error:
            self._complain(str(error))
            self.socket.close(4400)
            return False
        async with self._deciding:
            self._hub.keep_checking(self.socket, self._recheck)
            visitor = await self._who()
            if visitor is not None:
                await self._welcome(visitor, seen)
        return visitor is not None

    async def _who(self) -> Visitor | None:
        """Who is there now; a socket of nobody is closed."""
        visitor = await self._hub.in_thread(self._identify) if self._identify else None
        if visitor is None:
            self.socket.close(self.refusal)
        return visitor

    async def _welcome(self, visitor: Visitor, seen: dict[str, int]) -> None:
        """All streams with their heads, then what the client missed, then what comes."""
        heads = await self._hub.in_thread(queries.heads, visitor.streams)
        allowed = {stream: heads.get(stream, 0) for stream in sorted(visitor.streams)}
        self.socket.push(frames.frame(type="welcome", streams=allowed, heartbeat=frames.HEARTBEAT))
        for stream in self._streams - allowed.keys():
            self._close_stream(stream)
        for stream in seen.keys() - allowed.keys():
            self.socket.push(frames.closed(stream))
        for stream, head in allowed.items():
            self._hub.unfollow(self.socket, stream)
            self._streams.add(stream)
            self._hub.follow(self.socket, stream, seen=seen.get(stream), head=head)

    async def _recheck(self) -> None:
        """Ask again who this is and what they may follow."""
        async with self._deciding:
            if not self.socket.closing and (visitor := await self._who()) is not None and not self.socket.closing:
                await self._adjust(visitor)

    async def _adjust(self, visitor: Visitor) -> None:
        """End the streams this visitor lost, begin those gained."""
        allowed = set(visitor.streams)
        for stream in self._streams - allowed:
            self._close_stream(stream)
        gained = allowed - self._streams
        if gained:
            heads = await self._hub.in_thread(queries.heads, list(gained))
            if self.socket.closing:
                return
            for stream in sorted(gained):
                self._streams.add(stream)
                self.socket.push(frames.reset(stream, heads.get(stream, 0)))
                self._hub.follow(self.socket, stream, seen=heads.get(stream, 0), head=heads.get(stream, 0))
        await self._recheck_presence(visitor)

    async def _recheck_presence(self, visitor: Visitor) -> None:
        """Only the inbox knows presence."""

    def _close_stream(self, stream: str) -> None:
        self._hub.unfollow(self.socket, stream)
        self._streams.discard(stream)
        self.socket.push(frames.closed(stream))

    # --- frames ----------------------------------------------------------------------------------

    async def _next(self) -> dict[str, Any] | None:
        """The next well-formed frame; None when the conversation is over."""
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._finish(1006)
                return None
            if not self._may_speak():
                self.socket.push(frames.error("too many frames"))
                self.socket.close(4429)
                return None
            try:
                content = json.loads(message.get("text") or "")
            except (ValueError, RecursionError):
                content = None
            if isinstance(content, dict) and isinstance(content.get("type"), str):
                return content
            self._complain("expected a JSON object with a type")
            if self.socket.closing:
                return None

    def _complain(self, detail: str) -> None:
        self._malformed += 1
        self.socket.push(frames.error(detail))
        if self._malformed >= MAX_MALFORMED:
            self.socket.close(4400)

    def _may_speak(self) -> bool:
        now = asyncio.get_running_loop().time()
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) * PER_SECOND) - 1
        self._filled_at = now
        return self._tokens >= 0

    async def _handle(self, content: dict[str, Any]) -> None:
        if content["type"] == "ping":
            self.socket.push(frames.PONG)
        else:
            raise Malformed("unknown type")


class InboxConsumer(Consumer):
    """A professional's desk: session cookie, all streams of their teams, presence."""

    async def _greet(self) -> bool:
        if await self._hub.in_thread(visitors.tries_too_often, self._scope, "inbox"):
            self.socket.close(1013)
            return False
        self._identify = partial(visitors.professional, self._scope)
        visitor = await self._who()
        if visitor is None:
            return False
        self.socket.user_id = visitor.user.pk
        hello = await self._hello()
        return hello is not None and await self._enter(hello)

    async def _handle(self, content: dict[str, Any]) -> None:
        if content["type"] == "presence":
            await self._presence(content.get("case"))
        elif content["type"] == "hello":
            await self._enter(content)
        else:
            await super()._handle(content)

    async def _presence(self, case: Any) -> None:
        """`{"case": reference}`: I look at this case; `{"case": null}`: no longer."""
        if case is None:
            self._hub.presence.leave(self.socket)
            return
        if not isinstance(case, str) or not 0 < len(case) <= 64:
            raise Malformed("case must be a reference or null")
        visitor = await self._who()
        if visitor is None:
            return
        name = await self._hub.in_thread(access.name_on_case, visitor.user, case)
        if name is None:
            self._hub.presence.leave(self.socket)
            self.socket.push(frames.error("there is no such case"))
        else:
            self._hub.presence.enter(self.socket, case, name)

    async def _recheck_presence(self, visitor: Visitor) -> None:
        case = self._hub.presence.case_of(self.socket)
        if case is not None and await self._hub.in_thread(access.name_on_case, visitor.user, case) is None:
            self._hub.presence.leave(self.socket)


class TrackingConsumer(Consumer):
    """A resident who follows a report: the token is in the first frame, or in the tracking cookie."""

    refusal = 4404

    async def _greet(self) -> bool:
        hello = await self._hello()
        if hello is None:
            return False
        token = hello.get("token")
        if token is not None and not (isinstance(token, str) and 0 < len(token) <= 200):
            self.socket.close(self.refusal)
            return False
        if await self._hub.in_thread(visitors.tries_too_often, self._scope, "tracking"):
            self.socket.close(1013)
            return False
        self._identify = partial(visitors.resident, self._scope, token)
        return await self._enter(hello)


class WijkConsumer(Consumer):
    """Anybody who has a public page open: hears that something happened there, and fetches the page again.

    Needs no cookie and reads none. `hello` names the streams, with the numbers the page was made at.
    """

    refusal = 4404
    _open: ClassVar[Counter[str]] = Counter()

    async def run(self) -> None:
        client = network(self._scope)
        self._open[client] += 1
        try:
            await super().run()
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]

    async def _greet(self) -> bool:
        crowded = self._open.total() > MOST_VISITORS or self._open[network(self._scope)] > MOST_OF_ONE
        if crowded or await self._hub.in_thread(visitors.tries_too_often, self._scope, "public"):
            self.socket.close(1013)
            return False
        hello = await self._hello()
        if hello is None:
            return False
        names = hello.get("streams")
        if not isinstance(names, dict) or not 0 < len(names) <= MOST_WATCHED:
            self.socket.close(self.refusal)
            return False
        self._identify = partial(visitors.anybody, self._scope, [str(name) for name in names])
        return await self._enter(hello)


CONSUMERS: dict[str, type[Consumer]] = {
    "/ws/inbox": InboxConsumer,
    "/ws/tracking": TrackingConsumer,
    "/ws/wijk": WijkConsumer,
}


async def websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """Every WebSocket of the platform comes in here."""
    await receive()
    consumer = CONSUMERS.get(scope["path"])
    hub = current_hub()
    if consumer is None or hub is None or not visitors.same_origin(scope):
        await send({"type": "websocket.close", "code": 4403})
        return
    own_id = id_for(header(scope, b"x-request-id"), trusted=settings.TRUSTED_PROXIES > 0)
    token = request_id.set(own_id)
    try:
        await consumer(scope, receive, send, hub).run()
    finally:
        request_id.reset(token)


def _seen(hello: dict[str, Any]) -> dict[str, int]:
    streams = hello.get("streams", {})
    if not isinstance(streams, dict) or len(streams) > MAX_STREAMS:
        raise Malformed("streams must be an object of at most 500 numbers")
    for stream, seq in streams.items():
        if type(seq) is not int or not 0 <= seq < 2**53 or len(stream) > 64:
            raise Malformed("streams must hold whole numbers")
    return streams
