"""Where the road with a script and the one without meet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from participation.reports.models import Draft, Report
from tests.participation.reports.browser import form_of, go_on, picture, press
from tests.support.world import World, report_body

PLACE: dict[str, Any] = {"area": "BU91010101", "address": "Havenstraat 12"}


def in_language(browser: Client, language: str) -> Any:
    return browser.get("/melden/bereiken/", headers={"accept-language": language})


def test_the_language_of_the_answers_follows_the_page_until_somebody_chooses_one(client: Client, world: World) -> None:
    page = go_on(client, client.get("/melden/"), text="Een bank naast de container")
    page = go_on(client, page, **PLACE)
    press(client, page, email="geen adres")  # refused, so the last step is kept
    assert form_of(in_language(client, "tr"))[1]["language"] == ["tr"]
    press(client, in_language(client, "tr"), email="geen adres", language="pl")
    assert form_of(in_language(client, "uk"))[1]["language"] == ["pl"]


def test_the_page_tells_a_script_which_draft_and_which_photos_it_shows(client: Client, world: World) -> None:
    assert b"data-draft" not in client.get("/melden/").content
    go_on(client, client.get("/melden/"), text="Een bank", photos=[picture()])
    shown = client.get("/melden/").content.decode()
    before = re.search(r'data-draft="([0-9a-f]{8}-\d+)"', shown)
    assert before and Draft.objects.get().values["photos"] == re.findall(r'data-upload="([^"]+)"', shown)
    go_on(client, client.get("/melden/"), text="Twee banken")
    after = re.search(r'data-draft="([0-9a-f]{8}-\d+)"', client.get("/melden/").content.decode())
    assert after and after[1] != before[1]  # what a script went on with is no longer what the server has


@pytest.mark.parametrize(
    ("sent", "kept"), [({"proposed": True}, True), ({}, False), ({"category": "", "proposed": True}, True)]
)
def test_a_category_that_nobody_changed_is_known_as_our_proposal(
    client: Client, world: World, sent: dict[str, Any], kept: bool
) -> None:
    answer = client.post("/api/v1/reports", report_body() | sent, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert Report.objects.get().proposed is kept
