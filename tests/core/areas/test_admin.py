from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from shapely.geometry import box

from core.accounts.models import User
from core.areas import policies
from core.areas.admin import AREA_POLICY, TENANT_POLICY
from core.areas.models import Tenant
from tests.core.areas.conftest import make_area
from tests.support.accounts import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(monkeypatch):
    mine, other = make_area("GM0001"), make_area("GM0002", box(6, 52, 6.1, 52.1))
    Tenant.objects.create(gemeente=mine, hostname="a.test")
    Tenant.objects.create(gemeente=other, hostname="b.test")
    group = Group.objects.create(name="beheer")
    group.permissions.set(Permission.objects.filter(content_type__app_label="areas"))
    user = User.objects.create_user("editor")
    user.groups.add(group)
    monkeypatch.setattr(policies, "_workplaces", [lambda _user: mine.pk])
    return user, mine, other


@pytest.mark.parametrize("policy", [AREA_POLICY, TENANT_POLICY])
def test_someone_of_one_gemeente_changes_that_one_alone(editor, policy) -> None:
    user, mine, other = editor
    rows = policy.visible_to(user)
    assert [row.gemeente_id for row in rows] == [mine.pk]
    foreign = policy.model.objects.get(gemeente=other)
    assert policy.user_has_permission_for_instance(user, "change", rows[0])
    assert not policy.user_has_permission_for_instance(user, "change", foreign)
    assert not policy.user_has_permission(user, "add")
    assert not policy.user_has_permission(user, "delete")


def test_without_a_workplace_nothing_is_yours(editor, monkeypatch) -> None:
    monkeypatch.setattr(policies, "_workplaces", [])
    assert not AREA_POLICY.visible_to(editor[0]).exists()


def test_a_superuser_sees_every_gemeente(editor) -> None:
    root = User.objects.create_superuser("root")
    assert TENANT_POLICY.visible_to(root).count() == 2
    assert TENANT_POLICY.user_has_permission(root, "add")


def test_the_back_office_shows_and_saves_areas(editor, admin_client, admin_user) -> None:
    _user, mine, _other = editor
    sign_in(admin_client, admin_user)
    assert b"GM0002" in admin_client.get("/beheer/areas/").content
    answer = admin_client.post(f"/beheer/areas/edit/{mine.pk}/", {"name": "Nieuwe naam"})
    assert answer.status_code == 302
    mine.refresh_from_db()
    assert mine.name == "Nieuwe naam"
