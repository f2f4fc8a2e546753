"""The demonstration's municipalities, organisations, teams, people and rules; made or brought up to date."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from config.demo import content
from core.accounts.models import User
from core.areas.importing import import_areas
from core.areas.models import Area, Tenant
from core.areas.queries import LEVELS
from core.media.actions import claim_photos, store_upload
from participation.organisations.models import Absence, Mandate, Membership, Organisation, Professional, Team
from participation.routing.models import Category, Responsibility

PASSWORD = "welkom-in-de-wijk"  # noqa: S105  (demo accounts are worthless while demonstration mode is off)
"""Of every demo account."""


DESKS = {"beheerder": "Beheerder (demo)", "redacteur": "Redacteur (demo)"}
"""Accounts that are nobody's face: the administrator (a superuser) and the editor of the pages."""


def build(*, now: datetime) -> None:
    """Everything but the reports and pages. Repeatable: rows are found by code, slug or username."""
    with transaction.atomic():
        for level in ("gemeente", "wijk", "buurt"):
            assert level in LEVELS
            import_areas(path=content.AREAS, level=level, now=now, year=now.year)
        areas = {area.code: area for area in Area.objects.filter(gemeente__code__in=content.GEMEENTEN)}
        said = content.people()
        for one in said["municipality"]:
            _tenant(areas[one["code"]], one)
        organisations = {
            (one["gemeente"], one["slug"]): _organisation(areas[one["gemeente"]], one) for one in said["organisation"]
        }
        teams = {one["slug"]: _team(areas[one["gemeente"]], organisations, one) for one in said["team"]}
        password = make_password(PASSWORD)
        for username, name in DESKS.items():
            _desk(username, name, password)
        fresh = [one for one in said["person"] if not User.objects.filter(username=one["username"]).exists()]
        people = {one["username"]: _person(one, areas, teams, password, now) for one in fresh}
        for one in fresh:
            if "mandate" in one:
                employer = organisations.get((content.VLIETSTEDE, one.get("organisation", "")))
                Mandate.objects.create(professional=people[one["username"]], role=one["mandate"], organisation=employer)
        _absences(said["absence"], people, now)
        for one in said["team"]:
            _rules(teams[one["slug"]], one, areas)


def _tenant(gemeente: Area, said: dict[str, Any]) -> None:
    default_elsewhere = Tenant.objects.filter(is_default=True).exclude(gemeente=gemeente).exists()
    Tenant.objects.update_or_create(
        gemeente=gemeente,
        defaults={
            "hostname": said["hostname"],
            "is_default": said["is_default"] and not default_elsewhere,
            "sender": said["sender"],
            "is_demo": True,
        },
    )


def _organisation(gemeente: Area, said: dict[str, Any]) -> Organisation:
    """The municipality's own one is there since the import; it gets our name for it."""
    own = Organisation.objects.filter(gemeente=gemeente).order_by("pk")
    found = own.filter(slug=said["slug"]).first()
    if found is None and said["kind"] == Organisation.Kind.MUNICIPALITY:
        found = own.filter(kind=said["kind"]).first()
    organisation = found or Organisation(gemeente=gemeente)
    organisation.slug, organisation.name, organisation.kind = said["slug"], said["name"], said["kind"]
    organisation.save()
    return organisation


def _team(gemeente: Area, organisations: dict[tuple[str, str], Organisation], said: dict[str, Any]) -> Team:
    """The catch-all team is there since the import; it becomes the one of ours that catches all."""
    own = Team.objects.filter(gemeente=gemeente)
    found = own.filter(slug=said["slug"]).first()
    catches_all = said.get("is_catch_all", False)
    if found is None and catches_all:
        found = own.filter(is_catch_all=True).first()
    team = found or Team(gemeente=gemeente)
    team.organisation = organisations[said["gemeente"], said["organisation"]]
    team.slug, team.name = said["slug"], said["name"]
    team.is_catch_all, team.picks_person = catches_all, said.get("picks_person", True)
    team.save()
    return team


def _desk(username: str, name: str, password: str) -> None:
    User.objects.get_or_create(
        username=username,
        defaults={
            "name": name,
            "email": f"{username}@vlietstede.example",
            "password": password,
            "is_demo": True,
            "is_staff": username == "beheerder",
            "is_superuser": username == "beheerder",
        },
    )


def _person(
    said: dict[str, Any], areas: dict[str, Area], teams: dict[str, Team], password: str, now: datetime
) -> Professional:
    gemeente = areas[said.get("gemeente", content.VLIETSTEDE)]
    user = User.objects.create(
        username=said["username"],
        name=f"{said['name']} {said['surname']}",
        email=f"{said['username']}@{gemeente.name.lower()}.example",
        password=password,
        is_demo=True,
    )
    professional = Professional.objects.create(
        user=user,
        gemeente=gemeente,
        name=said["name"],
        role=said["role"],
        photo_id=_photo(said["username"], gemeente, now) if "areas" in said else None,
        about=said.get("about", ""),
        reach=said.get("reach", ""),
        place=said.get("place", ""),
        hours=content.hours(said["hours"]) if "hours" in said else {},
        languages=said.get("languages", ["nl"]),
        is_public="areas" in said,
    )
    professional.areas.set([areas[code] for code in said.get("areas", [])])
    for slug, role in said.get("teams", {}).items():
        Membership.objects.create(
            professional=professional, team=teams[slug], role=role, confidential=said.get("confidential", False)
        )
    return professional


def _photo(username: str, gemeente: Area, now: datetime) -> UUID:
    with content.face(username).open("rb") as file:
        stored = store_upload(file=file, now=now)
    [photo] = claim_photos(ids=[stored.photo.pk], gemeente_id=gemeente.pk, now=now)
    return photo.pk


def _absences(said: list[dict[str, Any]], people: dict[str, Professional], now: datetime) -> None:
    today = timezone.localdate(now)
    for one in said:
        if one["username"] in people:
            Absence.objects.create(
                professional=people[one["username"]],
                starts_on=today + timedelta(days=one["from"]),
                ends_on=today + timedelta(days=one["until"]),
                replacement=people.get(one["replacement"]),
            )


def _rules(team: Team, said: dict[str, Any], areas: dict[str, Area]) -> None:
    categories = {one.slug: one for one in Category.objects.filter(gemeente_id=team.gemeente_id)}
    rules: list[dict[str, Any]] = [
        *({"category": categories[slug], "area": None, "kind": ""} for slug in said.get("handles", [])),
        *({"category": categories[slug], "area": areas[code], "kind": ""} for slug, code in said.get("handles_in", [])),
        *({"category": None, "area": None, "kind": kind} for kind in said.get("kinds", [])),
    ]
    for rule in rules:
        Responsibility.objects.get_or_create(gemeente_id=team.gemeente_id, **rule, defaults={"team": team})
