"""What the page of a busy wijk costs: `python tests/load/wijk_page.py [--reports 5000] [--news 200] [--initiatives 60]
[--keep DIR]`.

Fills a new SQLite database with the demonstration and, in one of its wijken, so many reports, news messages and
initiatives (each with a milestone), thirty moments of its story and eight figures. Asks `manage.py serve` over one kept
connection for the page as nothing changes, and after an event in the wijk each time; counts queries with Django's test
client, with an empty cache.
Then Chromium visits it with a cold cache, a CPU four times slower and a line of 1.6 Mbit/s with 150 ms there and back.
Goals: not kept at most 20 queries and p95 under 150 ms; kept p95 under 10 ms; HTML, styles and scripts at most 120 kB;
largest contentful paint under 1.5 s; layout shift under 0.05. With `--keep` the database stays and is used again.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
WIJK, PATH = "WK990102", "/wijken/de-hoven/"
SLOWER, LATENCY, BYTES_PER_SECOND = 4, 150, 1_600_000 / 8
CODE = ("Document", "Stylesheet", "Script")
WATCH = """() => {
  window.shift = 0; window.paint = 0;
  const add = (one) => { if (!one.hadRecentInput) window.shift += one.value; };
  new PerformanceObserver((list) => list.getEntries().forEach(add))
    .observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => { for (const one of list.getEntries()) window.paint = one.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
}"""


def fill(reports: int, news: int, initiatives: int) -> None:
    """The demonstration, and a wijk with a great deal in it."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from cms.news.models import NewsPage
    from cms.wijken.models import Figure, Moment, WijkPage
    from core.areas.models import Area
    from participation.cases.models import Case
    from participation.initiatives.models import Initiative, Milestone

    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    page = WijkPage.objects.get(area__code=WIJK)
    buurten = list(Area.objects.filter(parent=page.area).defer("geometry"))
    like = Case.objects.filter(area__in=buurten, visibility=Case.Visibility.PUBLIC, parent=None)[:50]
    now, chance, kinds = timezone.now(), random.Random(5), list(like)
    rows = []
    for number in range(reports):
        one, area = kinds[number % len(kinds)], buurten[number % len(buurten)]
        created = now - timedelta(minutes=number * 90)
        closed = created + timedelta(hours=chance.randint(2, 300)) if number % 12 else None
        closed = closed if closed and closed < now else None
        rows.append(
            Case(
                reference=f"M-L{number:05d}", gemeente_id=one.gemeente_id, kind=one.kind, area=area,
                status="resolved" if closed else "in-progress", visibility=one.visibility, team_id=one.team_id,
                category_id=one.category_id, lat=chance.uniform(area.south, area.north), created_at=created,
                lon=chance.uniform(area.west, area.east), updated_at=created, closed_at=closed, responded_at=closed,
                resolve_by=created + timedelta(days=5),
            )
        )  # fmt: skip
    Case.objects.bulk_create(rows, batch_size=1000)
    for number in range(initiatives):
        since = now - timedelta(days=number)
        case = Case.objects.create(
            reference=f"I-L{number:05d}", gemeente_id=page.area.gemeente_id, kind=Case.Kind.INITIATIVE,
            area=buurten[number % len(buurten)], status="in-progress", team_id=kinds[0].team_id, created_at=since,
            updated_at=since,
        )  # fmt: skip
        made = Initiative.objects.create(
            gemeente_id=case.gemeente_id, slug=f"initiatief-{number}", case=case, stage="gathering", stage_since=since,
            title=f"Initiatief {number}", what="Samen een tuin maken op het plein.", area=case.area, created_at=since,
            changed_at=since, submitted_at=since, published_at=since,
        )  # fmt: skip
        Milestone.objects.create(initiative=made, title="De eerste oogst", on=(now + timedelta(days=number)).date())
    for number in range(news):
        message = NewsPage(title=f"Bericht {number}", lead="Wat er gebeurde in de wijk.", photo=page.photo)
        message.date = (now - timedelta(days=number)).date()
        page.add_child(instance=message)
    page.moments = [Moment(year=1990 + number, title=f"Jaar {number}", photo=page.photo) for number in range(30)]
    page.figures = [
        Figure(words=f"Cijfer {number}", value="7", source="Voorbeeldcijfer", measured_on=now.date())
        for number in range(8)
    ]
    page.save_revision().publish()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def happen() -> None:
    """Something in the wijk: the page must be made anew."""
    from django.db import transaction
    from django.utils import timezone

    from core.accounts.actor import SYSTEM
    from core.events.log import Happened, record

    with transaction.atomic():
        record(
            Happened(
                type="case.updated", subject="case/none", version=0, actor=SYSTEM, at=timezone.now(),
                audience="resident", gemeente_id=None, streams=[f"wijk:{WIJK}"],
            )
        )  # fmt: skip


def queries() -> int:
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost", "accept-language": "nl"})
    assert client.get(PATH).status_code == 200
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        client.get(PATH)
    return len(asked)


def timed(ask: Callable[[], object], rounds: int, before: Callable[[], None] | None = None) -> str:
    took = []
    for _round in range(rounds):
        if before:
            before()
        started = time.perf_counter()
        ask()
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    return f"p50 {statistics.median(took):6.1f} ms   p95 {took[int(len(took) * 0.95)]:6.1f} ms   ({rounds} times)"


def visit(base: str, rounds: int) -> None:
    """A first visit on a slow phone."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    paints, shifts = [], []
    sizes: Counter[str] = Counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        print(f"Chromium {browser.version}, CPU {SLOWER}x slower, {BYTES_PER_SECOND * 8 / 1e6} Mbit/s, {LATENCY} ms")
        for number in range(rounds):
            context = browser.new_context(
                viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="nl-NL"
            )
            page = context.new_page()
            page.add_init_script(f"({WATCH})()")
            line = context.new_cdp_session(page)
            kinds: dict[str, str] = {}
            line.send("Network.enable")
            line.on(
                "Network.responseReceived", lambda event, kinds=kinds: kinds.update({event["requestId"]: event["type"]})
            )
            if number == 0:
                line.on(
                    "Network.loadingFinished",
                    lambda event, kinds=kinds: sizes.update(
                        {kinds.get(event["requestId"], "Other"): int(event["encodedDataLength"])}
                    ),
                )
            line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            line.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": LATENCY,
                    "downloadThroughput": BYTES_PER_SECOND,
                    "uploadThroughput": BYTES_PER_SECOND,
                },
            )
            page.goto(base + PATH, wait_until="load")
            page.wait_for_timeout(1500)
            paints.append(round(page.evaluate("window.paint") / 1000, 2))
            shifts.append(round(page.evaluate("window.shift"), 3))
            context.close()
        browser.close()
    for kind, many in sizes.most_common():
        print(f"  {kind.lower():<12} {many / 1000:8.1f} kB")
    print(f"HTML, styles and scripts: {sum(sizes[kind] for kind in CODE) / 1000:.1f} kB of 120 kB")
    print(f"Largest contentful paint after {statistics.median(paints)} s {paints}")
    print(f"Layout shift {max(shifts)} {shifts}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--news", type=int, default=200)
    parser.add_argument("--initiatives", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="wijk-page-"))
    os.environ |= {"DATA_DIR": str(folder), "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    os.environ.pop("DATABASE_URL", None)
    is_there = (folder / "wijkplatform.sqlite3").exists()
    import django

    django.setup()
    if not is_there:
        fill(options.reports, options.news, options.initiatives)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" Django {version('django')}, Wagtail {version('wagtail')}, SQLite; {options.reports} reports,"
        f" {options.news} news messages, {options.initiatives} initiatives"
    )
    print(f"Not kept: {queries()} queries")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "EMBEDDED_WORKER": "no"},
    )
    try:
        measure(port, options.rounds)
        if options.visits:
            visit(f"http://127.0.0.1:{port}", options.visits)
    finally:
        server.terminate()
        server.wait(30)
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def measure(port: int, rounds: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(path: str = PATH) -> bytes:
        line.request("GET", path, headers={"Accept-Language": "nl", "Accept-Encoding": "gzip"})
        answer = line.getresponse()
        body = answer.read()
        assert answer.status == 200, answer.status
        return body

    for _attempt in range(120):
        try:
            ask("/healthz")
            break
        except OSError:
            line.close()
            time.sleep(0.5)
    for _warm in range(5):
        happen()
        ask()
    print(f"  made anew: {timed(ask, rounds // 2, happen)}")
    print(f"  kept:      {timed(ask, rounds * 2)}")
    print(f"  healthz:   {timed(lambda: ask('/healthz'), rounds * 2)}")
    print(f"  page of {len(ask()) / 1000:.0f} kB as it goes over the line")


if __name__ == "__main__":
    main()
