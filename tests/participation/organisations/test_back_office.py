"""A professional in `/beheer/`: hours per weekday, languages to tick, a photo, choices of one's own municipality."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from core.accounts.models import User
from core.media.models import Photo
from participation.organisations.models import GroupRole, Mandate, Membership, Professional
from participation.organisations.queries import roster
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _photos(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def admin_of_a(world: World) -> Client:
    """Lotte, who may set up the people of the municipality she works for."""
    group = Group.objects.create(name="people")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for model in ("professional", "grouprole"):
        group.permissions.add(*Permission.objects.filter(content_type__model=model))
    world.lotte.user.groups.add(group)
    return world.client(world.lotte, HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def superuser(world: World) -> Client:
    world.zoe.user.is_superuser = True
    world.zoe.user.save()
    return world.client(world.zoe, HTTP_ACCEPT_LANGUAGE="en")


def _edit(professional: Professional) -> str:
    return reverse("professionals:edit", args=[professional.pk])


def _body(world: World, **changes: Any) -> dict[str, Any]:
    (place,) = world.bram.memberships.all()
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    hours = {f"hours_{day}_{number}_{end}": "" for day in days for number in (0, 1) for end in ("from", "to")}
    return {
        "gemeente": world.a.pk, "name": "Bram", "role": "Wijkbeheerder", "about": "", "reach": "",
        "languages": ["nl", "tr"], "areas": [world.west.pk], "is_public": "on",
        "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1, "memberships-0-id": place.pk,
        "memberships-0-team": world.cleaning.pk, "memberships-0-role": "member", "memberships-0-confidential": "on",
        "mandates-TOTAL_FORMS": 0, "mandates-INITIAL_FORMS": 0,
    } | hours | changes  # fmt: skip


def _picture(colour: str = "red") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (600, 600), colour).save(data, "JPEG")
    return SimpleUploadedFile("me.jpg", data.getvalue(), "image/jpeg")


def test_hours_languages_and_teams_are_changed_in_one_form(world: World, admin_of_a: Client) -> None:
    page = admin_of_a.get(_edit(world.bram)).content.decode()
    assert 'name="hours_mon_0_from"' in page and 'value="tr"' in page and 'enctype="multipart/form-data"' in page
    body = _body(
        world,
        hours_mon_0_from="9", hours_mon_0_to="12.00", hours_mon_1_from="13:00", hours_mon_1_to="1700",
        hours_sun_1_from="10:00", hours_sun_1_to="11:00",
    )  # fmt: skip
    answer = admin_of_a.post(_edit(world.bram), body)
    assert answer.status_code == 302, answer.context["form"].errors
    bram = Professional.objects.get(pk=world.bram.pk)
    assert bram.hours == {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "sun": [["10:00", "11:00"]]}
    assert bram.languages == ["nl", "tr"] and list(bram.areas.all()) == [world.west]
    assert Membership.objects.get(professional=bram).confidential
    assert roster().people[bram.pk].hours == bram.hours
    again = admin_of_a.get(_edit(world.bram)).content.decode()
    assert 'name="hours_mon_1_to" value="17:00"' in again


@pytest.mark.parametrize(
    "hours",
    [
        {"hours_mon_0_from": "09:00"},
        {"hours_mon_0_from": "12:00", "hours_mon_0_to": "09:00"},
        {"hours_mon_0_from": "ochtend", "hours_mon_0_to": "middag"},
        {"hours_mon_0_from": "9", "hours_mon_0_to": "12", "hours_mon_1_from": "11", "hours_mon_1_to": "13"},
    ],
)
def test_hours_that_cannot_be_are_explained_and_kept(world: World, admin_of_a: Client, hours: dict[str, str]) -> None:
    answer = admin_of_a.post(_edit(world.bram), _body(world, **hours))
    assert answer.status_code == 200 and answer.context["form"].errors["hours"]
    assert "{" not in str(answer.context["form"].errors["hours"])
    assert 'name="hours_mon_0_from" value="' in answer.content.decode()


def test_a_photo_goes_through_the_same_cleaning_as_a_residents_and_can_be_changed_and_removed(
    world: World, admin_of_a: Client, django_capture_on_commit_callbacks: Any
) -> None:
    assert admin_of_a.post(_edit(world.bram), _body(world, portrait=_picture())).status_code == 302
    first = Professional.objects.get(pk=world.bram.pk).photo
    assert first is not None and first.gemeente == world.a and first.claimed_at is not None
    shown = Client().get(f"/photos/{first.pk}/thumb")
    assert shown.status_code == 200 and shown.getvalue()
    assert shown["Cache-Control"] == "public, max-age=3600"
    Professional.objects.filter(pk=world.bram.pk).update(is_public=False)
    assert Client().get(f"/photos/{first.pk}/thumb").status_code == 404, "a face is public while its owner is"
    assert world.client(world.zoe).get(f"/photos/{first.pk}/thumb").status_code == 404
    colleague = world.client(world.carla).get(f"/photos/{first.pk}/thumb")
    assert colleague.status_code == 200 and colleague["Cache-Control"].startswith("private") and colleague.getvalue()
    assert f"/photos/{first.pk}/thumb" in admin_of_a.get(_edit(world.bram)).content.decode()
    assert admin_of_a.post(_edit(world.bram), _body(world)).status_code == 302
    assert Professional.objects.get(pk=world.bram.pk).photo == first  # nothing chosen: it stays
    admin_of_a.post(_edit(world.bram), _body(world, portrait=_picture("blue")))
    second = Professional.objects.get(pk=world.bram.pk).photo
    assert second is not None and second != first and not Photo.objects.filter(pk=first.pk).exists()
    admin_of_a.post(_edit(world.bram), _body(world, portrait_remove="on"))
    assert Professional.objects.get(pk=world.bram.pk).photo is None and not Photo.objects.exists()


def test_what_is_no_photo_is_refused_at_its_field(world: World, admin_of_a: Client) -> None:
    answer = admin_of_a.post(_edit(world.bram), _body(world, portrait=SimpleUploadedFile("x.jpg", b"no picture")))
    assert answer.status_code == 200 and answer.context["form"].errors["portrait"]


def test_a_language_no_longer_offered_stays_as_long_as_it_is_ticked(world: World, admin_of_a: Client) -> None:
    Professional.objects.filter(pk=world.bram.pk).update(languages=["nl", "fy"])
    assert admin_of_a.post(_edit(world.bram), _body(world, languages=["nl", "fy"])).status_code == 302
    assert Professional.objects.get(pk=world.bram.pk).languages == ["nl", "fy"]
    assert admin_of_a.post(_edit(world.bram), _body(world, languages=["xx"])).status_code == 200


def test_choices_are_those_of_the_persons_municipality_for_a_superuser_too(world: World, superuser: Client) -> None:
    form = superuser.get(_edit(world.bram)).context["form"]
    assert {area.gemeente_id for area in form.fields["areas"].queryset} == {world.a.pk}
    rows = form.formsets["memberships"]
    for row in (*rows.forms, rows.empty_form):
        assert {team.gemeente_id for team in row.fields["team"].queryset} == {world.a.pk}
    organisations = form.formsets["mandates"].empty_form.fields["organisation"].queryset
    assert {one.gemeente_id for one in organisations} == {world.a.pk}
    assert "user" not in form.fields  # whose account it is, is decided once


def test_a_team_of_another_municipality_is_refused(world: World, superuser: Client) -> None:
    answer = superuser.post(_edit(world.bram), _body(world) | {"memberships-0-team": world.desk_b.pk})
    assert answer.status_code == 200
    assert Membership.objects.get(professional=world.bram).team == world.cleaning


def test_a_mandate_is_given_here(world: World, admin_of_a: Client) -> None:
    body = _body(world) | {
        "mandates-TOTAL_FORMS": 1, "mandates-0-role": "organisation-admin",
        "mandates-0-organisation": world.care.organisation_id,
    }  # fmt: skip
    answer = admin_of_a.post(_edit(world.bram), body)
    assert answer.status_code == 302, answer.context["form"].formsets["mandates"].errors
    assert Mandate.objects.get(professional=world.bram).organisation == world.care.organisation


def test_a_new_professional_is_invited(world: World, admin_of_a: Client) -> None:
    assert admin_of_a.get(reverse("professionals:add")).headers["Location"] == "/werk/uitnodigingen/nieuw/"
    listed = admin_of_a.get(reverse("professionals:index")).content.decode()
    assert "/werk/uitnodigingen/" in listed and "/beheer/professionals-import/" in listed


def test_groups_of_the_sign_in_provider_are_set_up_within_ones_own_municipality(
    world: World, admin_of_a: Client
) -> None:
    add = reverse("sign-in-groups:add")
    body = {"gemeente": world.a.pk, "group": " wijk ", "role": "member", "team": world.cleaning.pk, "job": "Beheerder"}
    assert admin_of_a.post(add, body).status_code == 302
    (made,) = GroupRole.objects.all()
    assert (made.group, made.team, made.gemeente) == ("wijk", world.cleaning, world.a)
    for wrong in (
        body,  # once is enough
        body | {"team": world.desk_b.pk},
        body | {"group": "x", "team": ""},
        body | {"group": "x", "role": "auditor"},
        body | {"group": "x", "role": "organisation-admin", "team": ""},
    ):
        assert admin_of_a.post(add, wrong).status_code == 200, wrong
    theirs = GroupRole.objects.create(gemeente=world.b, group="b", team=world.desk_b)
    assert admin_of_a.get(reverse("sign-in-groups:edit", args=[theirs.pk])).status_code in (302, 404)
    assert User.objects.filter(email="").count() == 0
