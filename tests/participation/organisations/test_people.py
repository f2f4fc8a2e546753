from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from participation.organisations import hours
from participation.organisations.models import Absence, Professional
from participation.organisations.queries import people_of, public_person, roster
from tests.support.world import World

TODAY = date(2026, 11, 18)


def away(professional: Professional, instead: Professional | None = None, **days: date) -> Absence:
    return Absence.objects.create(
        professional=professional,
        starts_on=days.get("first", TODAY),
        ends_on=days.get("last", TODAY),
        replacement=instead,
    )


def shown(world: World) -> list[tuple[str, str]]:
    return [(face.person.name, face.stands_in_for) for face in people_of([world.west.pk], TODAY)]


def test_a_wijk_shows_its_people_without_a_query(world: World, django_assert_num_queries: Any) -> None:
    roster()
    with django_assert_num_queries(0):
        assert [name for name, _for in shown(world)] == ["Bram", "Carla", "Dirk"]


def test_who_knows_the_smaller_area_comes_first(world: World) -> None:
    world.dirk.areas.set([world.a])
    faces = people_of([world.west.pk, world.a.pk], TODAY)
    assert [face.person.name for face in faces] == ["Bram", "Carla", "Dirk"]
    world.bram.areas.set([world.a])
    faces = people_of([world.west.pk, world.a.pk], TODAY)
    assert [face.person.name for face in faces] == ["Carla", "Bram", "Dirk"]


def test_who_is_away_is_shown_by_the_replacement(world: World) -> None:
    away(world.bram, world.lotte)
    assert shown(world) == [("Lotte", "Bram"), ("Carla", ""), ("Dirk", "")]


def test_a_replacement_who_works_here_too_is_shown_once(world: World) -> None:
    away(world.bram, world.dirk)
    assert sorted(shown(world)) == [("Carla", ""), ("Dirk", "Bram")]


def test_without_a_replacement_the_page_says_until_when(world: World) -> None:
    away(world.bram, last=date(2026, 11, 25))
    away(world.carla, world.dirk)
    away(world.dirk, world.carla)  # a circle
    faces = {face.person.name: face for face in people_of([world.west.pk], TODAY)}
    assert faces["Bram"].away_until == date(2026, 11, 25)
    assert faces["Carla"].away_until == faces["Dirk"].away_until == TODAY


def test_hidden_and_inactive_people_are_not_shown(world: World) -> None:
    world.bram.is_public = False
    world.bram.save()
    world.dirk.user.is_active = False
    world.dirk.user.save()
    assert [name for name, _for in shown(world)] == ["Carla"]
    assert world.dirk.pk not in roster().people


def test_an_account_that_is_switched_off_leaves_the_roster_at_once(world: World, client: Client) -> None:
    assert world.dirk.pk in roster().people
    world.dirk.user.is_active = False
    world.dirk.user.save()
    assert world.dirk.pk not in roster().people
    roster()
    with CaptureQueriesContext(connection) as queries:
        client.force_login(world.bram.user)
    assert not any("snapshots_revision" in one["sql"].lower() for one in queries)


def test_a_public_person_is_name_role_organisation_and_photo(world: World) -> None:
    expected = {"name": "Bram", "role": "Wijkbeheerder", "organisation": "Gemeente Waterstad", "photoUrl": None}
    assert public_person(world.bram) == public_person(roster().people[world.bram.pk], "medium") == expected


def test_every_way_of_writing_reaches_the_memory(world: World) -> None:
    def areas() -> frozenset[int]:
        return roster().people[world.bram.pk].area_ids

    assert areas() == {world.west.pk}
    world.bram.areas.add(world.east)
    assert areas() == {world.west.pk, world.east.pk}
    world.bram.areas.remove(world.west)
    assert areas() == {world.east.pk}
    world.bram.areas.clear()
    assert areas() == frozenset()
    Professional.objects.filter(pk=world.bram.pk).update(role="Chef")
    assert roster().people[world.bram.pk].role == "Chef"
    away(world.bram)
    assert roster().away(world.bram.pk, TODAY) is not None
    Absence.objects.all().delete()
    assert roster().away(world.bram.pk, TODAY) is None


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ({}, []),
        ({"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "sun": []}, []),
        ({"fri": [["18:00", "24:00"]]}, []),
        ([], ["shape"]),
        ({"mon": "09:00-12:00"}, ["shape"]),
        ({"mon": [["09:00"]]}, ["shape"]),
        ({"maandag": []}, ["weekday"]),
        ({"mon": [["9:00", "12:00"]]}, ["time"]),
        ({"mon": [["09:00", "25:00"]]}, ["time"]),
        ({"mon": [[9, 12]]}, ["time"]),
        ({"mon": [["12:00", "09:00"]]}, ["order"]),
        ({"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, ["overlap"]),
    ],
)
def test_hours_are_checked(value: Any, codes: list[str]) -> None:
    assert hours.faults(value) == codes
    professional = Professional(hours=value)
    if codes:
        with pytest.raises(ValidationError):
            professional.clean()
    else:
        professional.clean()


def test_hours_say_who_works_today() -> None:
    week = {"wed": [["13:00", "17:00"], ["09:00", "12:00"]]}
    assert hours.on(week, TODAY) == [("09:00", "12:00"), ("13:00", "17:00")]
    assert hours.works_on(week, TODAY)
    assert not hours.works_on(week, date(2026, 11, 19))
    assert hours.works_on({}, TODAY)
    assert hours.works_on({"wed": []}, TODAY)
