"""What the results of a large poll cost: `tests/load/poll_results.py [--ballots 100000] [--rounds 200] [--keep DIR]`.

Fills a new SQLite database with a poll with a question of each kind that is counted and so many ballots, straight into
roll and box. Counts them in steps as the worker does, compares the totals with a recount, and asks for the page and the
API through all of Django, first while people vote and then when it has closed. Goal: p95 of the page under 50 ms,
whatever the number of ballots. Tells as well what closing costs: sealing, the outcomes, the published file and its
recount. With `--keep` the database stays, and is used again as long as the poll in it is open.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from participation.polls.models import Poll

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
SLUG, HOST = "grote-peiling", "waterstad.test"
WORDS = ["Groen", "Rust", "Spelen", "Licht", "Bankjes", "Water"]
QUESTIONS: list[dict[str, Any]] = [
    {"kind": "single", "title": "Welke boom komt er op het plein?", "options": WORDS},
    {"kind": "multiple", "title": "Wat hoort erbij?", "options": WORDS, "most": 3},
    {"kind": "ranking", "title": "Wat is het belangrijkst?", "options": WORDS, "rule": "schulze"},
    {"kind": "scale", "title": "Hoe is het plein nu?"},
    {
        "kind": "budget",
        "title": "Waar gaat het geld heen?",
        "options": [f"Plan {number}" for number in range(24)],
        "cents": 100_000_00,
        "form": "approval",
        "rule": "equal-shares",
    },
]


def fill(ballots: int) -> Poll:
    """A small municipality, and an open poll with so many ballots that are not counted yet."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from participation.polls.actions.stepping import take_step
    from participation.polls.models import Ballot, Poll, RollEntry
    from participation.polls.voter import LETTERS
    from tests.participation.polls.conftest import poll_categories, prepared
    from tests.support.world import build_world

    call_command("migrate", verbosity=0)
    world, chance = build_world(), random.Random(7)
    poll_categories(world)
    questions = [
        told | {"options": [{"label": one, "cents": chance.randrange(2, 30) * 1000_00} for one in told["options"]]}
        if told["kind"] == "budget"
        else told
        for told in QUESTIONS
    ]
    poll = prepared(world, questions=questions, shows=1)
    take_step(slug=poll.slug, name="open", actor=world.actor(world.dirk), now=timezone.now())
    Poll.objects.filter(pk=poll.pk).update(slug=SLUG)
    asked = [(one.pk, one.kind, [row.pk for row in one.options.all()]) for one in poll.questions.all()]
    for start in range(0, ballots, 5000):
        rows = []
        for _ in range(min(5000, ballots - start)):
            choices: dict[str, Any] = {}
            for pk, kind, ids in asked:
                few = chance.sample(ids, chance.randrange(1, 4)) if ids else []
                choices[str(pk)] = (
                    chance.randrange(1, 6) if kind == "scale" else few[0] if kind == "single"
                    else few if kind == "ranking" else sorted(few)
                )  # fmt: skip
            receipt = "-".join("".join(chance.choices(LETTERS, k=5)) for _group in range(4))
            rows.append(Ballot(id=chance.randrange(2**62), poll=poll, receipt=receipt, choices=choices))
        Ballot.objects.bulk_create(rows, batch_size=1000)
        RollEntry.objects.bulk_create(
            [RollEntry(poll=poll, voter=f"{chance.randrange(2**200):043d}"[-43:]) for _row in rows], batch_size=1000
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Poll.objects.select_related("case").get(pk=poll.pk)


def count(poll: Poll) -> None:
    from django.utils import timezone

    from participation.polls.actions.counting import count_ballots, recount
    from participation.polls.models import Standing

    started, steps = time.perf_counter(), 0
    while count_ballots(poll.pk, now=timezone.now()):
        steps += 1
    took = time.perf_counter() - started
    standing = Standing.objects.get(poll=poll)
    print(f"Counted {standing.ballots:,} ballots in {steps} steps and {took:.1f} s")
    started = time.perf_counter()
    assert recount(poll) == standing.totals
    print(f"The same from scratch in {time.perf_counter() - started:.1f} s")


def close(poll: Poll, ballots: int) -> None:
    from participation.polls.actions.stepping import close_in_time
    from participation.polls.actions.working_out import work_out_poll
    from participation.polls.counting.published import verify
    from participation.polls.queries.published import published_lines

    assert poll.closes_at is not None
    moment = poll.closes_at + timedelta(seconds=1)
    started = time.perf_counter()
    assert close_in_time(poll.pk, now=moment)
    print(f"Closed and sealed in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    assert work_out_poll(poll.pk, now=moment)
    print(f"Outcomes and file in {time.perf_counter() - started:.1f} s, in the background")
    poll.refresh_from_db()
    started = time.perf_counter()
    found = verify(published_lines(poll, whole=True))
    assert (found.wrong, found.ballots, found.digest) == ([], ballots, poll.published.digest)
    print(f"The published file recounted in {time.perf_counter() - started:.1f} s: nothing wrong; "
          f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip


def measure(rounds: int) -> None:
    """Through all of Django, without the network."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": HOST, "accept-language": "nl"})
    for name, path in (("page", f"/peilingen/{SLUG}/uitslag/"), ("API", f"/api/v1/polls/{SLUG}/results")):
        took: list[float] = []
        size = 0
        for _round in range(rounds + 5):
            started = time.perf_counter()
            answer = client.get(path)
            took.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, answer.content[:300]
            size = len(answer.content)
        took = sorted(took[5:])
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        print(f"  {name:<5} p50 {statistics.median(took):5.1f} ms   p95 {took[int(len(took) * 0.95)]:5.1f} ms   "
              f"{len(asked)} queries   {size / 1000:.1f} kB   ({rounds} times)")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="poll-results-"))
    is_there = (folder / "wijkplatform.sqlite3").exists()
    os.environ |= {"DATA_DIR": str(folder), "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    os.environ |= {"ALLOWED_HOSTS": f"localhost,{HOST}", "THROTTLE_PUBLIC": "1000000/minute"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"Django {version('django')}, SQLite; {options.ballots:,} ballots, {len(QUESTIONS)} questions")  # fmt: skip
    import config.urls  # noqa: F401  (all of it before the clock runs)
    from participation.polls.models import Poll

    poll = Poll.objects.select_related("case").get(slug=SLUG) if is_there else fill(options.ballots)
    count(poll)
    print("While people vote:")
    measure(options.rounds)
    close(poll, options.ballots)
    print("When it has closed:")
    measure(options.rounds)
    if not options.keep:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
