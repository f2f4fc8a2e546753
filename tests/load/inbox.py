"""The desk's inbox and the public lists over a great many cases: times over HTTP, queries per request, growth.

    .venv/bin/python tests/load/inbox.py [--cases 10000 1000000] [--requests 200] [--page 1000] [--keep NAME]

Builds, for each size, a new database beside DATABASE_URL (or on SQLite; fewer cases then): two
municipalities with 4 stadsdelen, 40 wijken and 160 buurten each, 200 teams, 2,000 professionals, cases of five
years of which 97 % are closed. Only the 200 newest have a report and events; the rest are rows of the table
of cases and its words. One who asks works in three teams (among them the two with most cases), another administers
a municipality. Then asks `manage.py serve` over one kept connection, requests of all questions in turn, and counts
queries with Django's test client. In turn with them the least Django can do for somebody signed in, on a server of
its own (`tests/load/bare/signed_in.py`): times differ by the hour, what is between the two does not. "Ratio" is to
the first page of the same size; the last column is the p50 at the largest size over that at the smallest. With
`--keep` the databases stay, as NAME_<cases>, and are used again.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from tests.load.inbox_database import build  # noqa: E402
from tests.support.live.servers import Database, Server, until  # noqa: E402

ALL = "all teams: "
"""Begins the name of what is asked by an administrator of the municipality, who sees the cases of all its teams."""
BARE = "bare, signed in"


# --- the questions ----------------------------------------------------------------------------


def questions(page: int) -> dict[str, str]:
    """Name → path; needs the database of this process."""
    from participation.cases.models import Case
    from participation.organisations.models import Membership, Professional

    asker = Professional.objects.get(user__username="asker-1")
    mine = Case.objects.filter(team__memberships__professional=asker)
    # The category this person's teams see most, and its main category; the same for the area.
    some = mine.filter(report__isnull=False).select_related("category__parent", "area__parent__parent").first()
    assert some is not None and some.category is not None and some.category.parent is not None
    other = Membership.objects.filter(team=some.team).exclude(professional=asker).first()
    assert other is not None
    buurt = some.area
    cases = {
        "page 1": "",
        "view=new": "view=new",
        "view=mine": "view=mine",
        "view=team": "view=team",
        "view=waiting": "view=waiting",
        "view=late": "view=late",
        "view=closed": "view=closed",
        "status=planned": "status=planned",
        "status=unresolved": "status=unresolved",
        "status=resolved,unresolved": "status=resolved,unresolved",
        "area=gemeente": "area=GM9901",
        "area=stadsdeel": f"area={buurt.parent.parent.code}",
        "area=wijk": f"area={buurt.parent.code}",
        "area=buurt": f"area={buurt.code}",
        "category=main": f"category={some.category.parent.slug}",
        "category=sub": f"category={some.category.slug}",
        "category=never here": "category=" + _never(mine),
        "organisation": f"organisation={some.team.organisation.slug}",
        "priority=high": "priority=high",
        "priority=normal": "priority=normal",
        "visibility=limited": "visibility=limited",
        "created after": f"createdAfter={some.created_at - timedelta(days=90):%Y-%m-%d}",
        "created before": f"createdBefore={some.created_at - timedelta(days=900):%Y-%m-%d}",
        "hasPhoto": "hasPhoto=true",
        "supporters": "supporters=3",
        "parts": "parts=true",
        "unread": "unread=true",
        "view=handovers": "view=handovers",
        "view=mentions": "view=mentions",
        "by deadline": "ordering=dueAt",
        "by last change": "ordering=-updatedAt",
        "late by deadline": "view=late&ordering=dueAt",
        "team": "team=team-2",
        "assignee=me": "assignee=me",
        "assignee=none": "assignee=none",
        "assignee=other": f"assignee={other.professional_id}",
        "late=true": "late=true",
        "late=false": "late=false",
        "kind=report": "kind=report",
        "kind=poll": "kind=poll",
        "q=reference": f"q={some.reference}",
        "q=word": "q=grofvuil",
        "q=rare": f"q={some.address.replace(' ', '%20')}",
        "q=two words": "q=grofvuil%20molenweg",
        "q=beginning": "q=sto",
        "q=contact": "q=resident77%20",
        "q=word, mine": "q=grofvuil&view=mine",
        "q=word, oldest first": "q=grofvuil&ordering=createdAt",
        "q=nothing": "q=onvindbaar",
        "bbox=street": f"bbox={some.lon - 0.002},{some.lat - 0.002},{some.lon + 0.002},{some.lat + 0.002}",
        "bbox=town": "bbox=4.5,52.0,4.66,52.1",
        "bbox=elsewhere": "bbox=3,51,3.1,51.1",
        "several": f"area={buurt.parent.code}&category={some.category.parent.slug}&status=resolved&late=false",
        "oldest first": "ordering=createdAt",
    }
    spot = f"{some.lon - 0.004},{some.lat - 0.002},{some.lon + 0.004},{some.lat + 0.002}"
    everywhere = ("page 1", "view=new", "view=team", "view=late", "view=closed", "status=unresolved", "area=wijk",
                  "category=main", "team", "priority=high", "hasPhoto", "by deadline", "by last change", "q=word",
                  "q=rare", "q=nothing", "several")  # fmt: skip
    return (
        {name: f"/api/v1/cases?{query}" for name, query in cases.items()}
        | {f"{ALL}{name}": f"/api/v1/cases?{cases[name]}" for name in everywhere}
        | {f"{ALL}counts": "/api/v1/cases/_count"}
        | {
            f"page {page:,}": "",
            "counts": "/api/v1/cases/_count",
            "one case": f"/api/v1/cases/{some.reference}",
            "reports": "/api/v1/reports",
            "reports bbox=street": f"/api/v1/reports?bbox={spot}",
            "reports bbox=town": "/api/v1/reports?bbox=4.5,52.0,4.66,52.1",
            "reports area=wijk": f"/api/v1/reports?area={buurt.parent.code}",
            "reports open, wijk": f"/api/v1/reports?area={buurt.parent.code}&status=open",
            "reports open": "/api/v1/reports?status=open",
            "reports category": f"/api/v1/reports?category={some.category.slug}",
            "nearby": f"/api/v1/reports/_nearby?lon={some.lon}&lat={some.lat}",
        }
    )  # fmt: skip


def _never(mine: Any) -> str:
    """A category that none of the person's cases has, or the one they have least."""
    from django.db.models import Count

    from participation.routing.models import Category

    known = dict(mine.order_by().values_list("category__slug").annotate(Count("id")))
    slugs = Category.objects.filter(gemeente__code="GM9901", parent__isnull=False).values_list("slug", flat=True)
    return min(slugs, key=lambda slug: known.get(slug, 0))


