"""Exports of the inbox: who gets which file, and for how long."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.events.models import Event
from participation.cases.exports import make_export, remove_old_exports
from participation.cases.models import Export
from tests.participation.cases.inbox import mandated, send
from tests.support.world import World


def make(browser: Client, **query: str) -> tuple[dict[str, Any], list[list[str]]]:
    """Ask for an export, have it made, and read the file."""
    asked = send(browser, "exports", {"query": query}, status=202)
    make_export.call(asked["id"])
    ready = browser.get(f"/api/v1/exports/{asked['id']}").json()
    answer = browser.get(ready["url"])
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    return ready, list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def test_a_lead_exports_what_the_filter_finds_without_contact_data(world: World) -> None:
    wanted = world.report(text="=HYPERLINK(1) bank", address="+31 straat; 4").case
    world.report(category="straatverlichting")
    world.report(category="burenoverlast", text="geheim")

    ready, lines = make(world.client(world.lotte), category="schoon")

    assert (ready["status"], ready["rows"], len(lines)) == ("ready", 1, 2)
    cells = lines[1]
    assert cells[0] == wanted.reference
    assert "'=HYPERLINK(1) bank" in cells
    assert "'+31 straat; 4" in cells
    assert "52,005000" in cells
    assert "anna" not in str(lines).lower()
    event = Event.objects.get(type="cases.exported")
    assert event.payload == {"by": world.lotte.pk, "filters": ["category"]}


def test_an_export_holds_only_what_its_maker_may_export(world: World) -> None:
    world.lotte.memberships.filter(team=world.desk).update(role="member")
    mine = world.report().case
    world.report(category="straatverlichting")  # of a team in which Lotte leads nobody

    _ready, lines = make(world.client(world.lotte))

    assert [line[0] for line in lines[1:]] == [mine.reference]


def test_an_auditor_exports_everything_but_what_is_confidential(world: World) -> None:
    cases = [world.report().case, world.report(category="straatverlichting").case]
    secret = world.report(category="burenoverlast", text="geheim").case

    _ready, lines = make(world.client(mandated(world, "auditor")))

    assert {line[0] for line in lines[1:]} == {case.reference for case in cases}
    assert secret.reference not in str(lines)


def test_who_may_not_export_is_told_so_and_nothing_is_made(world: World) -> None:
    send(world.client(world.bram), "exports", {"query": {}}, status=403)

    assert not Export.objects.exists()


def test_an_export_is_nobody_elses_and_goes_after_a_day(world: World, tmp_path: Any) -> None:
    world.report()
    lotte = world.client(world.lotte)
    ready, _lines = make(lotte)
    other = world.client(mandated(world, "auditor"))

    assert other.get(f"/api/v1/exports/{ready['id']}").status_code == 404
    assert other.get(ready["url"]).status_code == 404
    assert other.get("/api/v1/exports").json()["results"] == []
    assert [one["id"] for one in lotte.get("/api/v1/exports").json()["results"]] == [ready["id"]]
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "exports").iterdir()] == [0o600]

    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert lotte.get(ready["url"]).status_code == 404
    assert remove_old_exports.call() == 1
    assert list((tmp_path / "exports").iterdir()) == []
    assert lotte.get("/api/v1/exports").json()["results"] == []


def test_a_file_that_is_not_ready_says_so_and_a_fourth_must_wait(world: World) -> None:
    lotte = world.client(world.lotte)
    asked = send(lotte, "exports", {"query": {}}, status=202)

    assert asked["status"] == "waiting"
    assert lotte.get(f"/api/v1/exports/{asked['id']}/file").status_code == 409
    for _ in range(2):
        send(lotte, "exports", {"query": {}}, status=202)
    send(lotte, "exports", {"query": {}}, status=409)


def test_whoever_loses_the_role_meanwhile_gets_no_file(world: World) -> None:
    world.report()
    lotte = world.client(world.lotte)
    asked = send(lotte, "exports", {"query": {}}, status=202)
    world.lotte.memberships.update(role="member")

    make_export.call(asked["id"])

    assert lotte.get(f"/api/v1/exports/{asked['id']}").json()["status"] == "failed"
