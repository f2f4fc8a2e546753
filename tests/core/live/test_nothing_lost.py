"""Every event once and in order, whatever is killed: real servers, real writers, a real Redis."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import threading
from collections.abc import Callable

import pytest

from tests.support.live.servers import Database, Follower, Redis, Server, hello, until

pytestmark = pytest.mark.processes
STREAMS = [f"team:{number}" for number in range(8)]
"""Enough of them that a server that is slow to start stays within what a client may catch up."""


def _writers(database: Database, **environment: str) -> list[subprocess.Popen[str]]:
    """Two processes of three threads; with the two threads over HTTP that makes eight writers."""
    return [
        database.start(
            "live_write", *STREAMS, "--threads", "3", "--events", "270", "--mark", f"w{number}", **environment
        )
        for number in range(2)
    ]


class _HttpWriters:
    """Two threads that write through the server, whose commits and pushes are in one process."""

    def __init__(self, server: Server, rounds: int) -> None:
        self._threads = [threading.Thread(target=self._work, args=(server, name, rounds)) for name in "ab"]
        for thread in self._threads:
            thread.start()

    def _work(self, server: Server, name: str, rounds: int) -> None:
        for number in range(rounds):
            body = {"streams": STREAMS[number % 8 :][:2], "events": 10, "mark": f"http-{name}-{number}"}
            while True:
                try:
                    assert server.post("/report", body)[0] == 201
                    break
                except OSError:
                    continue

    @property
    def done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)


async def _follow_while(server: Server, follower: Follower, disturb: Callable[[], None], seed: int) -> None:
    """Run the follower while `disturb` (a thread) does its worst, then until it has everything."""
    chance = random.Random(seed)
    running = asyncio.ensure_future(follower.run(lambda: chance.randint(5, 150)))
    done = asyncio.ensure_future(asyncio.to_thread(disturb))
    await asyncio.wait([running, done], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    await done
    async with server.inbox(follower.cookie) as connection:
        heads = (await hello(connection))["streams"]
    async with asyncio.timeout(30):
        while follower.last != heads and not running.done():
            await asyncio.sleep(0.02)
    follower.stopping = True
    await running


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database of this test alone, which may be torn at."""
    return Database(tmp_path_factory.mktemp("torn"))


def test_a_server_killed_again_and_again_and_a_client_that_keeps_dropping_lose_nothing(database: Database) -> None:
    server = Server(database).start()
    cookie = server.person("anna", " ".join(STREAMS))
    follower = Follower(server, cookie, STREAMS)
    writers = _writers(database)
    http = _HttpWriters(server, rounds=20)
    chance = random.Random(7)

    def disturb() -> None:
        for _round in range(3):
            goal = follower.count + chance.randint(50, 400)
            until(lambda goal=goal: follower.count >= goal or http.done, "more was received")
            server.kill()
            server.start()
        until(lambda: http.done, "the writers over HTTP are done")
        for writer in writers:
            assert writer.wait(120) == 0

    try:
        asyncio.run(_follow_while(server, follower, disturb, seed=1))
        assert follower.received == database.entries()
        assert follower.count > 2000
        assert follower.connections > 10
    finally:
        server.stop()
        database.drop()


@pytest.mark.redis
@pytest.mark.skipif(not shutil.which("redis-server"), reason="needs redis-server")
def test_a_redis_that_dies_and_comes_back_loses_nothing_and_is_joined_again(database: Database) -> None:
    redis = Redis().start()
    server = Server(database, REDIS_URL=redis.url).start()
    cookie = server.person("anna", " ".join(STREAMS))
    follower = Follower(server, cookie, STREAMS)
    until(lambda: server.checks()["channelLayer"] == "ok", "the channel layer is up")
    writers = _writers(database, REDIS_URL=redis.url)
    http = _HttpWriters(server, rounds=10)

    def disturb() -> None:
        until(lambda: follower.count >= 200, "news flows")
        redis.kill()
        seen = follower.count
        until(lambda: follower.count >= seen + 200, "news flows without Redis")
        until(lambda: server.checks()["channelLayer"] != "ok", "the server says that the channel layer is silent")
        redis.start()
        until(lambda: server.checks()["channelLayer"] == "ok", "the channel layer was joined again")
        until(lambda: http.done, "the writers over HTTP are done")
        for writer in writers:
            assert writer.wait(120) == 0

    try:
        asyncio.run(_follow_while(server, follower, disturb, seed=2))
        assert follower.received == database.entries()
        assert follower.count > 2000
    finally:
        server.stop()
        redis.kill()
        database.drop()