# --- measuring --------------------------------------------------------------------------------


class Asker:
    """One kept connection, signed in."""

    def __init__(self, address: str, sessions: dict[str, str]) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self.sessions = sessions

    def ask(self, path: str, name: str = "") -> tuple[float, Any]:
        """Milliseconds, and the body."""
        session = self.sessions[ALL if name.startswith(ALL) else ""]
        headers = {"Cookie": f"sessionid={session}", "Accept": "application/json, application/geo+json"}
        started = time.perf_counter()
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - started) * 1000
        assert answer.status == 200, (path, answer.status, body[:300])
        return took, json.loads(body)

    def walk(self, pages: int) -> str:
        """The path of a far page, found by following `next`."""
        path = "/api/v1/cases?limit=50"
        for _step in range(pages - 1):
            _took, body = self.ask(path)
            if body["next"] is None:
                break
            parts = urlsplit(body["next"])
            path = f"{parts.path}?{parts.query}"
        return path


def count_queries(paths: dict[str, str], sessions: dict[str, str]) -> dict[str, int]:
    """Queries of the second request of each kind, configuration being in memory by then."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    found = {}
    for name, path in paths.items():
        client.cookies["sessionid"] = sessions[ALL if name.startswith(ALL) else ""]
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200, path
        found[name] = len(caught)
    return found


class BareServer(Server):
    """The least Django can do for somebody signed in, on the same database."""

    def start(self) -> Server:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "uvicorn", "tests.load.bare.signed_in:application", "--port",
             str(self.port), "--log-level", "error", "--no-access-log", "--lifespan", "off"],
            cwd=ROOT, text=True,
            env=self.database.environment(**self.environment) | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
        )  # fmt: skip
        until(self._answers, "the bare server answers")
        return self


def measure(cases: int, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Every question's p50, p95 (ms) and queries, over one database size; runs in a process of its own."""
    folder = Path(tempfile.mkdtemp())
    kept = f"{options.keep}_{cases}" if options.keep else ""
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR",
        "REDIS_URL": os.environ.get("REDIS_URL", ""), "THROTTLE_PUBLIC": "1000000/minute",
        "THROTTLE_STAFF": "1000000/minute", "THROTTLE_INBOX": "1000000/minute",
    }  # fmt: skip
    database, is_new = _database(folder, kept, own)
    try:
        step = ["build"] if is_new else []
        for name in [*step, "questions"]:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", __file__, "--step", name, "--cases", str(cases), "--page",
                 str(options.page)],
                env=database.environment(**own), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
            if name == "build":
                print(done.stdout, end="", flush=True)
        known = json.loads(done.stdout)
        paths, sessions, queries = known["paths"], known["sessions"], known["queries"] | {BARE: 2}
        server, bare = Server(database, **own), BareServer(database, **own)
        try:
            server.start()
            bare.start()
            asker, idle = Asker(server.address(""), sessions), Asker(bare.address(""), sessions)
            paths[f"page {options.page:,}"] = asker.walk(options.page)
            paths[BARE] = "/"
            times: dict[str, list[float]] = {name: [] for name in paths}
            for round_ in range(options.requests + 5):
                for name, path in paths.items():
                    took, _body = (idle if name == BARE else asker).ask(path, name)
                    if round_ >= 5:
                        times[name].append(took)
            return {
                name: {
                    "p50": statistics.median(taken),
                    "p95": statistics.quantiles(taken, n=20)[18],
                    "queries": queries.get(name, queries["page 1"]),
                }
                for name, taken in times.items()
            }
        finally:
            for one in (server, bare):
                if one.process is not None:
                    one.stop()
    finally:
        if not kept:
            database.drop()


