"""Real processes for the live tests: the server, a Redis, writers; each on its own port and database."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import websockets

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 90.0
"""Seconds a condition may take on a busy machine."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first true answer of `condition`; fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"waited {patience} s in vain until {what}")


class Database:
    """A migrated database of its own, on the engine of this test run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"live_{uuid4().hex[:10]}"
        self.admin_url = os.environ.get("DATABASE_URL", "")
        self.url = f"sqlite:///{folder / 'live.sqlite3'}"
        if self.admin_url.startswith("postgres"):
            self._on_server(f'CREATE DATABASE "{self.name}"')
            self.url = self.admin_url.rpartition("/")[0] + f"/{self.name}"
        self.fill()

    def fill(self) -> None:
        """Makes the tables."""
        self.manage("migrate", "-v0")

    def environment(self, **more: str) -> dict[str, str]:
        return (
            os.environ
            | {
                "DATA_DIR": str(self.folder),
                "DATABASE_URL": self.url,
                "DJANGO_SETTINGS_MODULE": "tests.support.live.settings",
                "SECRET_KEY": "only-for-live-tests-" + "0123456789" * 4,
                "DEMO": "0",
                "DEBUG": "0",
                "EMBEDDED_WORKER": "0",
                "EMAIL_URL": "dummymail://",
                "BASE_URL": "http://localhost",
                "ALLOWED_HOSTS": "localhost,127.0.0.1",
                "LOG_LEVEL": "WARNING",
                "REDIS_URL": "",
                "THROTTLE_INBOX": "1000000/hour",
            }
            | more
        )

    def manage(self, *arguments: str, **more: str) -> str:
        done = self.start(*arguments, stdout=subprocess.PIPE, **more)
        out, _ = done.communicate()
        assert done.returncode == 0, arguments
        return str(out)

    def start(self, *arguments: str, stdout: Any = None, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            stdout=stdout,
            text=True,
        )

    def entries(self) -> dict[str, list[tuple[int, str]]]:
        """Stream -> its (seq, subject), in order, as the database has it."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for line in self.manage("live_dump").splitlines():
            stream, seq, subject = json.loads(line)
            found[stream].append((seq, subject))
        return dict(found)

    def drop(self) -> None:
        if not self.url.startswith("sqlite"):
            self._on_server(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)

    def _on_server(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


class SharedDatabase(Database):
    """The database of the test run itself, for processes beside it; the test must commit what they should see."""

    def __init__(self, folder: Path) -> None:
        from django.conf import settings
        from django.db import connection

        self.folder = folder
        self.about = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "ALLOWED_HOSTS": ",".join(settings.ALLOWED_HOSTS),
        }
        place = connection.settings_dict
        login = f"{place['USER']}:{place['PASSWORD']}@" if place["USER"] else ""
        self.url = (
            f"sqlite:///{place['NAME']}"
            if settings.SQLITE
            else f"postgres://{login}{place['HOST']}:{place['PORT'] or 5432}/{place['NAME']}"
        )

    def environment(self, **more: str) -> dict[str, str]:
        return super().environment(**(self.about | more))


class Server:
    """`manage.py serve` on a free port."""

    def __init__(self, database: Database, **environment: str) -> None:
        self.database = database
        self.environment = environment
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> Server:
        self.process = self.database.start("serve", "--port", str(self.port), **self.environment)
        try:
            until(self._answers, "the server answers")
        except BaseException:
            self.stop()
            raise
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the server ended"
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def checks(self) -> dict[str, str]:
        """What `/readyz` says of each part; Redis or the worker standing still is no reason to be unready."""
        status, body = self.get("/readyz")
        assert status == 200
        return dict(json.loads(body)["checks"])

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        return self._ask(urllib.request.Request(self.address(path), headers=headers or {}))  # noqa: S310

    def post(self, path: str, content: Any, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self._ask(urllib.request.Request(self.address(path), data=body, headers=headers or {}))  # noqa: S310

    def address(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def person(self, name: str, streams: str = "", **more: Any) -> str:
        """Make or change an account; returns a session cookie."""
        status, body = self.post("/person", {"name": name, "streams": streams} | more)
        assert status == 200
        return f"sessionid={json.loads(body)['session']}"

    def write(self, *streams: str, events: int = 1, mark: str = "http") -> None:
        assert self.post("/report", {"streams": streams, "events": events, "mark": mark})[0] == 201

    def inbox(self, cookie: str = "", **options: Any) -> websockets.connect:
        headers = {"Cookie": cookie} if cookie else {}
        return websockets.connect(self.address("/ws/inbox", "ws"), additional_headers=headers, **options)

    def tracking(self, cookie: str = "", **options: Any) -> websockets.connect:
        headers = {"Cookie": cookie} if cookie else {}
        return websockets.connect(self.address("/ws/tracking", "ws"), additional_headers=headers, **options)

    def _ask(self, request: urllib.request.Request) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


class Redis:
    """A Redis of this test alone."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Redis:
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        until(self._answers, "Redis answers")
        return self

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


async def receive(connection: Any, wanted: str, patience: float = 20.0) -> dict[str, Any]:
    """The next frame of a type; other frames before it are passed over."""
    async with asyncio.timeout(patience):
        while True:
            frame = json.loads(await connection.recv())
            if frame["type"] == wanted:
                return dict(frame)


async def hello(connection: Any, streams: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    await connection.send(json.dumps({"type": "hello", "streams": streams or {}} | more))
    return await receive(connection, "welcome")


async def close_code(connection: Any, patience: float = 20.0) -> int:
    """The code with which the server ends the conversation; frames before it are passed over."""
    async with asyncio.timeout(patience):
        try:
            while True:
                await connection.recv()
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006


class Follower:
    """A client as the contract wants it: remembers the last number per stream and opens again with it.

    Holds everything it received, in the order it came; complains about a double, a gap or a step back.
    """

    def __init__(self, server: Server, cookie: str, streams: list[str]) -> None:
        self.server = server
        self.cookie = cookie
        self.last = dict.fromkeys(streams, 0)
        self.received: dict[str, list[tuple[int, str]]] = {stream: [] for stream in streams}
        self.count = 0
        self.connections = 0
        self.stopping = False

    async def run(self, drops_after: Callable[[], int]) -> None:
        """Follow until `stopping`; drop the socket rudely after so many events, again and again."""
        while not self.stopping:
            try:
                async with self.server.inbox(self.cookie, close_timeout=1) as connection:
                    self.connections += 1
                    await connection.send(json.dumps({"type": "hello", "streams": self.last}))
                    left = drops_after()
                    while left and not self.stopping:
                        try:
                            text = await asyncio.wait_for(connection.recv(), 0.25)
                        except TimeoutError:
                            continue
                        left -= self._take(json.loads(text))
                    connection.transport.abort()
            except (OSError, websockets.WebSocketException):
                await asyncio.sleep(0.02)

    def _take(self, frame: dict[str, Any]) -> int:
        assert frame["type"] in ("welcome", "event"), frame
        if frame["type"] == "welcome":
            return 0
        stream, seq = frame["stream"], frame["seq"]
        assert seq == self.last[stream] + 1, f"{stream}: {seq} after {self.last[stream]}"
        self.last[stream] = seq
        self.received[stream].append((seq, frame["event"]["subject"]))
        self.count += 1
        return 1
