"""What 20,000 initiatives cost: `python tests/load/initiatives.py [--initiatives 20000] [--rounds 30]`.

Fills a new database (SQLite in a temporary folder, or the empty one of DATABASE_URL) with the demonstration's areas and
people and, in one municipality, so many initiatives with a photo, a way through the stages and, one in six, a request
for help. Asks Django's test client for the list with every filter and order, a page deep in it by its cursor, the API,
the points of the map and the page of one. Goals: the list p95 under 100 ms and at most 8 queries, whatever is asked;
a deep page at most 1.5 times the first; the page of one at most 15 queries.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
HOST, GEMEENTE, BATCH = "vlietstede.localhost", "GM9901", 1000
WORDS = (  # noqa: SIM905
    "tuin straat buren samen eten bank bomen kinderen spelen muziek fiets koffie boeken repareren wandelen water groen "
    "plein school soep taal sport feest markt zorg veilig licht vogels bloemen moestuin kas gereedschap"
).split()


def fill(many: int) -> None:
    """The demonstration's ground, and the initiatives."""
    from django.core.management import call_command
    from django.utils import timezone

    from config.demo import world
    from core.areas.models import Area
    from core.media.models import Photo
    from participation.cases.models import Case
    from participation.initiatives.models import HelpRequest, Initiative, InitiativePhoto, StepTaken
    from participation.initiatives.models.initiative import FOUND_BY, folded
    from participation.initiatives.states import ENDED, Stage
    from participation.organisations.models import Team
    from participation.routing.models import Theme

    call_command("migrate", verbosity=0)
    now, chance = timezone.now(), random.Random(6)
    world.build(now=now)
    buurten = list(Area.objects.filter(gemeente__code=GEMEENTE, level="buurt").defer("geometry"))
    themes = list(Theme.objects.filter(gemeente__code=GEMEENTE))
    team = Team.objects.get(gemeente__code=GEMEENTE, is_catch_all=True)
    gemeente_id = team.gemeente_id
    stages = [Stage.TALKING, Stage.GATHERING, Stage.GATHERING, Stage.PLAN, Stage.DOING, Stage.DOING, Stage.DONE]
    stages += [Stage.STOPPED, Stage.RESTING]

    def case(kind: str, number: int, at: Any, area: Any) -> Case:
        return Case(
            reference=f"{kind[0].upper()}-L{number:06d}", gemeente_id=gemeente_id, kind=kind, area=area,
            status="assigned", visibility="limited", team=team, created_at=at, updated_at=at, responded_at=at,
        )  # fmt: skip

    def text(length: int) -> str:
        return " ".join(chance.choices(WORDS, k=length)).capitalize() + "."

    for start in range(0, many, BATCH):
        numbers = range(start, min(start + BATCH, many))
        areas = [chance.choice(buurten) for _number in numbers]
        moments = [now - timedelta(minutes=11 * number + 60) for number in numbers]
        cases = [case("initiative", *one) for one in zip(numbers, moments, areas, strict=True)]
        Case.objects.bulk_create(cases)
        rows = []
        for number, at, area, own in zip(numbers, moments, areas, cases, strict=True):
            stage = chance.choice(stages)
            one = Initiative(
                gemeente_id=gemeente_id, slug=f"plan-{number}", case=own, stage=stage, stage_since=at,
                title=f"{text(3)[:-1]} {number}", what=text(40), why=text(30), who=text(20), wanted=text(10),
                area=area, lat=chance.uniform(area.south, area.north), lon=chance.uniform(area.west, area.east),
                theme=chance.choice(themes), created_at=at, changed_at=at, submitted_at=at, published_at=at,
                ended_at=at if stage in ENDED else None, needed=40, support_count=chance.randrange(80),
                paper_count=chance.choice((0, 0, 12)),
            )  # fmt: skip
            one.found_by = folded("\n".join(getattr(one, name) for name in FOUND_BY))
            rows.append(one)
        Initiative.objects.bulk_create(rows)
        photos = [Photo(width=1000, height=750, bytes=1, is_public=True, created_at=now, claimed_at=now) for _ in rows]
        Photo.objects.bulk_create(photos)
        InitiativePhoto.objects.bulk_create(
            InitiativePhoto(initiative=one, photo=photo) for one, photo in zip(rows, photos, strict=True)
        )
        StepTaken.objects.bulk_create(
            StepTaken(initiative=one, name="accept", from_stage="idea", to_stage="talking", at=now) for one in rows
        )
        asking = rows[::6]
        helps = [case("help-request", start + at, now, one.area) for at, one in enumerate(asking)]
        Case.objects.bulk_create(helps)
        HelpRequest.objects.bulk_create(
            HelpRequest(initiative=one, case=own, kind="hands", what=text(8), seen_by="everybody", created_at=now)
            for one, own in zip(asking, helps, strict=True)
        )
    print(f"Filled with {Initiative.objects.count():,} initiatives.")


