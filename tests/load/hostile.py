"""Ten thousand hostile posts to a real server: `python tests/load/hostile.py [--posts 10000] [--clients 8] [--seed 1]`.

Fuzzed fields, polyglots, zip bombs, huge dimensions, SVG, one pixel, CMYK, animations, HEIC bursts (see
`tests/support/hostile`). Starts its own server with the demonstration's municipality on SQLite, or on a new database
beside DATABASE_URL, and prints the answers by status and by what was sent, the most memory the process held, and what
is wrong with the files that were stored. Ends with 1 when there was a 500, no answer at all, or a file with more than
its pixels.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from tests.support.hostile import Attack, corpus, most_memory, wrong_with  # noqa: E402
from tests.support.live.servers import Database, Server  # noqa: E402

POINT = (4.622, 52.0552)
"""In the demonstration's municipality."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    engine = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {engine}")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder))
        own = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1", "EMBEDDED_WORKER": "1", "LOG_LEVEL": "ERROR"}
        database.manage("migrate", "-v0", **own)
        database.manage("load_demo", **own)
        before = len(wrong_with(Path(folder) / "photos"))
        server = Server(database, **own).start()
        assert server.process is not None
        pid = server.process.pid
        try:
            attack = Attack("127.0.0.1", server.port, "localhost", options.clients)
            memory = [most_memory(pid)]
            started = time.monotonic()
            posts = corpus(options.seed, point=POINT)
            for _part in range(10):
                attack.send(posts, options.posts // 10)
                memory.append(most_memory(pid))
            took = time.monotonic() - started
            alive = server.get("/healthz")[0]
        finally:
            server.stop()
        stored = Path(folder) / "photos"
        files = sum(1 for one in stored.rglob("*") if one.is_file())
        wrong = wrong_with(stored)
        database.drop()
    total = sum(attack.statuses.values())
    print(f"\n{total} posts by {options.clients} clients in {took:.0f} s; slowest answer {attack.slowest:.1f} s")
    for kind, statuses in sorted(attack.of_kind.items()):
        print(f"  {kind:36}", "  ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    print("\nby status:", "  ".join(f"{status}: {count}" for status, count in sorted(attack.statuses.items())))
    print("most memory of the server, MB, after each tenth:", " ".join(f"{one:.0f}" for one in memory))
    print(f"files stored: {files}; wrong with them: {len(wrong)} (before: {before})")
    print(f"500 or no answer: {len(attack.broken)}; alive afterwards: {alive == 200}")
    for line in [*wrong[:20], *sorted(set(attack.broken))[:20]]:
        print(" ", line)
    sys.exit(1 if wrong or attack.broken or alive != 200 else 0)


if __name__ == "__main__":
    main()
