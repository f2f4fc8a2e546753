"""What editors see of followers: numbers of their own wijken, and the next digest. Never an address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupPagePermission

from tests.cms.conftest import HOST_A, Sites, signed_in
from tests.cms.following import ANNA, event, follower, news, win

LIST, PREVIEW = "/beheer/volgers/", "/beheer/volgers/WK910101/"


def test_an_editor_sees_numbers_and_no_address(sites: Sites, editor: Client) -> None:
    world = sites.world
    follower(sites, world.west, world.east)
    follower(sites, world.west, email="een.ander@example.test", frequency="daily")
    page = editor.get(LIST).content.decode().partition('<table class="listing">')[2].partition("</table>")[0]
    rows = {row.split("</th>")[0]: row.split("</th>")[1] for row in page.split('<th scope="row">')[1:]}
    assert rows.keys() == {"Oosterwijk", "Westerwijk"}
    assert "<td>2</td><td>1</td><td>1</td><td>0</td><td>0</td>" in rows["Westerwijk"]
    assert "<td>1</td><td>0</td><td>1</td><td>0</td><td>0</td>" in rows["Oosterwijk"]
    assert ANNA not in page and "een.ander" not in page
    assert LIST in editor.get("/beheer/").content.decode()


def test_an_editor_of_one_wijk_sees_that_one_only(sites: Sites) -> None:
    group = Group.objects.create(name="Redactie west")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=sites.wijk(sites.world.west), permission=change)
    west = signed_in("redacteur-west", group)
    page = west.get(LIST).content.decode()
    assert "Westerwijk" in page and "Oosterwijk" not in page
    assert west.get(PREVIEW).status_code == 200
    for path in ("/beheer/volgers/WK910102/", "/beheer/volgers/WK910102/mail/", "/beheer/volgers/WK910201/"):
        assert west.get(path).status_code == 404


def test_who_edits_no_wijk_sees_nothing(sites: Sites) -> None:
    group = Group.objects.create(name="Alleen kijken")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    nobody = signed_in("kijker", group)
    assert "/beheer/volgers/" not in nobody.get("/beheer/").content.decode()
    assert nobody.get(PREVIEW).status_code == 404
    assert Client(headers={"host": HOST_A}).get(LIST).status_code == 302


def test_the_next_digest_can_be_looked_at(sites: Sites, editor: Client) -> None:
    world, now = sites.world, timezone.now()
    assert editor.get(PREVIEW).status_code == 200
    assert "Nothing is new" in editor.get(f"{PREVIEW}mail/").content.decode()
    win(sites, world.west)
    news(sites, "Van twee weken terug", at=now - timedelta(days=14), area=world.west)
    event(sites, world.west, now + timedelta(days=20), at=now - timedelta(days=90))
    shown = {often: editor.get(f"{PREVIEW}mail/?vaak={often}") for often in ("daily", "weekly", "monthly", "onzin")}
    for answer in shown.values():
        assert answer.status_code == 200
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "De lamp doet het weer" in answer.content.decode()
    told: dict[str, Any] = {often: answer.content.decode() for often, answer in shown.items()}
    assert ["Van twee weken terug" in told[often] for often in ("daily", "weekly", "monthly")] == [False, False, True]
    assert ["Koffie in het buurthuis" in told[often] for often in ("daily", "monthly")] == [False, True]


def test_numbers_cost_the_same_whatever_there_is(sites: Sites, editor: Client, django_assert_num_queries: Any) -> None:
    editor.get(LIST)
    with CaptureQueriesContext(connection) as counted:
        editor.get(LIST)
        few = len(counted)
    for number in range(3):
        follower(sites, sites.world.west, sites.world.east, email=f"volger{number}@example.test")
    with django_assert_num_queries(few):
        editor.get(LIST)