def measure(name: str, ask: Callable[[], None], rounds: int, most: int) -> tuple[float, bool]:
    """Milliseconds at the 95th percentile, and whether it kept to its queries."""
    from django.db import connection

    asked: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    ask()
    with connection.execute_wrapper(count):
        ask()
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{name:44} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   {len(asked):2} queries")
    return p95, len(asked) <= most


def run(rounds: int) -> bool:
    from django.core.cache import cache
    from django.test import Client

    client = Client(headers={"host": HOST, "accept-language": "nl"})

    def get(path: str, **headers: str) -> Callable[[], None]:
        def ask() -> None:
            cache.clear()  # also what counts how often somebody asks
            answer = client.get(path, headers=headers)
            assert answer.status_code == 200, (path, answer.status_code)

        return ask

    def deep(path: str, pages: int) -> str:
        address = path
        for _page in range(pages):
            cache.clear()
            after = re.search(r'rel="next" href="([^"]+)"', client.get(address).content.decode())
            if after is None:
                break
            address = f"/initiatieven/{unescape(after[1])}"
        return address

    base = "/initiatieven/"
    asked = {
        "first page": base,
        "wijk": f"{base}?wijk=WK990102",
        "buurt": f"{base}?wijk=BU99010204",
        "stage": f"{base}?fase=steun",
        "under way": f"{base}?fase=loopt",
        "theme": f"{base}?thema=groen",
        "help is wanted": f"{base}?hulp=1",
        "words that many have": f"{base}?q=tuin+koffie",
        "a word that one has": f"{base}?q=19876",
        "a word that nobody has": f"{base}?q=xyzzy",
        "everything at once": f"{base}?wijk=WK990102&fase=steun&thema=groen&hulp=1&q=tuin&volgorde=steun",
        "most support": f"{base}?volgorde=steun",
        "almost enough support": f"{base}?volgorde=bijna",
        "page 150": deep(base, 150),
        "page 150 of most support": deep(f"{base}?volgorde=steun", 150),
    }
    found = {name: measure(name, get(path), rounds, 8) for name, path in asked.items()}
    api = "/api/v1/initiatives"
    found["API"] = measure("API, 50 rows", get(f"{api}?limit=50"), rounds, 8)
    found["map"] = measure(
        "map, 200 points", get(f"{api}?limit=200&area={GEMEENTE}", accept="application/geo+json"), rounds, 8
    )
    well = all(p95 < 100 and kept for p95, kept in found.values())
    flat = found["page 150"][0] <= 1.5 * found["first page"][0] + 2
    _one, kept = measure("the page of one", get(f"{base}plan-77/"), rounds, 15)
    print(f"list p95 < 100 ms and ≤ 8 queries: {well}; deep as the first: {flat}; one ≤ 15 queries: {kept}")
    return well and flat and kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--initiatives", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--keep", type=Path, help="where the database stays, to be used again")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = said.keep or Path(folder)
        os.environ.update(DATA_DIR=str(data), DEMO="1", DJANGO_SETTINGS_MODULE="config.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection

        from participation.initiatives.models import Initiative

        settings.ALLOWED_HOSTS = ["*"]
        if "initiatives_initiative" not in connection.introspection.table_names() or not Initiative.objects.exists():
            fill(said.initiatives)
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
            f"Django {version('django')}, {connection.vendor}, {Initiative.objects.count():,} initiatives"
        )
        sys.exit(0 if run(said.rounds) else 1)


if __name__ == "__main__":
    main()
