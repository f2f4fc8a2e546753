"""The hub: the one place of a process that knows which sockets follow which streams.

News reaches it in three ways: from commits of this process, from other processes over the
channel layer, and from its own look at the heads of all followed streams, one query every two
seconds. All three only say "stream S is at n"; a feed hands out n exactly when it handed out
n - 1, and reads what it missed. So a lost, doubled or disordered piece of news costs time and
never an event.

Who may follow what is asked again when a snapshot of configuration moves (`core.snapshots`: teams,
memberships, accounts), at the same look at the latest, and every minute. Whoever looks at a case is
asked again at every event of that case, for it may have gone where they may not look.

Everything runs on the event loop, except what is passed to `in_thread` and `tell`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import close_old_connections

from core.events import queries
from core.events.log import Nudge
from core.live import frames
from core.live.layer import Content, Line, shared_layer
from core.live.presence import Presence
from core.live.socket import Socket
from core.snapshots.models import Revision
from core.snapshots.snapshot import Snapshot
from core.watch.metrics import NUDGES

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)
LOOK_EVERY = 2.0
RECHECK_EVERY = 60.0
PRESENCE_EVERY = 10
"""Looks between two repetitions of who is where."""
MAX_BEHIND = 1000
"""Events a client is sent to catch up; one that missed more reloads its list (`reset`)."""
BATCH = 500
DISORDER = 0.02
"""Seconds a gap may last before it is read from the database: threads often tell of 6 just before 5."""
THREADS = 2
"""Threads, each with a database connection, for everything sockets need from the database."""


class Feed:
    """One stream in this process: the last number handed out, and who follows from where."""

    __slots__ = ("catching_up", "followers", "head", "name", "pending", "reading")

    def __init__(self, name: str, head: int) -> None:
        self.name = name
        self.head = head
        self.followers: dict[Socket, int] = {}
        """Socket -> last number pushed to it (or already known to its client)."""
        self.catching_up: set[Socket] = set()
        """Followers behind `head`, fed from the database by a task of their own."""
        self.pending: dict[int, Nudge] = {}
        """News from beyond a gap."""
        self.reading = False


class Hub:
    """Start it on a running loop; one per process (see `core.live.process`)."""

    def __init__(self) -> None:
        self.feeds: dict[str, Feed] = {}
        self.line: Line | None = None
        self.presence = Presence(self)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._rechecks: dict[Socket, Callable[[], Any]] = {}
        self._recheck_now = asyncio.Event()
        self._recheck_told = False
        self._moved: set[str] = set()
        """Cases whose viewers are about to be asked again."""
        self._revisions: dict[str, int] = {}
        self._database_up = True
        self._looked_at = time.monotonic()
        self.behind = 0
        """Events the most lagging stream of this process lacked at the last look."""
        self.loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Listen, look and recheck until `stop()`."""
        self.loop = asyncio.get_running_loop()
        layer = shared_layer()
        if layer is not None:
            self.line = Line(layer, self._hear)
            self.line.start()
        self._spawn(self._keep_looking())
        self._spawn(self._keep_rechecking())

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        if self.line is not None:
            await self.line.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def hears_others(self) -> bool:
        """Whether the channel layer works; always true where there is none. From any thread."""
        return self.line is None or self.line.alive

    @property
    def sockets(self) -> int:
        """Open sockets of this process. From any thread."""
        return len(self._rechecks)

    @property
    def silence(self) -> float:
        """Seconds since the streams were last compared with the database. From any thread."""
        return time.monotonic() - self._looked_at

    # --- news comes in -------------------------------------------------------------------

    def tell(self, nudges: list[Nudge]) -> None:
        """From any thread, after a commit of this process. Never waits, never raises."""
        self._from_thread(self._told, nudges)

    def recheck(self) -> None:
        """From any thread: someone's access changed; ask again for every socket, in every process."""
        if not self._recheck_told:  # a transaction may change a thousand rows
            self._recheck_told = True
            self._from_thread(self._told_to_recheck)

    def _from_thread(self, function: Callable[..., None], *args: Any) -> None:
        try:
            if self.loop is not None:
                self.loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            logger.debug("the hub's loop is closed")

    def _told(self, nudges: list[Nudge]) -> None:
        for nudge in nudges:
            self._take(nudge)
        if self.line is not None:
            self.line.say({"nudges": pack(nudges)})

    def _told_to_recheck(self) -> None:
        self._recheck_told = False
        self._recheck_now.set()
        if self.line is not None:
            self.line.say({"recheck": True})

    def _hear(self, message: Content) -> None:
        """From another process. Whatever it holds must not stop the listening."""
        try:
            for content in message["said"]:
                for nudge in unpack(content.get("nudges", ())):
                    self._take(nudge)
                if content.get("recheck"):
                    self._recheck_now.set()
                if "presence" in content:
                    self.presence.hear(message["from"], content["presence"])
        except Exception:
            logger.warning("unreadable message on the channel layer", exc_info=True)

    def _take(self, nudge: Nudge) -> None:
        self._recheck_viewers(nudge)
        feed = self.feeds.get(nudge.stream)
        if feed is None or nudge.seq <= feed.head:
            return
        if nudge.seq == feed.head + 1:
            self._hand_out(feed, nudge)
            self._hand_out_pending(feed)
        elif len(feed.pending) < MAX_BEHIND:
            feed.pending[nudge.seq] = nudge
        if feed.pending and self.loop is not None:
            self.loop.call_later(DISORDER, self._read_if_behind, feed)

    def _hand_out(self, feed: Feed, nudge: Nudge) -> None:
        message = frames.event(nudge)
        self._recheck_viewers(nudge)
        NUDGES.observe(max(0.0, time.time() - nudge.at.timestamp()))
        seq = feed.head = nudge.seq
        followers = feed.followers
        for socket, position in followers.items():
            if position == seq - 1:
                followers[socket] = seq
                socket.push(message)
            elif position < seq and socket not in feed.catching_up:
                self._start_catch_up(feed, socket)

    def _hand_out_pending(self, feed: Feed) -> None:
        while (nudge := feed.pending.pop(feed.head + 1, None)) is not None:
            self._hand_out(feed, nudge)
        if feed.pending:
            for seq in [seq for seq in feed.pending if seq <= feed.head]:
                del feed.pending[seq]

    def _read_if_behind(self, feed: Feed) -> None:
        if feed.pending and not feed.reading and self.feeds.get(feed.name) is feed:
            self._spawn(self._read_missing(feed))

    async def _read_missing(self, feed: Feed) -> None:
        if feed.reading:
            return
        feed.reading = True
        try:
            while feed.followers:
                rows = await self.in_thread(queries.after, feed.name, feed.head, BATCH)
                for nudge in rows:
                    if nudge.seq == feed.head + 1:
                        self._hand_out(feed, nudge)
                self._hand_out_pending(feed)
                if len(rows) < BATCH:
                    break
        finally:
            feed.reading = False

    # --- sockets follow --------------------------------------------------------------------

    def follow(self, socket: Socket, stream: str, *, seen: int | None, head: int) -> None:
        """Follow a stream from the number after `seen` (None: from now on).

        `head` is the stream's head as read just before. A client that is too far behind, or ahead
        of the stream (the database was put back), is told to start anew.
        """
        feed = self.feeds.get(stream)
        if feed is None:
            feed = self.feeds[stream] = Feed(stream, head)
        newest = max(head, feed.head)
        position = newest if seen is None else seen
        if position > newest or newest - position > MAX_BEHIND:
            position = newest
            socket.push(frames.reset(stream, newest))
        feed.followers[socket] = position
        if position < feed.head:
            self._start_catch_up(feed, socket)
        if head > feed.head:
            self._spawn(self._read_missing(feed))

    def unfollow(self, socket: Socket, stream: str) -> None:
        feed = self.feeds.get(stream)
        if feed is not None:
            feed.followers.pop(socket, None)
            feed.catching_up.discard(socket)
            if not feed.followers:
                del self.feeds[stream]

    def leave(self, socket: Socket, streams: Iterable[str]) -> None:
        """A socket is gone."""
        self._rechecks.pop(socket, None)
        self.presence.leave(socket)
        for stream in list(streams):
            self.unfollow(socket, stream)

    def _start_catch_up(self, feed: Feed, socket: Socket) -> None:
        feed.catching_up.add(socket)
        self._spawn(self._catch_up(feed, socket))

    async def _catch_up(self, feed: Feed, socket: Socket) -> None:
        """Feed one socket from the database until it stands where the feed stands."""
        while socket in feed.catching_up:
            position = feed.followers[socket]
            if position >= feed.head:
                feed.catching_up.discard(socket)
                return
            try:
                rows = await self.in_thread(queries.after, feed.name, position, BATCH)
            except Exception as error:
                self._note_database(False, error)
                await asyncio.sleep(LOOK_EVERY)
                continue
            if socket not in feed.catching_up or feed.followers[socket] != position:
                continue
            for nudge in rows:
                if nudge.seq == position + 1:
                    position += 1
                    socket.push(frames.event(nudge))
            if not rows:
                position = feed.head
                socket.push(frames.reset(feed.name, position))
            feed.followers[socket] = position
            await socket.drained()

    def _start_anew(self, feed: Feed, head: int) -> None:
        """The feed cannot be continued: every follower reloads its list and goes on from `head`."""
        feed.head = head
        feed.pending.clear()
        feed.catching_up.clear()
        message = frames.reset(feed.name, head)
        for socket in feed.followers:
            feed.followers[socket] = head
            socket.push(message)

    # --- the look ----------------------------------------------------------------------------

    async def _keep_looking(self) -> None:
        looks = 0
        while True:
            if self.line is not None:
                self.line.say({"beat": True})
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
                self._note_database(True)
            except Exception as error:
                self._note_database(False, error)
            looks += 1
            if looks % PRESENCE_EVERY == 0:
                self.presence.repeat()

    async def look(self) -> None:
        """Two queries: compare every feed with the database, and the revisions with those known."""
        before = {name: feed.head for name, feed in self.feeds.items()}
        if not self._rechecks:
            self.behind, self._looked_at = 0, time.monotonic()
            return
        found, revisions = await self.in_thread(_look, list(before))
        if revisions != self._revisions:
            self._revisions = revisions
            self._recheck_now.set()
        self.behind = max((found.get(name, 0) - feed.head for name, feed in self.feeds.items()), default=0)
        self._looked_at = time.monotonic()
        for name, was in before.items():
            feed = self.feeds.get(name)
            if feed is None:
                continue
            head = found.get(name, 0)
            if head < was or head - feed.head > MAX_BEHIND:
                self._start_anew(feed, head)
            elif head > feed.head:
                await self._read_missing(feed)

    # --- access is asked again -----------------------------------------------------------------

    def keep_checking(self, socket: Socket, check: Callable[[], Any]) -> None:
        """`check` is a coroutine function that ends what a socket may no longer follow."""
        self._rechecks[socket] = check

    def _recheck_viewers(self, nudge: Nudge) -> None:
        """Something happened to `case/<reference>`: ask again whether those who look at it still may."""
        case = nudge.subject.rpartition("/")[2]
        if case not in self._moved and self.presence.sockets_on(case):
            self._moved.add(case)
            self._spawn(self._recheck_case(case))

    async def _recheck_case(self, case: str) -> None:
        self._moved.discard(case)  # what happens from here on is asked about anew
        for socket in self.presence.sockets_on(case):
            if (check := self._rechecks.get(socket)) is not None:
                try:
                    await check()
                except Exception as error:
                    self.presence.leave(socket)  # unsure is no
                    self._note_database(False, error)

    async def _keep_rechecking(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._recheck_now.wait(), RECHECK_EVERY)
            self._recheck_now.clear()
            Snapshot.look_again()  # else the checks may judge by what this process read a second ago
            failed = False
            for socket, check in list(self._rechecks.items()):
                if socket in self._rechecks:
                    try:
                        await check()
                    except Exception as error:
                        failed = True
                        self._note_database(False, error)
            if failed:
                await asyncio.sleep(LOOK_EVERY)
                self._recheck_now.set()

    # --- small things ----------------------------------------------------------------------------

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that reads the database, on a thread with a tidy connection."""

        def run() -> T:
            close_old_connections()
            try:
                return function(*args, **kwargs)
            finally:
                close_old_connections()

        # With the context, so that what is logged there carries the socket's own id.
        return await asyncio.get_running_loop().run_in_executor(self._threads, copy_context().run, run)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._note_database(False, error)

    def _note_database(self, up: bool, error: BaseException | None = None) -> None:
        if self._database_up != up:
            self._database_up = up
            if up:
                logger.info("live: the database answers again")
            else:
                logger.warning("live: reading the streams failed; trying again", exc_info=error)


def _look(streams: list[str]) -> tuple[dict[str, int], dict[str, int]]:
    """The heads of these streams, and the revision of every snapshot."""
    return queries.heads(streams), dict(Revision.objects.values_list("name", "number"))


def pack(nudges: list[Nudge]) -> list[list[Any]]:
    return [[n.stream, n.seq, n.type, n.subject, n.version, n.at.isoformat()] for n in nudges]


def unpack(rows: Iterable[list[Any]]) -> list[Nudge]:
    return [Nudge(row[0], row[1], row[2], row[3], row[4], datetime.fromisoformat(row[5])) for row in rows]
