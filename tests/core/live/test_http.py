"""HTTP beside the sockets: what Django gets, what clients get, and what is refused before Django."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest
import uvicorn

from core.live.http import MAX_WAITING, Bodies, BoundedHttp, WsgiBridge
from tests.support.live.servers import Server, free_port, until

pytestmark = pytest.mark.processes
MB = 1024 * 1024


def _raw(server: Server, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
            if b"\r\n\r\n" in answer and b"Connection: keep-alive" not in request:
                connection.settimeout(20)
        return answer


def test_django_gets_the_request_as_it_was_sent(server: Server) -> None:
    status, body = server.post("/echo/%C3%A9?a=1&b=%20", b"x" * 3_000_00, {"Cookie": "a=1; b=2"})
    answer = json.loads(body)
    assert status == 200
    assert answer == {
        "method": "POST",
        "path": "/echo/é",
        "query": "a=1&b=%20",
        "size": 300_000,
        "address": "127.0.0.1",
        "forwarded": None,
        "cookies": {"a": "1", "b": "2"},
    }


def test_a_header_with_an_underscore_cannot_pass_for_another(server: Server) -> None:
    answer = _raw(
        server,
        b"GET /echo HTTP/1.1\r\nHost: localhost\r\nX_Forwarded_For: 6.6.6.6\r\nConnection: close\r\n\r\n",
    )
    assert b"6.6.6.6" not in answer


def test_an_address_in_x_forwarded_for_is_not_the_client(server: Server) -> None:
    _status, body = server.get("/echo", {"X-Forwarded-For": "6.6.6.6"})
    assert json.loads(body)["address"] == "127.0.0.1"


def test_a_body_without_a_length_arrives_whole(server: Server) -> None:
    answer = _raw(
        server,
        b"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"5\r\nhallo\r\n6\r\n wereld\r\n0\r\n\r\n".replace(b"6\r\n wereld", b"7\r\n wereld"),
    )
    assert b'"size": 12' in answer


def _posting(path: str, size: int, language: str = "en") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: {language}\r\n"
        f"Content-Length: {size}\r\n\r\n".encode()
    )


@pytest.mark.parametrize(
    ("path", "most"),
    [("/echo", 2 * MB), ("/melden/", 101 * MB), ("/api/v1/uploads", 21 * MB), ("/api/v1/reports", 2 * MB)],
)
def test_a_body_that_is_too_large_for_its_address_is_refused_unread(server: Server, path: str, most: int) -> None:
    assert _raw(server, _posting(path, most + 1)).startswith(b"HTTP/1.1 413")
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(_posting(path, most) + b"x")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_a_refusal_under_the_api_is_a_problem_and_elsewhere_a_page_in_the_readers_language(server: Server) -> None:
    head, _, body = _raw(server, _posting("/api/v1/reports", 5 * MB)).partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert b"api-version: " in head
    assert json.loads(body)["type"] == "urn:problem-type:wijkplatform:too-large"
    for language in ("nl", "en"):
        head, _, body = _raw(server, _posting("/melden/", 500 * MB, language)).partition(b"\r\n\r\n")
        assert b"content-type: text/html" in head
        assert f'<html lang="{language}">'.encode() in body
    assert b"20 MB" in body, "where photos are sent it says how large one may be"
    assert b"20 MB" not in _raw(server, _posting("/echo", 5 * MB))


def test_one_client_with_five_hundred_slow_bodies_stops_only_itself(server: Server) -> None:
    with ExitStack() as slow:
        for _number in range(505):
            last = slow.enter_context(socket.create_connection(("127.0.0.1", server.port), 20))
            last.sendall(_posting("/api/v1/reports", 1000) + b"x")
        answer = last.recv(65536)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 2" in answer
        assert b"content-type: application/problem+json" in answer
        assert server.get("/healthz")[0] == 200
        assert server.get("/echo")[0] == 200
        # From another address of this machine everything still goes.
        other = slow.enter_context(
            socket.create_connection(("127.0.0.1", server.port), 20, source_address=("127.0.0.2", 0))
        )
        other.sendall(_posting("/echo", 5) + b"small")
        assert other.recv(65536).startswith(b"HTTP/1.1 200")
    until(lambda: server.post("/echo", b"small")[0] == 200, "the slow bodies are forgotten")


@asynccontextmanager
async def _bridge(application: Callable[..., Iterable[bytes]], bodies: Bodies) -> AsyncIterator[int]:
    """The bridge on a port of this process."""
    port = free_port()
    bridge = WsgiBridge(application, threads=1, bodies=bodies)
    one = uvicorn.Server(uvicorn.Config(bridge, port=port, lifespan="off", log_config=None, http=BoundedHttp))
    running = asyncio.create_task(one._serve())
    while not one.started:
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        one.should_exit = True
        await running
        bridge.close()


def _hello(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


@pytest.mark.parametrize("drip", [False, True], ids=["silent", "a byte now and then"])
@pytest.mark.parametrize("length", [b"Content-Length: 1000", b"Transfer-Encoding: chunked"])
def test_a_body_that_comes_too_slowly_is_given_up(drip: bool, length: bytes) -> None:
    async def talk() -> bytes:
        async with _bridge(_hello, Bodies(1000, {}, grace=0.3)) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /api/x HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n")
            answer = asyncio.ensure_future(reader.read())
            for _byte in range(900):
                if drip:
                    writer.write(b"1" if length.startswith(b"Content") else b"1\r\nx\r\n")
                await asyncio.wait([answer], timeout=0.02)
                if answer.done():
                    break
            writer.close()
            return await answer

    answer = asyncio.run(talk())
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"wijkplatform:too-slow" in answer


def test_health_is_told_while_every_thread_is_taken() -> None:
    free = threading.Event()

    def stuck(environ: Any, start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            free.wait(60)
        return _hello(environ, start_response)

    async def get(port: int, path: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        try:
            return await reader.read()
        finally:
            writer.close()

    async def talk() -> None:
        async with _bridge(stuck, Bodies(1000, {})) as port:
            asked = [asyncio.ensure_future(get(port, b"/slow")) for _number in range(MAX_WAITING + 1)]
            try:
                done, _waiting = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED, timeout=30)
                assert [one.result()[:12] for one in done] == [b"HTTP/1.1 503"]
                assert (await get(port, b"/healthz")).startswith(b"HTTP/1.1 200")
            finally:
                free.set()
            assert sum(one.startswith(b"HTTP/1.1 200") for one in await asyncio.gather(*asked)) == MAX_WAITING

    asyncio.run(talk())


def test_a_streamed_answer_arrives_whole(server: Server) -> None:
    assert server.get("/stream?pieces=30") == (200, b"x" * 3_000_000)


def test_clients_that_leave_in_the_middle_take_no_thread_with_them(server: Server) -> None:
    for _ in range(12):
        with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
            connection.sendall(b"GET /stream?pieces=500 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1000)
    for _ in range(12):
        with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
            connection.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
    assert server.get("/healthz")[0] == 200


def test_health_and_readiness_are_told(server: Server) -> None:
    assert server.get("/healthz")[0] == 200
    status, body = server.get("/readyz")
    assert status == 200
    assert json.loads(body)["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "tasks": "ok",
        "worker": "no worker was seen in the last 30 s",
        "streams": "ok",
    }


@pytest.mark.parametrize("piece", [b"a: b\r\n", b"x"], ids=["many headers", "one endless header"])
def test_a_head_without_end_is_refused(server: Server, piece: bytes) -> None:
    request = b"GET /echo HTTP/1.1\r\nHost: localhost\r\n" + (b"" if b":" in piece else b"a: ")
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        answer = b""
        try:
            connection.sendall(request)
            for _round in range(1000):
                connection.sendall(piece * (8192 // len(piece)))
            answer = connection.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            pass
        else:
            assert answer.startswith(b"HTTP/1.1 400")
    assert server.get("/healthz")[0] == 200


def test_many_requests_on_one_connection_are_each_answered(server: Server) -> None:
    request = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n" + b"x" * 90_000
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        for _round in range(5):
            connection.sendall(request)
            answer = b""
            while b'"size": 90000' not in answer:
                answer += connection.recv(65536)
