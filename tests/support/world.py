"""Two municipalities with a handful of people: what most tests start from.

Waterstad (A) has two wijken side by side around 5.00–5.02 E, 52.00 N; the western one has two
buurten. Duindorp (B) lies apart at 5.10 E. In every permission test stand **Bram** (of the team),
**Carla** (a professional elsewhere) and whoever has no account; **Zoë** works in the other municipality.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from shapely.geometry import MultiPolygon, box

from core.accounts.actor import Actor
from core.accounts.models import User
from core.areas.models import Area, Tenant
from core.areas.queries import tree
from core.areas.tenancy import Scope
from core.snapshots.snapshot import Snapshot
from participation.organisations.access import actor_for
from participation.organisations.models import Membership, Organisation, Professional, Team
from participation.reports.actions import Submitted, submit_report
from participation.reports.rules import ContactGiven, Submission
from participation.routing.models import Category, Question, Responsibility
from tests.support.accounts import sign_in
from tests.support.rows import keep

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
"""A Wednesday, noon in Amsterdam."""
IN_THE_WEST, IN_THE_EAST, IN_B, AT_SEA = (5.002, 52.005), (5.015, 52.005), (5.105, 52.005), (3.5, 52.6)
HOST_A, HOST_B = "waterstad.test", "duindorp.test"


@dataclass(frozen=True)
class World:
    """The rows by name."""

    a: Area
    b: Area
    west: Area
    east: Area
    cleaning: Team
    care: Team
    desk: Team
    desk_b: Team
    bram: Professional
    lotte: Professional
    carla: Professional
    dirk: Professional
    zoe: Professional

    def actor(self, professional: Professional) -> Actor:
        actor = actor_for(professional.user)
        assert actor is not None
        return actor

    def client(self, professional: Professional, **headers: Any) -> Client:
        """A signed-in browser whose second factor was checked."""
        return sign_in(Client(**headers), professional.user)

    def report(self, *, now: datetime | None = None, **changes: Any) -> Submitted:
        """A report as a resident would send it: bulky waste in the west, unless said otherwise."""
        lon, lat = changes.pop("at", IN_THE_WEST)
        values: dict[str, Any] = {
            "text": "Er staat een bank naast de container",
            "category": "grofvuil",
            "contact": ContactGiven(email="anna@example.nl", name="Anna"),
        } | changes
        return submit_report(
            Submission(lon=lon, lat=lat, **values), scope=Scope(None, False), now=now or timezone.now()
        )


def _area(code: str, name: str, level: str, parent: Area | None, bounds: tuple[float, float, float, float]) -> Area:
    outline = MultiPolygon([box(*bounds)])
    west, south, east, north = bounds
    area = Area(
        code=code,
        name=name,
        level=level,
        year=2026,
        parent=parent,
        gemeente=parent.gemeente if parent else None,
        geometry=outline.wkb,
        west=west,
        south=south,
        east=east,
        north=north,
        point_lon=(west + east) / 2,
        point_lat=(south + north) / 2,
    )
    area.save()
    if parent is None:
        area.gemeente = area
        area.save()
    return area


def _person(
    gemeente: Area, name: str, role: str, *places: tuple[Team, bool, str], areas: tuple[Area, ...] = ()
) -> Professional:
    user = User.objects.create(
        username=f"{name.lower()}-{gemeente.code}",
        name=name,
        email=f"{name.lower()}@{gemeente.code}.example.nl".lower(),
    )
    professional = Professional.objects.create(user=user, gemeente=gemeente, name=name, role=role)
    professional.areas.set(areas)
    for team, confidential, place in places:
        Membership.objects.create(professional=professional, team=team, confidential=confidential, role=place)
    return professional


def _category(gemeente: Area, parent: Category | None, slug: str, name: str, **values: Any) -> Category:
    return Category.objects.create(gemeente=gemeente, parent=parent, slug=slug, name=name, **values)


def build_world() -> World:
    """Write the two municipalities; about fifty rows."""
    a = _area("GM9101", "Waterstad", "gemeente", None, (5.0, 52.0, 5.02, 52.01))
    west = _area("WK910101", "Westerwijk", "wijk", a, (5.0, 52.0, 5.01, 52.01))
    east = _area("WK910102", "Oosterwijk", "wijk", a, (5.01, 52.0, 5.02, 52.01))
    _area("BU91010101", "Haven", "buurt", west, (5.0, 52.0, 5.005, 52.01))
    _area("BU91010102", "Plantsoen", "buurt", west, (5.005, 52.0, 5.01, 52.01))
    b = _area("GM9102", "Duindorp", "gemeente", None, (5.1, 52.0, 5.11, 52.01))
    _area("WK910201", "Duinwijk", "wijk", b, (5.1, 52.0, 5.11, 52.01))
    Tenant.objects.create(gemeente=a, hostname=HOST_A, is_default=True)
    Tenant.objects.create(gemeente=b, hostname=HOST_B)
    Snapshot.forget_all()

    city = Organisation.objects.create(gemeente=a, slug="gemeente", name="Gemeente Waterstad")
    welfare = Organisation.objects.create(gemeente=a, slug="welzijn", name="Welzijn Waterstad", kind="welfare")
    city_b = Organisation.objects.create(gemeente=b, slug="gemeente", name="Gemeente Duindorp")
    cleaning = Team.objects.create(gemeente=a, organisation=city, slug="reiniging", name="Reiniging")
    care = Team.objects.create(gemeente=a, organisation=welfare, slug="wijkteam", name="Wijkteam")
    desk = Team.objects.create(gemeente=a, organisation=city, slug="kcc", name="Klantcontact", is_catch_all=True)
    desk_b = Team.objects.create(gemeente=b, organisation=city_b, slug="kcc", name="Klantcontact", is_catch_all=True)

    clean = _category(a, None, "schoon", "Schoon")
    _category(
        a,
        clean,
        "grofvuil",
        "Grofvuil naast de container",
        visibility="public",
        response_days=1,
        resolve_days=3,
        promise="Binnen 3 werkdagen opgehaald",
        keywords=["bank", "matras", "grofvuil", "koelkast"],
    )
    whole = _category(a, None, "heel", "Heel")
    light = _category(
        a,
        whole,
        "straatverlichting",
        "Straatverlichting",
        visibility="public",
        response_days=1,
        resolve_days=21,
        keywords=["lamp", "lantaarn", "donker"],
    )
    Question.objects.create(category=light, key="mast", label="Welk nummer staat op de mast?", type="text")
    nuisance = _category(a, None, "overlast", "Overlast")
    _category(
        a,
        nuisance,
        "burenoverlast",
        "Burengeluid en ruzie",
        visibility="confidential",
        response_days=2,
        resolve_days=10,
        keywords=["buren", "lawaai"],
    )
    other = _category(a, None, "overig", "Overig", position=99)
    _category(a, other, "anders", "Anders", visibility="limited")
    other_b = _category(b, None, "overig", "Overig", position=99)
    _category(b, other_b, "anders", "Anders", visibility="public")
    Responsibility.objects.create(gemeente=a, category=clean, team=cleaning)
    Responsibility.objects.create(gemeente=a, category=nuisance, team=care)

    return World(
        a=a,
        b=b,
        west=west,
        east=east,
        cleaning=cleaning,
        care=care,
        desk=desk,
        desk_b=desk_b,
        bram=_person(a, "Bram", "Wijkbeheerder", (cleaning, False, "member"), areas=(west,)),
        lotte=_person(a, "Lotte", "Teamleider", (cleaning, True, "lead"), (desk, False, "member"), areas=(east,)),
        carla=_person(a, "Carla", "Maatschappelijk werker", (care, True, "member"), areas=(west,)),
        dirk=_person(a, "Dirk", "Opbouwwerker", (care, False, "member"), areas=(west,)),
        zoe=_person(b, "Zoë", "Wijkbeheerder", (desk_b, True, "member")),
    )


@pytest.fixture
def world(db: None) -> World:
    """The world inside a test's transaction."""
    return keep("world", build_world)


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The world, committed: for threads and other processes."""
    return keep("world", build_world)


def report_body(**changes: Any) -> dict[str, Any]:
    """A `POST /api/v1/reports` body that is right."""
    lon, lat = changes.pop("at", IN_THE_WEST)
    return {
        "text": "Er ligt grofvuil naast de container",
        "location": {"type": "Point", "coordinates": [lon, lat]},
        "category": "grofvuil",
    } | changes


def key() -> str:
    """A new Idempotency-Key."""
    return str(uuid4())


__all__ = ["World", "build_world", "committed_world", "key", "report_body", "tree", "world"]
