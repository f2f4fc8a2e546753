"""Committed -> nudge received, at 1 and at many desks, with and without the channel layer; bytes per socket.

    .venv/bin/python tests/load/live.py [--desks 500] [--events 60]

Starts its own server on a database of its own (SQLite, or a new one beside DATABASE_URL). Events come
from the server itself (over HTTP) and, for "another process", from a writer process: with a Redis the
news travels over it, without one the hub finds it at its next look.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]  # run as a script

import websockets  # noqa: E402

from tests.support.live.servers import Database, Redis, Server, hello  # noqa: E402


def _memory(server: Server) -> int:
    """Resident bytes of the server process."""
    assert server.process is not None
    pages = Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


async def _listen(connection: websockets.ClientConnection, delays: list[float]) -> None:
    """Note how long after its commit each event came in (same clock: server and client share a machine)."""
    try:
        while True:
            text = await connection.recv()
            now = datetime.now().timestamp()  # noqa: DTZ005
            frame = json.loads(text)
            if frame["type"] == "event":
                delays.append(now - datetime.fromisoformat(frame["event"]["at"]).timestamp())
    except websockets.ConnectionClosed:
        pass


async def _measure(server: Server, cookie: str, desks: int, write: object, events: int) -> tuple[list[float], float]:
    before = _memory(server)
    connections = []
    for _ in range(desks):
        connection = await websockets.connect(
            server.address("/ws/inbox", "ws"), additional_headers={"Cookie": cookie}, compression=None, max_queue=None
        )
        await hello(connection)
        connections.append(connection)
    per_socket = (_memory(server) - before) / desks
    delays: list[float] = []
    listeners = [asyncio.ensure_future(_listen(connection, delays)) for connection in connections]
    await asyncio.to_thread(write)  # type: ignore[arg-type]
    async with asyncio.timeout(60):
        while len(delays) < events * desks:
            await asyncio.sleep(0.01)
    for connection in connections:
        connection.transport.abort()
    await asyncio.wait(listeners)
    return delays, per_socket


def _show(what: str, delays: list[float]) -> None:
    ordered = sorted(delays)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{what:58} p50 {p50 * 1000:8.1f} ms   p95 {p95 * 1000:8.1f} ms   worst {ordered[-1] * 1000:8.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=500)
    parser.add_argument("--events", type=int, default=60)
    options = parser.parse_args()
    desks, events = options.desks, options.events
    names = ("django", "uvicorn", "uvloop", "websockets", "channels", "channels-redis")
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          + ", ".join(f"{name} {version(name)}" for name in names))  # fmt: skip
    database = Database(Path(tempfile.mkdtemp(prefix="live-load-")))
    kind = "SQLite" if database.url.startswith("sqlite") else "PostgreSQL"
    print(f"database: {kind}; load {os.getloadavg()[0]:.1f}")
    redis = Redis().start() if shutil.which("redis-server") else None
    server = Server(database, REDIS_URL=redis.url if redis else "").start()
    cookie = server.person("desk", "team:load")

    def here() -> None:
        for _ in range(events):
            server.write("team:load")
            # About one report every 50 ms: latency is measured, not throughput.
            asyncio.run(asyncio.sleep(0.05))

    def elsewhere() -> None:
        database.manage("live_write", "team:load", "--events", str(events), "--pause", "0.05", **server.environment)

    try:
        _show("1 desk, written by this process", asyncio.run(_measure(server, cookie, 1, here, events))[0])
        delays, per_socket = asyncio.run(_measure(server, cookie, desks, here, events))
        _show(f"{desks} desks, written by this process", delays)
        print(f"memory per connected desk: {per_socket / 1000:.1f} kB")
        if redis:
            _show(
                "1 desk, written by another process, over Redis",
                asyncio.run(_measure(server, cookie, 1, elsewhere, events))[0],
            )
            redis.kill()
        _show(
            "1 desk, written by another process, channel layer dead",
            asyncio.run(_measure(server, cookie, 1, elsewhere, events))[0],
        )
        _show(f"{desks} desks, the same", asyncio.run(_measure(server, cookie, desks, elsewhere, events))[0])
    finally:
        server.stop()
        if redis and redis.process and redis.process.poll() is None:
            redis.kill()
        database.drop()


if __name__ == "__main__":
    main()
