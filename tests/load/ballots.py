"""Ten thousand ballots from 32 voters at a time: none lost, none twice, and how fast, beside the least Django can do.

    .venv/bin/python tests/load/ballots.py [--ballots 10000] [--clients 32]

Starts its own servers: ours with one open poll of three questions, its worker counting beside the votes, and
`tests/load/bare`. The database is SQLite, or a new one beside DATABASE_URL; with REDIS_URL set both use that channel
layer. Every voter is a device of its own; one ballot in twenty is sent twice, on two connections at the same time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from tests.load.reports import bare_server, measure  # noqa: E402
from tests.support.live.servers import Database, Server, until  # noqa: E402

BARE_CLIENTS = 8
"""With so many the goal is stated."""
MAKE = """
import json
from tests.participation.polls.conftest import open_poll, TREES
from tests.support.world import build_world
poll = open_poll(build_world(), questions=[TREES, {"kind": "multiple", "title": "En?", "options": ["a", "b", "c"]},
                                           {"kind": "scale", "title": "Hoe?"}])
print(json.dumps([poll.slug, [[one.pk, one.kind, [o.pk for o in one.options.all()]] for one in poll.questions.all()]]))
"""
LEFT = "from participation.polls.models import Ballot; print(Ballot.objects.filter(counted=False).count())"
CHECK = """
import json
from core.events.models import Event
from participation.polls.actions.counting import recount
from participation.polls.models import Ballot, Poll, RollEntry, Standing
poll, standing = Poll.objects.get(), Standing.objects.get()
at = sorted(Event.objects.filter(type="poll.ballots").values_list("at", flat=True))
between = [(later - earlier).total_seconds() for earlier, later in zip(at, at[1:])]
print(json.dumps({"ballots": Ballot.objects.count(), "roll": RollEntry.objects.count(), "counted": standing.ballots,
                  "right": standing.totals == recount(poll), "told": len(at), "closest": min(between, default=0)}))
"""


def body_of(questions: list[list[object]], key: str) -> bytes:
    """A ballot that fits; the same for the same key."""
    chance = random.Random(key)
    choices: dict[str, object] = {}
    for pk, kind, options in questions:
        assert isinstance(options, list)
        choices[str(pk)] = {
            "single": lambda options=options: chance.choice(options),
            "multiple": lambda options=options: chance.sample(options, chance.randint(1, 3)),
            "scale": lambda: chance.randint(1, 5),
        }[str(kind)]()
    return json.dumps({"choices": choices}).encode()


async def voter(
    number: int,
    url: str,
    slug: str,
    questions: list[list[object]],
    left: list[str],
    times: list[float],
    answers: dict[int, int],
) -> None:
    """One connection, from an address of its own, that sends ballot after ballot, each of another device."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, local_addr=(f"127.0.1.{number + 1}", 0))
    while left:
        key = left.pop()
        body = body_of(questions, key)
        started = time.perf_counter()
        writer.write(
            f"POST /api/v1/polls/{slug}/ballots HTTP/1.1\r\nHost: {parts.hostname}:{parts.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {key}\r\n\r\n".encode()
            + body
        )
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        times.append(time.perf_counter() - started)
        status = int(answer[9:12])
        answers[status] = answers.get(status, 0) + 1
    writer.close()


async def vote(
    url: str, slug: str, questions: list[list[object]], ballots: int, clients: int
) -> tuple[list[float], dict[int, int], float]:
    keys = [str(uuid4()) for _ in range(ballots)]
    left = [again for key in keys for again in ([key, key] if random.random() < 0.05 else [key])]
    times: list[float] = []
    answers: dict[int, int] = {}
    started = time.perf_counter()
    await asyncio.gather(*(voter(one, url, slug, questions, left, times, answers) for one in range(clients)))
    return times, answers, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=32)
    options = parser.parse_args()
    engine = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Django {version('django')},"
        f" {engine}{', Redis' if os.environ.get('REDIS_URL') else ''}"
    )
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        database = Database(Path(one))
        own = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "THROTTLE_BALLOT": "1000000/hour",
            "EMBEDDED_WORKER": "1",
            "REDIS_URL": os.environ.get("REDIS_URL", ""),
        }
        database.manage("migrate", "-v0", **own)
        slug, questions = json.loads(database.manage("shell", "-v0", "-c", MAKE, **own).splitlines()[-1])
        server = Server(database, **own).start()
        bare, bare_url = bare_server(Path(other))
        try:
            asyncio.run(measure(bare_url, BARE_CLIENTS, 1))
            least = [asyncio.run(measure(bare_url, BARE_CLIENTS, 4))]
            times, answers, took = asyncio.run(
                vote(server.address(""), slug, questions, options.ballots, options.clients)
            )
            least.append(asyncio.run(measure(bare_url, BARE_CLIENTS, 4)))
            until(
                lambda: database.manage("shell", "-v0", "-c", LEFT, **own).splitlines()[-1] == "0",
                "everything is counted",
            )
            found = json.loads(database.manage("shell", "-v0", "-c", CHECK, **own).splitlines()[-1])
            rate, bare_rate = len(times) / took, statistics.mean(run["rps"] for run in least)
            cuts = statistics.quantiles(times, n=100)
            print(f"{options.ballots} ballots in {len(times)} requests, {options.clients} at a time: {rate:.0f}/s")
            print(f"  p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms; answers {answers}")
            print(f"  bare {bare_rate:.0f}/s; ours / bare = {rate / bare_rate:.2f}")
            print(
                f"  in the box {found['ballots']}, on the roll {found['roll']}, counted {found['counted']},"
                f" totals {'agree' if found['right'] else 'DO NOT AGREE'} with a recount;"
                f" told {found['told']} times, at least {found['closest']:.2f} s apart"
            )
            whole = found["ballots"] == found["roll"] == found["counted"] == options.ballots
            if not whole or not found["right"] or set(answers) != {201}:
                raise SystemExit("Something was lost, or came twice.")
        finally:
            server.stop()
            bare.terminate()
            bare.wait(10)
            database.drop()


if __name__ == "__main__":
    main()
