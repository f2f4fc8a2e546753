"""Making sites, and keeping two municipalities apart."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, ModelLogEntry, Page, Site

from cms.home.actions import set_up_site, take_down_site
from cms.home.models import HomePage
from cms.news.models import NewsIndexPage
from cms.wijken.models import WijkPage
from core.areas.models import Area, Tenant
from core.areas.policies import workplace
from core.errors import Invalid, NotFound
from core.snapshots.snapshot import Snapshot
from tests.cms.conftest import HOST_A, HOST_B, Sites, signed_in
from tests.cms.test_pages import html
from tests.support.world import World

PATHS = ("/", "/wijken/", "/nieuws/", "/privacy/", "/toegankelijkheid/")


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("set_up_site", *arguments, stdout=out)
    return out.getvalue()


def test_one_command_gives_a_municipality_a_usable_site(world: World) -> None:
    said = command("GM9101", "--host", "wijk.waterstad.test")
    assert "Waterstad" in said
    client = Client(headers={"host": "wijk.waterstad.test"})
    for path in (*PATHS, "/wijken/westerwijk/", "/wijken/oosterwijk/"):
        assert client.get(path).status_code == 200, path
    assert Tenant.objects.get(gemeente=world.a).hostname == "wijk.waterstad.test"
    assert Site.objects.get().hostname == "wijk.waterstad.test"
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_again_adds_only_what_is_missing(sites: Sites) -> None:
    pages, groups = Page.objects.count(), sites.a.home.group_permissions.count()
    home = HomePage.objects.get(pk=sites.a.home.pk)
    home.title = "Onze eigen titel"
    home.save_revision().publish()
    sites.wijk(sites.world.east).delete()
    assert set_up_site(sites.world.a.pk).wijken == ["WK910102"]
    assert set_up_site(sites.world.a.pk).made == 0
    assert Page.objects.count() == pages
    assert Site.objects.count() == 2
    assert sites.a.home.group_permissions.count() == groups
    assert HomePage.objects.get(pk=home.pk).title == "Onze eigen titel"


def test_a_list_that_an_editor_gave_another_address_is_not_made_again(sites: Sites) -> None:
    news = NewsIndexPage.objects.child_of(sites.a.home).get()
    news.slug = "berichten"
    news.save_revision().publish()
    assert set_up_site(sites.world.a.pk).made == 0
    assert NewsIndexPage.objects.child_of(sites.a.home).count() == 1


def test_a_site_of_before_gets_the_rights_that_are_new_once(sites: Sites) -> None:
    group = sites.a.administrators
    kinds = {"held", "blockedword"}
    safety = Permission.objects.filter(content_type__app_label="reports", content_type__model__in=kinds)
    assert set(safety) <= set(group.permissions.all())
    ModelLogEntry.objects.for_instance(group).delete()
    group.permissions.remove(*safety)
    set_up_site(sites.world.a.pk)
    assert set(safety) <= set(group.permissions.all())
    group.permissions.remove(*safety)
    set_up_site(sites.world.a.pk)
    assert not set(safety) & set(group.permissions.all()), "the municipality took them away itself"


def test_each_host_shows_its_own_municipality_only(sites: Sites) -> None:
    assert b"Waterstad" in sites.visit("/", HOST_A).content
    assert b"Duindorp" in sites.visit("/", HOST_B).content
    assert sites.visit("/wijken/westerwijk/", HOST_B).status_code == 404
    assert sites.visit("/wijken/duinwijk/", HOST_A).status_code == 404
    assert b"Duinwijk" not in sites.visit("/wijken/", HOST_A).content
    sites.news(sites.b, "Alleen in Duindorp")
    assert b"Alleen in Duindorp" not in sites.visit("/nieuws/", HOST_A).content
    assert sites.visit("/nieuws/alleen-in-duindorp/", HOST_A).status_code == 404
    assert sites.visit("/nieuws/alleen-in-duindorp/", HOST_B).status_code == 200


def test_another_host_name_shows_the_default_municipality(sites: Sites) -> None:
    page = sites.visit("/", "localhost")
    assert b"Waterstad" in page.content
    assert b'href="/wijken/westerwijk/"' in page.content, "links stay on the host one is on"


def test_a_host_that_wagtail_and_the_tenant_disagree_on_shows_nothing(sites: Sites) -> None:
    Site.objects.filter(pk=sites.b.site.pk).update(root_page=sites.a.home)
    Site.clear_site_root_paths_cache()
    assert sites.visit("/", HOST_B).status_code == 404
    assert sites.visit("/wijken/westerwijk/", HOST_B).status_code == 404


def test_a_changed_host_name_moves_the_site_along(sites: Sites, superuser: Client) -> None:
    tenant = Tenant.objects.get(gemeente=sites.world.b)
    form = {"gemeente": tenant.gemeente_id, "hostname": "nieuw.test", "sender": ""}
    assert superuser.post(f"/beheer/municipalities/edit/{tenant.pk}/", form).status_code == 302
    assert b"Duindorp" in sites.visit("/", "nieuw.test").content
    assert b"Waterstad" in sites.visit("/", HOST_B).content


def test_there_is_one_default_and_every_other_needs_a_host(sites: Sites) -> None:
    set_up_site(sites.world.b.pk, default=True)
    assert list(Tenant.objects.filter(is_default=True).values_list("gemeente", flat=True)) == [sites.world.b.pk]
    assert list(Site.objects.filter(is_default_site=True).values_list("root_page", flat=True)) == [sites.b.home.pk]
    Tenant.objects.filter(gemeente=sites.world.a).update(hostname=None)
    with pytest.raises(Invalid):
        set_up_site(sites.world.a.pk)


@pytest.mark.parametrize(
    "arguments",
    [("GM0000",), ("WK910101",), ("GM9101", "--host", HOST_B), ("GM9101", "--host", "https://x.test/")],
)
def test_what_cannot_be_set_up_is_said_in_words(world: World, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        command(*arguments)
    assert not HomePage.objects.exists()


def test_only_a_municipality_has_a_site(world: World) -> None:
    with pytest.raises(NotFound):
        set_up_site(world.west.pk)


def test_two_wijken_of_one_name_get_their_own_address(world: World) -> None:
    Area.objects.filter(pk=world.east.pk).update(name="Westerwijk")
    set_up_site(world.a.pk)
    assert set(WijkPage.objects.values_list("slug", flat=True)) == {"westerwijk", "westerwijk-wk910102"}


def test_taking_down_leaves_the_other_site(sites: Sites) -> None:
    take_down_site(sites.world.b.pk)
    take_down_site(sites.world.b.pk)
    assert list(HomePage.objects.all()) == [sites.a.home]
    assert Site.objects.get() == sites.a.site
    assert not Collection.objects.filter(name__contains="Duindorp").exists()
    assert sites.visit("/").status_code == 200


def test_an_editor_without_a_team_works_for_the_municipality_of_the_pages(sites: Sites, editor: Client) -> None:
    user: Any = sites.a.editors.user_set.get()
    assert workplace(user) == sites.world.a.pk
    assert workplace(signed_in_user("nergens")) is None


def signed_in_user(name: str) -> Any:
    from core.accounts.models import User

    signed_in(name)
    Snapshot.forget_all()
    return User.objects.get(username=name)


def test_view_live_leads_back_to_the_port_an_editor_came_by(sites: Sites, editor: Client) -> None:
    page = sites.wijk(sites.world.west)
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]), headers={"host": f"{HOST_A}:8123"})
    assert f'href="http://{HOST_A}:8123/wijken/westerwijk/"' in html(form)
    assert ":8123" not in page.full_url, "where nobody looks it is that of the site"
    elsewhere = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]), headers={"host": f"{HOST_B}:8123"})
    assert f"{HOST_B}:8123/wijken/westerwijk/" not in html(elsewhere)
