"""The demonstration's municipalities, and a Locatieserver with their streets on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from core.areas.models import Area, Tenant
from core.areas.queries import tree
from core.places import locatieserver as client
from core.places import tiles, upstream
from tests.core.areas.conftest import make_area
from tests.support.live.locatieserver import DEMO, Locatieserver, locatieserver
from tests.support.rows import keep

VLIETSTEDE, RIETMADE = "vlietstede.test", "rietmade.test"
AT_THE_CHURCH = (4.6257, 52.0526)
"""Dorpsplein, Vlietstede."""
MUCH_LATER, BUSY = 9.0, 4.0
"""Seconds: how late what is too slow answers, and what a busy machine may add to any wait before that."""


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    made = keep("areas of the demonstration", _areas)
    tree()  # in memory before a test starts threads, which would see another database
    return made


def _areas() -> dict[str, Area]:
    made: dict[str, Area] = {}
    for one in json.loads((DEMO / "areas.geojson").read_text())["features"]:
        has = one["properties"]
        level = next(one for one in ("buurt", "wijk", "gemeente") if has.get(f"{one}code"))
        code, name = has[f"{level}code"], has[f"{level}naam"]
        parent = made.get(has.get({"buurt": "wijkcode", "wijk": "gemeentecode"}.get(level, "")))
        made[code] = make_area(code, shapely.from_geojson(json.dumps(one["geometry"])), parent, name)
    for code, host in (("GM9901", VLIETSTEDE), ("GM9902", RIETMADE)):
        Tenant.objects.create(gemeente=made[code], hostname=host, is_default=code == "GM9901")
    return made


@pytest.fixture
def pdok(
    areas: dict[str, Area], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Locatieserver]:
    """Who asks has all the time a busy machine may take; see `impatient`."""
    monkeypatch.setattr(upstream, "PATIENCE", 30.0)
    monkeypatch.setattr(upstream, "SLOW", 30.0)
    monkeypatch.setattr(upstream, "QUEUE", 30.0)
    settings.DATA_DIR = tmp_path
    with locatieserver() as running:
        settings.PLACES_URL, settings.TILES_URL = running.places_url, running.tiles_url
        client.forget()
        tiles.forget()
        yield running
        client.forget()
        tiles.forget()


class Clock:
    """A monotonic clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What both breakers go by."""
    made = Clock()
    for service in (client._service, tiles._service):
        monkeypatch.setattr(service, "breaker", upstream.Breaker("test", made))
    return made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> float:
    """Who asks waits shorter, so that tests do; the numbers keep their proportions."""
    monkeypatch.setattr(upstream, "PATIENCE", 0.3)
    monkeypatch.setattr(upstream, "SLOW", 0.2)
    return 0.3
