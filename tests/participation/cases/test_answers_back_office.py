"""Standard answers in the back office: an administrator writes those of the own municipality."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from core.accounts.models import User
from participation.cases.models import StandardAnswer
from participation.routing.models import Category
from tests.support.accounts import sign_in
from tests.support.world import HOST_A, World


@pytest.fixture
def administrator(world: World) -> Client:
    """Lotte, who may change the standard answers of Waterstad."""
    group = Group.objects.create(name="answers")
    group.permissions.add(
        Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"),
        *Permission.objects.filter(content_type__app_label="cases", content_type__model="standardanswer"),
    )
    user: User = world.lotte.user
    user.groups.add(group)
    return sign_in(Client(headers={"host": HOST_A, "accept-language": "en"}), user)


def form(world: World, **changes: Any) -> dict[str, Any]:
    category = Category.objects.get(gemeente=world.a, slug="grofvuil")
    return {
        "gemeente": world.a.pk,
        "title": "Klaar",
        "category": category.pk,
        "move": "resolve",
        "language": "tr",
        "position": 1,
        "text": "{plaats}: bitti",
    } | changes


def test_an_answer_is_written_and_shown_as_a_resident_reads_it(world: World, administrator: Client) -> None:
    made = administrator.post("/beheer/standard-answers/new/", form(world))

    assert made.status_code == 302, made.context["form"].errors
    answer = StandardAnswer.objects.get()
    assert (answer.gemeente, answer.language, answer.move) == (world.a, "tr", "resolve")
    page = administrator.get(f"/beheer/standard-answers/edit/{answer.pk}/").content.decode()
    assert "Moerweg 12: bitti" in page
    assert "{streefdatum}" in page


def test_a_placeholder_nobody_knows_is_refused(world: World, administrator: Client) -> None:
    refused = administrator.post("/beheer/standard-answers/new/", form(world, text="{plats}"))

    assert refused.status_code == 200
    assert "{plats}" in str(refused.context["form"].errors["text"])
    assert not StandardAnswer.objects.exists()


def test_answers_of_another_municipality_are_not_there(world: World, administrator: Client) -> None:
    theirs = StandardAnswer.objects.create(gemeente=world.b, title="Van Duindorp", text="x")

    assert administrator.get(f"/beheer/standard-answers/edit/{theirs.pk}/").status_code == 404
    assert "Van Duindorp" not in administrator.get("/beheer/standard-answers/").content.decode()
