"""`/ws/wijk`: anybody who has a public page open hears that something happened there, and not to what."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import websockets

from core.live import access
from core.live.consumers import MOST_OF_ONE, MOST_WATCHED
from tests.support.live.servers import Server, close_code, hello, receive

OPEN = "open:A"


def wijk(server: Server) -> Any:
    return websockets.connect(server.address("/ws/wijk", "ws"))


@pytest.mark.processes
def test_whoever_looks_hears_that_something_happened_and_not_to_what(server: Server) -> None:
    server.write(OPEN, events=2)

    async def talk() -> None:
        async with wijk(server) as connection:
            welcome = await hello(connection, {OPEN: 1})
            assert welcome["streams"] == {OPEN: 2}
            missed = await receive(connection, "event")
            assert (missed["stream"], missed["seq"]) == (OPEN, 2)
            await asyncio.to_thread(server.write, OPEN, mark="secret")
            frame = await receive(connection, "event")
            assert frame["seq"] == 3
            assert (frame["event"]["subject"], frame["event"]["version"]) == ("", 0)
            assert "secret" not in json.dumps(frame)

    asyncio.run(talk())


@pytest.mark.processes
@pytest.mark.parametrize(
    "streams",
    [{}, {"team:secret": 0}, {"openly": 0}, {f"open:{number}": 0 for number in range(MOST_WATCHED + 1)}, ["open:A"]],
    ids=["none", "a team", "something like it", "too many", "not numbered"],
)
def test_what_is_not_for_everybody_is_closed_to_everybody(server: Server, streams: Any) -> None:
    async def talk() -> None:
        async with wijk(server) as connection:
            await connection.send(json.dumps({"type": "hello", "streams": streams}))
            assert await close_code(connection) == 4404

    asyncio.run(talk())


@pytest.mark.processes
def test_one_network_cannot_take_every_place(server: Server) -> None:
    async def talk() -> None:
        taken = [await wijk(server) for _ in range(MOST_OF_ONE)]
        try:
            async with wijk(server) as one_more:
                assert await close_code(one_more) == 1013
            await taken.pop().close()
            assert (await hello(taken[0], {OPEN: 0}))["type"] == "welcome"
        finally:
            for connection in taken:
                await connection.close()

    asyncio.run(talk())


def test_only_what_is_registered_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_public", {})
    assert not access.is_public("wijk:WK1")
    access.register_public("wijk:", lambda names, _only: [name for name in names if name == "wijk:WK1"])
    assert access.public_streams(["wijk:WK1", "wijk:WK2", "team:1"], None) == ["wijk:WK1"]
    assert access.is_public("wijk:WK2")
    assert not access.is_public("team:1")
