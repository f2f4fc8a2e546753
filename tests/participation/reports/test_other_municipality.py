"""A place in another municipality of this installation: a link that opens, on the page and for a script."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.areas.models import Area
from core.snapshots.snapshot import Snapshot
from tests.participation.reports.browser import go_on, press
from tests.support.world import HOST_A, IN_B, World, report_body


@pytest.mark.parametrize(
    ("base", "site"),
    [
        ("http://testserver:8410", "http://duindorp.test:8410/melden/"),
        ("https://platform.example", "https://duindorp.test/melden/"),
    ],
)
def test_the_link_has_the_scheme_and_port_of_this_installation(
    client: Client, world: World, settings: Any, base: str, site: str
) -> None:
    settings.BASE_URL = base
    refused = client.post(
        "/api/v1/reports", report_body(at=IN_B), "application/json", headers={"host": HOST_A, "Accept-Language": "en"}
    )
    [error] = refused.json()["errors"]
    assert error["detail"] == f"This place is in Duindorp. You can report it there: {site}"
    located = client.get(f"/api/v1/areas/_locate?lon={IN_B[0]}&lat={IN_B[1]}", headers={"host": HOST_A})
    assert (located.status_code, located.json()["site"]) == (404, site)


def test_the_page_has_a_real_link_and_the_name_of_a_municipality_is_no_markup(
    anna: Client, world: World, settings: Any
) -> None:
    settings.BASE_URL = "http://testserver:8410"
    Area.objects.filter(pk=world.b.pk).update(name="<b>Duindorp</b>")
    Snapshot.forget_all()
    where = go_on(anna, anna.get("/melden/"), text="Er ligt een bank naast de container")

    refused = press(anna, where, lon=str(IN_B[0]), lat=str(IN_B[1]), plain=None)

    html = refused.content.decode()
    assert refused.status_code == 400
    assert '<a class="button" href="http://duindorp.test:8410/melden/">' in html
    assert "&lt;b&gt;Duindorp&lt;/b&gt;" in html
    assert "<b>Duindorp" not in html
    at_sea = press(anna, where, lon="3.5", lat="52.6", plain=None).content.decode()
    assert 'class="button" href="http' not in at_sea
