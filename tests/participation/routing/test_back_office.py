"""The set-up screens in `/beheer/`: for whom, within which municipality, and never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from participation.organisations.models import Absence, Organisation, Professional, Team
from participation.routing.models import Category, ClosedDay, Responsibility
from participation.routing.queries import config
from participation.routing.wording import words_of
from tests.support.world import IN_B, IN_THE_WEST, World

MODELS = [Organisation, Team, Professional, Absence, Category, Responsibility, ClosedDay]
NAMES = ["organisations", "teams", "professionals", "absences", "categories", "responsibilities", "closed-days"]


@pytest.fixture
def admin_of_a(world: World) -> Client:
    """Lotte, who may set up the municipality she works for."""
    group = Group.objects.create(name="set-up")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for model in MODELS:
        group.permissions.add(
            *Permission.objects.filter(
                content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name
            )
        )
    world.lotte.user.groups.add(group)
    return world.client(world.lotte, HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def superuser(world: World) -> Client:
    world.zoe.user.is_superuser = True
    world.zoe.user.save()
    return world.client(world.zoe, HTTP_ACCEPT_LANGUAGE="en")


def row_in(world: World, name: str, *, other: bool) -> Any:
    gemeente = world.b if other else world.a
    category = Category.objects.get(gemeente=gemeente, slug="anders")
    team = world.desk_b if other else world.desk
    person = world.zoe if other else world.bram
    return {
        "organisations": lambda: team.organisation,
        "teams": lambda: team,
        "professionals": lambda: person,
        "absences": lambda: Absence.objects.create(professional=person, starts_on="2026-12-01", ends_on="2026-12-02"),
        "categories": lambda: category,
        "responsibilities": lambda: Responsibility.objects.create(gemeente=gemeente, category=category, team=team),
        "closed-days": lambda: ClosedDay.objects.create(gemeente=gemeente, day="2026-12-24", name="Dicht"),
    }[name]()


@pytest.mark.parametrize("name", NAMES)
def test_every_screen_opens_for_ones_own_rows_and_not_for_those_of_another(
    world: World, admin_of_a: Client, name: str
) -> None:
    own, other = row_in(world, name, other=False), row_in(world, name, other=True)
    listed = admin_of_a.get(reverse(f"{name}:index"))
    assert listed.status_code == 200
    keys = {row.pk for row in listed.context["object_list"]}
    assert own.pk in keys
    assert other.pk not in keys
    assert admin_of_a.get(reverse(f"{name}:index"), {"q": "a"}).status_code == 200
    assert admin_of_a.get(reverse(f"{name}:add")).status_code == (302 if name == "professionals" else 200)
    for view in ("edit", "delete", "history", "usage"):
        assert admin_of_a.get(reverse(f"{name}:{view}", args=[own.pk])).status_code == 200, view
        assert admin_of_a.get(reverse(f"{name}:{view}", args=[other.pk])).status_code in {302, 403, 404}, view
    assert admin_of_a.post(reverse(f"{name}:delete", args=[other.pk])).status_code in {302, 403, 404}
    assert type(other)._default_manager.filter(pk=other.pk).exists()


@pytest.mark.parametrize("name", NAMES)
def test_without_the_permission_there_is_nothing_to_see(world: World, name: str) -> None:
    assert world.client(world.bram).get(reverse(f"{name}:index")).status_code in {302, 403}
    assert Client().get(reverse(f"{name}:index")).status_code in {302, 403}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "professionals"])
def test_an_empty_form_is_explained(superuser: Client, name: str) -> None:
    answer = superuser.post(reverse(f"{name}:add"), {
        **{f"{rows}-{key}": 0 for rows in ("memberships", "questions") for key in ("TOTAL_FORMS", "INITIAL_FORMS")},
    })  # fmt: skip
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_team_made_here_has_its_streams_and_is_known_at_once(world: World, admin_of_a: Client) -> None:
    city = world.cleaning.organisation
    answer = admin_of_a.post(
        reverse("teams:add"),
        {"gemeente": world.b.pk, "organisation": city.pk, "name": "Groen", "slug": "groen", "picks_person": "on"},
    )
    assert answer.status_code == 302
    team = Team.objects.get(slug="groen")
    assert team.gemeente == world.a, "one's own municipality, whatever is sent"
    assert config(world.a.pk).team(team.pk).name == "Groen"


def test_rows_of_another_municipality_cannot_be_chosen(world: World, admin_of_a: Client, superuser: Client) -> None:
    for body, field in [
        ({"gemeente": world.a.pk, "kind": "report", "team": world.desk_b.pk}, "team"),
        ({"gemeente": world.a.pk, "area": world.b.pk, "kind": "", "team": world.desk.pk}, "area"),
    ]:
        for client in (admin_of_a, superuser):
            answer = client.post(reverse("responsibilities:add"), body)
            assert answer.status_code == 200
            assert field in answer.context["form"].errors
    page = admin_of_a.get(reverse("professionals:edit", args=[world.bram.pk])).content.decode()
    assert world.desk.name in page
    assert str(world.desk_b) not in page


def test_a_double_rule_and_an_empty_rule_are_explained(world: World, admin_of_a: Client) -> None:
    schoon = Category.objects.get(gemeente=world.a, slug="schoon")
    for body in ({"category": schoon.pk, "team": world.desk.pk}, {"team": world.desk.pk}):
        answer = admin_of_a.post(reverse("responsibilities:add"), body)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert Responsibility.objects.count() == 2


def test_a_category_with_words_advice_and_questions_is_edited_as_plain_lines(world: World, admin_of_a: Client) -> None:
    row = Category.objects.get(gemeente=world.a, slug="grofvuil")
    body = {
        "gemeente": world.a.pk, "parent": row.parent_id, "name": "Grofvuil", "slug": "grofvuil", "description": "",
        "position": 1, "is_active": "on", "visibility": "public", "response_days": 1, "resolve_days": 3, "promise": "",
        "advice": "emergency | 112 | Bel 112 | nu", "keywords": "bank\n\nmatras\nbank",
        "questions-TOTAL_FORMS": 1, "questions-INITIAL_FORMS": 0, "questions-0-label": "Wat?",
        "questions-0-key": "soort",
        "questions-0-type": "choice", "questions-0-choices": "bank | Een bank\nanders | Iets anders",
        "questions-0-position": 1,
        "translations-TOTAL_FORMS": 1, "translations-INITIAL_FORMS": 0, "translations-0-language": "tr",
        "translations-0-name": "Eski eşya", "translations-0-advice": "emergency | 112'yi arayın",
        "translations-0-questions": "soort | Ne var?\nsoort=bank | Kanepe",
    }  # fmt: skip
    edit = reverse("categories:edit", args=[row.pk])
    wrong = admin_of_a.post(edit, body | {"advice": "112", "questions-0-choices": ""})
    assert wrong.status_code == 200
    assert admin_of_a.post(edit, body | {"translations-0-questions": "soort"}).status_code == 200
    assert admin_of_a.post(edit, body).status_code == 302
    row.refresh_from_db()
    assert row.keywords == ["bank", "matras"]
    assert row.advice == [{"kind": "emergency", "phone": "112", "text": "Bel 112 | nu"}]
    (question,) = config(world.a.pk).questions_of(row.pk)
    assert question.choices == [{"value": "bank", "label": "Een bank"}, {"value": "anders", "label": "Iets anders"}]
    kept = config(world.a.pk).category("grofvuil")
    assert kept is not None
    words = words_of(kept, "tr")
    assert (words.name, words.label(question), words.choices(question)[0]["label"]) == (
        "Eski eşya",
        "Ne var?",
        "Kanepe",
    )
    assert words.advice[0] == {"kind": "emergency", "phone": "112", "text": "112'yi arayın"}


def test_what_is_in_use_cannot_be_deleted_and_the_screen_says_why(world: World, admin_of_a: Client) -> None:
    answer = admin_of_a.post(reverse("teams:delete", args=[world.cleaning.pk]), follow=True)
    assert answer.status_code == 200
    assert Team.objects.filter(pk=world.cleaning.pk).exists()


# --- try it -----------------------------------------------------------------------------------


def tried(client: Client, **asked: Any) -> Any:
    answer = client.get(reverse("routing-try:index"), asked)
    assert answer.status_code == 200
    return answer.context


def test_trying_says_who_gets_it_and_why(world: World, admin_of_a: Client) -> None:
    grofvuil = Category.objects.get(gemeente=world.a, slug="grofvuil")
    answer = tried(admin_of_a, area=world.west.pk, category=grofvuil.pk)["answer"]
    assert (answer["team"].id, answer["person"].id) == (world.cleaning.pk, world.bram.pk)
    assert answer["sentences"]
    assert "responsibilities" in answer["rule_url"] or answer["rule_url"]
    lon, lat = IN_THE_WEST
    answer = tried(admin_of_a, lat=lat, lon=lon, text="de buren maken lawaai")["answer"]
    assert (answer["team"].id, answer["person"].id) == (world.care.pk, world.carla.pk)
    assert answer["proposals"][0][0].slug == "burenoverlast"
    assert tried(admin_of_a, area=world.west.pk, kind="poll")["answer"]["team"].id == world.desk.pk


def test_trying_explains_what_is_missing_and_stays_inside_ones_municipality(world: World, admin_of_a: Client) -> None:
    assert tried(admin_of_a)["answer"] is None
    for asked in (
        {"kind": "report"},
        {"area": world.b.pk, "text": "x"},
        {"lat": "x", "lon": "5", "text": "x"},
        {"lat": IN_B[1], "lon": IN_B[0], "text": "x"},
        {"lat": 0, "lon": 0, "text": "x"},
        {"area": world.west.pk},
        {"lat": "nan", "lon": "inf", "text": "x"},
    ):
        context = tried(admin_of_a, **asked)
        assert context["answer"] is None
        assert context["form"].errors
    assert world.client(world.bram).get(reverse("routing-try:index")).status_code in {302, 403}
