"""A database with a great many cases, for `tests/load/inbox.py`, whose beginning says what is in it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

YEARS = 5
TEAMS = 100
"""Of each municipality; the first twenty have most of the work."""
OPEN_SHARE = 0.03
COLUMNS = (
    "reference", "gemeente_id", "kind", "status", "visibility", "priority", "team_id", "assignee_id", "category_id",
    "area_id", "lat", "lon", "address", "summary", "language", "photo_count", "decision", "version", "created_at",
    "updated_at", "respond_by", "resolve_by", "responded_at", "closed_at", "due_at", "escalation", "waited_days",
    "instruction", "status_before", "supporter_count",
)  # fmt: skip
STREETS = ("Molenweg", "Kerkstraat", "Dorpsstraat", "Havenkade", "Lindelaan", "Stationsplein", "Vlietkade", "Parklaan")
SUBJECTS = (
    "Er ligt grofvuil naast de container", "Lantaarnpaal brandt niet", "Losse stoeptegel voor de deur",
    "Scooters racen door het park", "Boomtak hangt over het fietspad", "Put loopt over bij regen",
    "Veel zwerfafval bij de speeltuin", "Auto staat al weken op de stoep",
)  # fmt: skip


def build(cases: int) -> None:
    """Fill the migrated database of this process."""
    from django.db import connection, transaction

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    with transaction.atomic():
        places = _places()
    started = time.perf_counter()
    now = datetime.now(UTC)
    rows = _rows(places, cases, now)
    from participation.cases.models import Case

    indexes = list(Case._meta.indexes)
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(Case, index)
    with transaction.atomic(), connection.cursor() as cursor:
        names = ", ".join(COLUMNS)
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY cases_case ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.connection.executemany(
                f"INSERT INTO cases_case ({names}) VALUES ({', '.join('?' * len(COLUMNS))})",  # noqa: S608
                (tuple(str(one)[:26] if isinstance(one, datetime) else one for one in row) for row in rows),
            )
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Case, index)
    _words()
    _newest_reports()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"  built in {time.perf_counter() - started:.0f} s", flush=True)


def _places() -> list[dict[str, Any]]:
    """Areas, teams, people and categories of two municipalities, with what `_rows` draws from."""
    from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
    from shapely.geometry import MultiPolygon, box

    from core.accounts.models import User
    from core.areas.models import Area, Tenant
    from participation.organisations.models import Mandate, Membership, Organisation, Professional, Team
    from participation.routing.actions import provision
    from participation.routing.models import Category, Responsibility

    def area(code: str, level: str, parent: Any, west: float, south: float, east: float, north: float) -> Any:
        row = Area(
            code=code, name=f"{level} {code}", level=level, year=2026, parent=parent,
            gemeente=parent.gemeente if parent else None, geometry=MultiPolygon([box(west, south, east, north)]).wkb,
            west=west, south=south, east=east, north=north, point_lon=(west + east) / 2, point_lat=(south + north) / 2,
        )  # fmt: skip
        row.save()
        if parent is None:
            row.gemeente = row
            row.save()
        return row

    found = []
    for number in (1, 2):
        west = 4.0 + number * 0.5
        town = area(f"GM990{number}", "gemeente", None, west, 52.0, west + 0.16, 52.1)
        buurten = []
        for s in range(4):  # stadsdelen side by side, in each a column of ten wijken of four buurten
            left = west + s * 0.04
            district = area(f"SD990{number}{s}", "stadsdeel", town, left, 52.0, left + 0.04, 52.1)
            for w in range(10):
                bottom = 52.0 + w * 0.01
                wijk = area(f"WK990{number}{s}{w}", "wijk", district, left, bottom, left + 0.04, bottom + 0.01)
                for b in range(4):
                    edge = left + b * 0.01
                    code = f"BU990{number}{s}{w}{b}"
                    buurten.append((s, area(code, "buurt", wijk, edge, bottom, edge + 0.01, bottom + 0.01)))
        Tenant.objects.create(gemeente=town, hostname=f"stad{number}.localhost", is_default=number == 1)
        provision(town.pk)
        organisation = Organisation.objects.get(gemeente=town)
        teams = [
            Team.objects.get(gemeente=town, is_catch_all=True),
            *Team.objects.bulk_create(
                Team(gemeente=town, organisation=organisation, slug=f"team-{t}", name=f"Team {t}")
                for t in range(1, TEAMS)
            ),
        ]
        people: dict[int, list[int]] = {}
        for t, team in enumerate(teams):
            for p in range(10):
                name = f"p{number}-{t}-{p}"
                user = User.objects.create(username=name, name=name, password=UNUSABLE_PASSWORD_PREFIX)
                person = Professional.objects.create(user=user, gemeente=town, name=name, role="Wijkbeheerder")
                Membership.objects.create(professional=person, team=team, confidential=p == 0)
                people.setdefault(team.pk, []).append(person.pk)
        boss = User.objects.create(username=f"boss-{number}", name="Boss")
        boss = Professional.objects.create(user=boss, gemeente=town, name="Boss", role="Beheerder")
        Mandate.objects.create(professional=boss, role=Mandate.Role.MUNICIPALITY_ADMIN)
        # The one who asks: three teams, in one of them with the confidential role.
        user = User.objects.create(username=f"asker-{number}", name="Asker")
        asker = Professional.objects.create(user=user, gemeente=town, name="Asker", role="Wijkbeheerder")
        for t in (1, 2, 3):
            Membership.objects.create(professional=asker, team=teams[t], confidential=t == 1)
            people[teams[t].pk].append(asker.pk)
        categories = list(Category.objects.filter(gemeente=town, parent__isnull=False).order_by("pk"))
        mains = sorted({one.parent_id for one in categories})
        for m, main in enumerate(mains):
            Responsibility.objects.create(gemeente=town, category_id=main, team=teams[1 + m % 19])
        found.append(
            {
                "town": town.pk,
                "buurten": [(s, row.pk, row.west, row.south) for s, row in buurten],
                "teams": [team.pk for team in teams],
                "people": people,
                "categories": [(one.pk, mains.index(one.parent_id), str(one.visibility)) for one in categories],
            }
        )
    return found


def _rows(places: list[dict[str, Any]], cases: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Cases in order of creation. Few kinds and few buurten get many; a team follows from both, mostly."""
    dice = random.Random(7)
    draws = []
    for place in places:
        kinds = [1 / (rank + 3) for rank in range(len(place["categories"]))]
        spots = [1 / (rank % 40 + 10) for rank in range(len(place["buurten"]))]
        draws.append((place, kinds, spots))
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    seen = set()
    for number in range(cases):
        place, kinds, spots = draws[dice.random() < 0.4]
        ((category, main, visibility),) = dice.choices(place["categories"], kinds)
        ((stadsdeel, buurt, west, south),) = dice.choices(place["buurten"], spots)
        teams = place["teams"]
        team = teams[1 + (main * 2 + stadsdeel // 2) % 19] if dice.random() < 0.85 else dice.choice(teams)
        age = timedelta(days=365 * YEARS) * (1 - (number + 1) / cases)
        created = now - age - timedelta(seconds=dice.random())
        # Young cases are mostly open, old ones seldom: 3 % in all.
        is_open = dice.random() < (0.65 if age.days < 365 * YEARS * 0.03 else OPEN_SHARE / 3)
        if is_open:
            status = dice.choices(
                ("received", "assigned", "in-progress", "planned", "waiting", "reopened"), (25, 20, 25, 15, 10, 5)
            )[0]
            closed = None
        else:
            status = "resolved" if dice.random() < 0.94 else "unresolved"
            closed = min(created + timedelta(hours=dice.expovariate(1 / 150)), now)
        assignee = None if status == "received" or dice.random() < 0.05 else dice.choice(place["people"][team])
        responded = None if status == "received" else created + timedelta(hours=5)
        (priority,) = dice.choices(("normal", "high", "low"), (94, 4, 2))
        while True:
            reference = "M-" + "".join(dice.choices(alphabet, k=6))
            if reference not in seen:
                seen.add(reference)
                break
        yield (
            reference, place["town"], "report", status, visibility, priority, team, assignee, category, buurt,
            south + dice.random() * 0.01, west + dice.random() * 0.01,
            f"{dice.choice(STREETS)} {dice.randint(1, 200)}", dice.choice(SUBJECTS), "nl", int(dice.random() < 0.3),
            json.dumps({"team": team, "person": assignee, "reasons": [{"code": "rule", "rule": main}]}), 3, created,
            closed or created + timedelta(hours=5), created + timedelta(days=2), created + timedelta(days=7),
            responded, closed, created + timedelta(days=7) if is_open and status != "waiting" else None, 0, 0, "", "",
            int(dice.random() < 0.03) * dice.randint(1, 9),
        )  # fmt: skip


def _words() -> None:
    """The words of all cases, as `cases.search` would write them one by one."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(
                "INSERT INTO cases_words_fts (rowid, words, contact)"
                " SELECT id, lower(replace(reference, '-', '') || ' ' || substr(reference, 3) || ' ' || summary"
                " || ' ' || address), '' FROM cases_case"
            )
            return
        cursor.execute("DROP INDEX cases_words_found")
        cursor.execute(
            "INSERT INTO cases_words (case_id, vector)"
            " SELECT id, strip(to_tsvector('dutch', lower(summary || ' ' || address)))"
            " || array_to_tsvector(ARRAY["
            "'#q' || date_part('year', created_at) || '-' || date_part('quarter', created_at),"
            " '#g' || gemeente_id, '#h' || team_id, '#t' || team_id, 'k:resident' || id % 5000, 'k:example', 'k:nl',"
            " 'r:' || lower(replace(reference, '-', '')), 'r:' || lower(substr(reference, 3))]) FROM cases_case"
        )
        cursor.execute("CREATE INDEX cases_words_found ON cases_words USING gin (vector)")


def _newest_reports() -> None:
    """Texts and events for the 200 newest cases, of which some are opened."""
    from django.db import transaction

    from core.accounts.actor import RESIDENT
    from participation.cases.events import RECEIVED, tell
    from participation.cases.models import Case
    from participation.reports.models import Report
    from participation.reports.tokens import hash_of, new_seed, token_of

    for case in Case.objects.order_by("-id")[:200]:
        seed = new_seed()
        Report.objects.create(case=case, text=case.summary, tracking_seed=seed, tracking_hash=hash_of(token_of(seed)))
        with transaction.atomic():
            tell(case, RECEIVED, actor=RESIDENT, now=case.created_at, payload={"status": "received"})
