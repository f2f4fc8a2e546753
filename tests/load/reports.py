"""Reports per second and their time, beside the least Django can do on the same machine.

    .venv/bin/python tests/load/reports.py [--seconds 8] [--clients 1 8] [--rounds 3] [--base-url http://…]

Starts its own servers: ours with the demonstration's municipality, and `tests/load/bare`. The
database is SQLite, or a new one beside DATABASE_URL; with REDIS_URL set both use that channel
layer. Rounds alternate between the two and medians are reported. `--base-url` measures a running
server alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from tests.support.live.servers import Database, Server, free_port, until  # noqa: E402

BODY = json.dumps(
    {
        "text": "Er ligt grofvuil naast de container, al drie dagen.",
        "location": {"type": "Point", "coordinates": [4.622, 52.0552]},
        "category": "bijplaatsing-grofvuil",
    }
).encode()


async def client(host: str, port: int, until_moment: float, times: list[float], failures: list[int]) -> None:
    """One connection that sends report after report."""
    reader, writer = await asyncio.open_connection(host, port)
    head = (
        f"POST /api/v1/reports HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(BODY)}\r\nIdempotency-Key: "
    ).encode()
    while time.perf_counter() < until_moment:
        started = time.perf_counter()
        writer.write(head + str(uuid4()).encode() + b"\r\n\r\n" + BODY)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        times.append(time.perf_counter() - started)
        if b" 201 " not in answer[:20]:
            failures.append(1)
    writer.close()


async def measure(base_url: str, clients: int, seconds: float) -> dict[str, float]:
    """Requests per second, p50 and p95 in milliseconds, and how many failed."""
    parts = urlsplit(base_url)
    times: list[float] = []
    failures: list[int] = []
    started = time.perf_counter()
    await asyncio.gather(
        *(client(parts.hostname or "", parts.port or 80, started + seconds, times, failures) for _ in range(clients))
    )
    took = time.perf_counter() - started
    cuts = statistics.quantiles(times, n=100)
    return {"rps": len(times) / took, "p50": cuts[49] * 1000, "p95": cuts[94] * 1000, "failed": len(failures)}


def bare_server(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The least Django can do, on a database of its own kind beside ours."""
    port = free_port()
    database = Database(folder)
    environment = database.environment(
        DJANGO_SETTINGS_MODULE="tests.load.bare.settings", REDIS_URL=os.environ.get("REDIS_URL", "")
    )
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "uvicorn", "tests.load.bare.asgi:application", "--port", str(port),
         "--log-level", "error", "--no-access-log"],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
    )  # fmt: skip
    until(lambda: _open(port), "the bare server answers")
    return process, f"http://127.0.0.1:{port}"


def _open(port: int) -> bool:
    import socket

    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--base-url")
    options = parser.parse_args()
    engine = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Django {version('django')},"
        f" uvicorn {version('uvicorn')}, {engine}{', Redis' if os.environ.get('REDIS_URL') else ''}"
    )
    if options.base_url:
        for clients in options.clients:
            print(clients, "clients:", asyncio.run(measure(options.base_url, clients, options.seconds)))
        return
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        ours_db = Database(Path(one))
        own = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1", "REDIS_URL": os.environ.get("REDIS_URL", "")}
        ours_db.manage("migrate", "-v0", **own)
        ours_db.manage("load_demo", **own)
        server = Server(ours_db, **own).start()
        bare, bare_url = bare_server(Path(other))
        try:
            found: dict[tuple[str, int], list[dict[str, float]]] = {}
            for clients in options.clients:
                for url in (bare_url, server.address("")):
                    asyncio.run(measure(url, clients, 1))
                for _ in range(options.rounds):
                    for name, url in (("bare", bare_url), ("ours", server.address(""))):
                        found.setdefault((name, clients), []).append(
                            asyncio.run(measure(url, clients, options.seconds))
                        )
            for clients in options.clients:
                middle = {
                    name: {
                        key: statistics.median(one[key] for one in found[name, clients])
                        for key in ("rps", "p50", "p95", "failed")
                    }
                    for name in ("bare", "ours")
                }
                for name, numbers in middle.items():
                    print(
                        f"{clients:>3} clients  {name:<5} {numbers['rps']:7.0f}/s  p50 {numbers['p50']:6.1f} ms"
                        f"  p95 {numbers['p95']:6.1f} ms  failed {numbers['failed']:.0f}"
                    )
                print(f"{clients:>3} clients  ours / bare = {middle['ours']['rps'] / middle['bare']['rps']:.2f}")
        finally:
            server.stop()
            bare.terminate()
            bare.wait(10)
            ours_db.drop()


if __name__ == "__main__":
    main()
