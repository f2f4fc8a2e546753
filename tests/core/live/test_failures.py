"""What the channel does when something around it is slow, late or double."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.live import frames
from core.live.consumers import Consumer
from core.live.hub import Hub
from core.live.socket import MAX_OUTBOX
from tests.support.live.servers import Database, Redis, Server, close_code, hello, receive, until

needs_redis = pytest.mark.skipif(not shutil.which("redis-server"), reason="needs redis-server")


class _Silent(Consumer):
    """A conversation in which the client says nothing."""

    async def _greet(self) -> bool:
        return True


def test_a_reader_that_stands_still_is_let_go_with_a_code_that_says_come_back() -> None:
    sent: list[dict[str, Any]] = []

    async def talk() -> None:
        reads = asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "websocket.send":
                await reads.wait()
            sent.append(message)

        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        consumer = _Silent({}, receive, send, Hub())
        running = asyncio.ensure_future(consumer.run())
        for number in range(MAX_OUTBOX + 10):
            consumer.socket.push(frames.reset("team:1", number))
            await asyncio.sleep(0)
        assert consumer.socket.closing
        reads.set()
        await asyncio.wait_for(running, 20)

    asyncio.run(talk())
    assert sent[-1] == {"type": "websocket.close", "code": 1013}
    assert MAX_OUTBOX <= len(sent) - 2 <= MAX_OUTBOX + 1


@pytest.mark.processes
def test_a_reader_that_stands_still_harms_nobody_and_catches_up_when_it_comes_back(server: Server) -> None:
    streams = [f"{letter}" for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
    slow, quick = server.person("slow", " ".join(streams)), server.person("quick", "a")

    async def talk() -> None:
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.connect(("127.0.0.1", server.port))
        narrow.setblocking(False)
        stuck_options = {"sock": narrow, "max_queue": 1, "close_timeout": 1}
        async with server.inbox(quick) as other, server.inbox(slow, **stuck_options) as stuck:
            await hello(other)
            await hello(stuck)
            await asyncio.to_thread(server.write, *streams, events=400)
            for number in range(400):
                assert (await receive(other, "event"))["seq"] == number + 1
            # Its buffers are long full; what it may still read ends with the code, or with nothing.
            assert await close_code(stuck, patience=60) in (1013, 1006)
        async with server.inbox(slow) as again:
            heads = (await hello(again, {"a": 390}))["streams"]
            assert set(heads.values()) == {400}
            assert [(await receive(again, "event"))["seq"] for _ in range(10)] == list(range(391, 401))

    asyncio.run(talk())


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(Path(tmp_path_factory.mktemp("failures")))
    yield database
    database.drop()


@pytest.mark.processes
@pytest.mark.redis
@needs_redis
def test_colleagues_on_two_servers_see_each_other_until_one_server_dies(database: Database) -> None:
    redis = Redis().start()
    one, two = (Server(database, REDIS_URL=redis.url).start() for _ in range(2))
    try:
        for server in (one, two):
            until(lambda server=server: server.checks()["channelLayer"] == "ok", "the channel layer is up")
        anna = one.person("anna", "team:p", cases="M-P1")
        bram = one.person("bram", "team:p", cases="M-P1")

        async def talk() -> None:
            async with one.inbox(anna) as a, two.inbox(bram) as b:
                await hello(a)
                await hello(b)
                await a.send('{"type": "presence", "case": "M-P1"}')
                assert (await receive(a, "presence"))["people"] == []
                await b.send('{"type": "presence", "case": "M-P1"}')
                assert (await receive(a, "presence"))["people"] == [{"name": "bram"}]
                while (await receive(b, "presence"))["people"] != [{"name": "anna"}]:
                    pass
                # What is written on one server arrives through the other, long before the next look.
                await asyncio.to_thread(one.write, "team:p")
                assert (await receive(b, "event"))["seq"] == 1
                await b.send('{"type": "presence", "case": null}')
                assert (await receive(a, "presence"))["people"] == []

        asyncio.run(talk())
    finally:
        one.stop()
        two.stop()
        redis.kill()


@pytest.mark.processes
@pytest.mark.redis
@needs_redis
def test_a_server_starts_without_its_redis_and_joins_it_later(database: Database) -> None:
    redis = Redis()
    server = Server(database, REDIS_URL=redis.url).start()
    try:
        assert server.checks()["channelLayer"] != "ok"
        cookie = server.person("anna", "team:1")

        async def talk() -> None:
            async with server.inbox(cookie) as connection:
                await hello(connection)
                await asyncio.to_thread(server.write, "team:1")
                assert (await receive(connection, "event"))["seq"] == 1
                writer = database.start("live_write", "team:1", "--events", "3", "--pause", "0.01", REDIS_URL=redis.url)
                for seq in (2, 3, 4):
                    assert (await receive(connection, "event"))["seq"] == seq
                assert await asyncio.to_thread(writer.wait, 60) == 0

        asyncio.run(talk())
        redis.start()
        until(lambda: server.checks()["channelLayer"] == "ok", "the channel layer was joined")
    finally:
        server.stop()
        if redis.process is not None:
            redis.kill()