def _database(folder: Path, kept: str, own: dict[str, str]) -> tuple[Database, bool]:
    """A database of the product's own tables, and whether it has to be filled."""
    database = Database.__new__(Database)
    database.folder = folder
    database.admin_url = os.environ.get("DATABASE_URL", "")
    database.name = kept or f"inbox_{os.getpid()}"
    database.url = f"sqlite:///{folder / 'inbox.sqlite3'}"
    is_new = True
    if database.admin_url.startswith("postgres"):
        import psycopg

        database.url = database.admin_url.rpartition("/")[0] + f"/{database.name}"
        with psycopg.connect(database.admin_url, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database.name]).fetchone()
        is_new = known is None
        if is_new:
            database._on_server(f'CREATE DATABASE "{database.name}"')
    elif kept:
        database.url = f"sqlite:///{Path(tempfile.gettempdir()) / kept}.sqlite3"
        is_new = not Path(database.url.removeprefix("sqlite:///")).exists()
    if is_new:
        database.manage("migrate", "-v0", **own)
    return database, is_new


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, nargs="+")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--page", type=int, default=1000)
    parser.add_argument("--keep", default="")
    parser.add_argument("--step", choices=["build", "questions"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        import django

        django.setup()
        from core.accounts.models import User
        from tests.support.accounts import session_for

        if options.step == "build":
            build(options.cases[0])
            return
        paths = questions(options.page)
        sessions = {
            kind: session_for(User.objects.get(username=name)) for kind, name in (("", "asker-1"), (ALL, "boss-1"))
        }
        asked = {name: path for name, path in paths.items() if path}
        print(json.dumps({"paths": paths, "sessions": sessions, "queries": count_queries(asked, sessions)}))
        return
    on_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    sizes = options.cases or ([10_000, 1_000_000] if on_postgres else [10_000, 100_000])
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Django {version('django')},"
        f" {_engine()}; {options.requests} requests of each kind, 1 client, 50 rows",
        flush=True,
    )
    found = {}
    for size in sizes:
        print(f"{size:,} cases", flush=True)
        found[size] = measure(size, options)
    small, large = min(sizes), max(sizes)
    for size in sizes:
        first = found[size]["page 1"]["p50"]
        print(f"\n{size:,} cases{'':<23} p50 ms   p95 ms  queries  ratio  growth")
        for name, numbers in found[size].items():
            growth = f"{numbers['p50'] / found[small][name]['p50']:6.2f}" if size == large != small else ""
            print(
                f"{name:<34} {numbers['p50']:8.1f} {numbers['p95']:8.1f} {numbers['queries']:8.0f}"
                f" {numbers['p50'] / first:6.2f}  {growth}"
            )


def _engine() -> str:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0].split()[0] if row else '?'}"


if __name__ == "__main__":
    main()
