"""A line to the server that can be cut, lose answers, and remembers what went over it."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import socketserver
import threading
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Passed:
    """One request that reached the server, and what it answered, whether or not the browser heard it."""

    method: str
    path: str
    key: str
    body: bytes
    status: int
    answer: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.answer)


class Line(socketserver.ThreadingTCPServer):
    """`weather`: "fair"; "cut" closes every connection; "lossy" lets requests through and drops the answers."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.server_port = port
        self.weather = "fair"
        self.tried = 0
        """Requests of the outbox that were begun, also those that came to nothing."""
        self.passed: list[Passed] = []
        self.new_worker = b""
        """Put behind the service worker's script: another build."""
        self.address = f"http://localhost:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def uploads(self) -> dict[str, str]:
        """The SHA-256 of each file that the server took, by the id it gave it."""
        return {
            one.json["id"]: hashlib.sha256(_file(one.body)).hexdigest()
            for one in self.passed
            if one.path == "/api/v1/uploads" and one.status == 201
        }

    def reports(self) -> list[Passed]:
        return [one for one in self.passed if one.path == "/api/v1/reports" and one.method == "POST"]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Broken connections are what this is for."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Connection(socketserver.BaseRequestHandler):
    server: Line
    request: socket.socket

    def handle(self) -> None:
        head, body = _read(self.request)
        if not head:
            return
        method, path = head.split(b" ", 2)[:2]
        ours = method == b"POST" and path in (b"/api/v1/uploads", b"/api/v1/reports")
        weather = self.server.weather
        self.server.tried += ours
        if weather == "cut" or b"\r\nupgrade:" in head.lower():
            return
        with socket.create_connection(("127.0.0.1", self.server.server_port), 60) as upstream:
            upstream.sendall(
                re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head)[:-2] + b"Connection: close\r\n\r\n" + body
            )
            answer = b"".join(iter(lambda: upstream.recv(65536), b""))
        answer_head, _, answer_body = answer.partition(b"\r\n\r\n")
        if ours and answer_head:
            key = re.search(rb"(?i)\r\nidempotency-key: ?([^\r]*)", head)
            status = int(answer_head.split(b" ", 2)[1])
            self.server.passed.append(
                Passed(method.decode(), path.decode(), key[1].decode() if key else "", body, status, answer_body)
            )
        if weather == "lossy" and ours:
            return
        if path == b"/service-worker.js" and self.server.new_worker:
            answer_head = re.sub(
                rb"(?i)\r\n(content-length|content-encoding|transfer-encoding):[^\r]*", b"", answer_head
            )
            answer = answer_head + b"\r\nConnection: close\r\n\r\n" + answer_body + self.server.new_worker
        self.request.sendall(answer)


def _read(connection: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b"", b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        more = connection.recv(65536)
        if not more:
            return b"", b""
        body += more
    return head + b"\r\n\r\n", body


def _file(body: bytes) -> bytes:
    """The one file of a multipart body."""
    boundary = body.split(b"\r\n", 1)[0]
    return body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n" + boundary, 1)[0]
