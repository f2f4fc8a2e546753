"""HTTP beside the sockets: what Django gets, what clients get, and what is refused before Django."""

from __future__ import annotations

import json
import socket

import pytest

from tests.support.live.servers import Server

pytestmark = pytest.mark.processes


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


def test_a_body_that_is_too_large_is_refused_unread(server: Server) -> None:
    answer = _raw(
        server,
        b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"application/problem+json" in answer


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
    assert json.loads(body)["checks"] == {"database": "ok", "tasks": "ok"}


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
