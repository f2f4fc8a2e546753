"""The conversation of `/ws/inbox` and `/ws/tracking`, as a client sees it, against a real server."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import websockets

from tests.support.live.servers import Server, close_code, hello, receive

pytestmark = pytest.mark.processes


async def _silent_until_pong(connection: Any) -> list[dict[str, Any]]:
    """Everything that comes before the answer to a ping."""
    await connection.send('{"type": "ping"}')
    frames = []
    while (frame := json.loads(await connection.recv()))["type"] != "pong":
        frames.append(frame)
    return frames


def test_a_new_client_hears_what_happens_from_now_on(server: Server) -> None:
    cookie = server.person("now", "team:now team:now-2")
    server.write("team:now", events=3)

    async def talk() -> None:
        async with server.inbox(cookie) as connection:
            welcome = await hello(connection)
            assert welcome == {"type": "welcome", "streams": {"team:now": 3, "team:now-2": 0}, "heartbeat": 25}
            await asyncio.to_thread(server.write, "team:now", mark="now")
            frame = await receive(connection, "event")
            assert (frame["stream"], frame["seq"]) == ("team:now", 4)
            assert frame["event"].keys() == {"type", "subject", "version", "at"}
            assert frame["event"]["at"].endswith("Z")

    asyncio.run(talk())


def test_a_client_that_comes_back_gets_exactly_what_it_missed(server: Server) -> None:
    cookie = server.person("back", "team:back")
    server.write("team:back", events=30, mark="back")

    async def talk() -> None:
        async with server.inbox(cookie) as connection:
            await hello(connection, {"team:back": 12})
            frames = [await receive(connection, "event") for _ in range(18)]
            assert [frame["seq"] for frame in frames] == list(range(13, 31))
            assert await _silent_until_pong(connection) == []

    asyncio.run(talk())


@pytest.mark.parametrize("seen", [0, 99_999], ids=["too far behind", "ahead of the database"])
def test_a_client_that_cannot_catch_up_is_told_to_start_anew(server: Server, seen: int) -> None:
    cookie = server.person("far", "team:far")

    async def talk() -> None:
        async with server.inbox(cookie) as connection:
            head = (await hello(connection))["streams"]["team:far"]
        if head <= 1000:
            await asyncio.to_thread(server.write, "team:far", events=1001 - head)
            head = 1001
        async with server.inbox(cookie) as connection:
            await hello(connection, {"team:far": seen})
            assert await receive(connection, "reset") == {"type": "reset", "stream": "team:far", "seq": head}

    asyncio.run(talk())


def test_nobody_hears_of_another_team(server: Server) -> None:
    bram, carla = server.person("bram", "team:b"), server.person("carla", "team:c")

    async def talk() -> None:
        async with server.inbox(bram) as his, server.inbox(carla) as hers:
            assert (await hello(his))["streams"] == {"team:b": 0}
            await hers.send(json.dumps({"type": "hello", "streams": {"team:b": 0, "team:nowhere": 0}}))
            assert (await receive(hers, "welcome"))["streams"] == {"team:c": 0}
            assert {(await receive(hers, "closed"))["stream"] for _ in range(2)} == {"team:b", "team:nowhere"}
            await asyncio.to_thread(server.write, "team:b")
            await receive(his, "event")
            assert await _silent_until_pong(hers) == []

    asyncio.run(talk())


def test_who_leaves_a_team_stops_hearing_of_it_and_who_joins_one_starts(server: Server) -> None:
    cookie = server.person("mover", "team:old team:both")

    async def talk() -> None:
        async with server.inbox(cookie) as connection:
            await hello(connection)
            await asyncio.to_thread(server.person, "mover", "team:both team:new")
            assert (await receive(connection, "closed"))["stream"] == "team:old"
            assert (await receive(connection, "reset")) == {"type": "reset", "stream": "team:new", "seq": 0}
            await asyncio.to_thread(server.write, "team:old")
            await asyncio.to_thread(server.write, "team:new")
            assert (await receive(connection, "event"))["stream"] == "team:new"

    asyncio.run(talk())


def test_an_account_that_is_switched_off_loses_its_socket(server: Server) -> None:
    cookie = server.person("gone", "team:gone")

    async def talk() -> None:
        async with server.inbox(cookie) as connection:
            await hello(connection)
            await asyncio.to_thread(server.person, "gone", "team:gone", active=False)
            assert await close_code(connection) == 4401

    asyncio.run(talk())


@pytest.mark.parametrize("who", ["nobody", "a forged session", "without access", "without a second factor"])
def test_the_desk_is_closed_to(server: Server, who: str) -> None:
    cookie = {
        "nobody": lambda: "",
        "a forged session": lambda: "sessionid=forged",
        "without access": lambda: server.person("outsider"),
        "without a second factor": lambda: server.person("half", "team:half", second_factor=False),
    }[who]()

    async def talk() -> int:
        async with server.inbox(cookie) as connection:
            return await close_code(connection)

    assert asyncio.run(talk()) == 4401


def test_a_page_of_another_site_cannot_open_a_socket(server: Server) -> None:
    cookie = server.person("origin", "team:origin")

    async def opens(origin: str) -> bool:
        try:
            async with server.inbox(cookie, origin=origin) as connection:
                return bool(await hello(connection))
        except websockets.InvalidStatus as refusal:
            assert refusal.response.status_code == 403  # noqa: PT017
            return False

    assert asyncio.run(opens(f"http://127.0.0.1:{server.port}"))
    for origin in ("http://evil.example", f"http://127.0.0.1:{server.port + 1}", "null", "http://[", "file://"):
        assert not asyncio.run(opens(origin)), origin


def test_colleagues_on_one_case_see_each_other_and_nobody_else_does(server: Server) -> None:
    anna = server.person("p-anna", "team:p", cases="M-P1")
    bram = server.person("p-bram", "team:p", cases="M-P1")
    carla = server.person("p-carla", "team:q")

    async def talk() -> None:
        async with server.inbox(anna) as a, server.inbox(bram) as b, server.inbox(carla) as c:
            for connection in (a, b, c):
                await hello(connection)
            await a.send('{"type": "presence", "case": "M-P1"}')
            assert (await receive(a, "presence"))["people"] == []
            await b.send('{"type": "presence", "case": "M-P1"}')
            assert (await receive(b, "presence"))["people"] == [{"name": "p-anna"}]
            assert (await receive(a, "presence"))["people"] == [{"name": "p-bram"}]
            await c.send('{"type": "presence", "case": "M-P1"}')
            await receive(c, "error")
            assert await _silent_until_pong(a) == []
            await b.send('{"type": "presence", "case": null}')
            assert (await receive(a, "presence"))["people"] == []

    asyncio.run(talk())


def test_malformed_frames_are_answered_and_end_the_conversation_when_they_go_on(server: Server) -> None:
    cookie = server.person("clumsy", "team:clumsy")

    async def talk() -> int:
        async with server.inbox(cookie) as connection:
            await hello(connection)
            for text in ("{", "[]", '{"type": 3}', '{"type": "sing"}'):
                await connection.send(text)
                await receive(connection, "error")
            assert await _silent_until_pong(connection) == []
            await connection.send(b"\x00\xff")
            return await close_code(connection)

    assert asyncio.run(talk()) == 4400


@pytest.mark.parametrize(
    "streams", [[], {"team:x": -1}, {"team:x": "1"}, {"team:x": True}, {"team:x": 2**60}, {"x" * 65: 1}]
)
def test_a_hello_with_nonsense_is_refused(server: Server, streams: object) -> None:
    cookie = server.person("nonsense", "team:x")

    async def talk() -> int:
        async with server.inbox(cookie) as connection:
            await connection.send(json.dumps({"type": "hello", "streams": streams}))
            return await close_code(connection)

    assert asyncio.run(talk()) == 4400


def test_a_flood_of_frames_ends_the_conversation(server: Server) -> None:
    cookie = server.person("flood", "team:flood")

    async def talk() -> int:
        async with server.inbox(cookie) as connection:
            await hello(connection)
            for _ in range(200):
                await connection.send('{"type": "ping"}')
            return await close_code(connection)

    assert asyncio.run(talk()) == 4429


def test_a_frame_that_is_too_large_is_not_read(server: Server) -> None:
    cookie = server.person("large", "team:large")

    async def talk() -> int:
        async with server.inbox(cookie) as connection:
            await connection.send("x" * 70_000)
            return await close_code(connection)

    assert asyncio.run(talk()) == 1009


def test_a_resident_follows_one_report_with_its_token_or_its_cookie(server: Server) -> None:
    server.person("opener", "case:M-T1 case:M-T2")

    async def talk(cookie: str, **token: str) -> None:
        async with server.tracking(cookie) as connection:
            assert (await hello(connection, **token))["streams"].keys() == {"case:M-T1"}
            await asyncio.to_thread(server.write, "case:M-T2")
            await asyncio.to_thread(server.write, "case:M-T1")
            assert (await receive(connection, "event"))["stream"] == "case:M-T1"

    asyncio.run(talk("", token="good-M-T1"))
    asyncio.run(talk("volgen=good-M-T1"))


@pytest.mark.parametrize("token", ["wrong", "", 3, "x" * 1000, None])
def test_a_wrong_tracking_token_is_refused(server: Server, token: object) -> None:
    async def talk() -> int:
        async with server.tracking() as connection:
            await connection.send(json.dumps({"type": "hello", "streams": {}, "token": token}))
            return await close_code(connection)

    assert asyncio.run(talk()) == 4404


def test_a_server_that_stops_says_that_it_will_be_back(live_database: Any) -> None:
    server = Server(live_database).start()
    cookie = server.person("stay", "team:stay")

    async def talk() -> int:
        async with server.inbox(cookie) as connection:
            await hello(connection)
            stopped = asyncio.ensure_future(asyncio.to_thread(server.stop))
            code = await close_code(connection)
            await stopped
            return code

    assert asyncio.run(talk()) == 1012
