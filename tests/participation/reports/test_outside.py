"""A place in a municipality that does not take part: it is named where somebody knows it, and nobody waits long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from core.places import locatieserver as client
from core.places import upstream
from tests.participation.reports.browser import go_on, press
from tests.support.live.locatieserver import Locatieserver, locatieserver
from tests.support.world import World

AMSTERDAM, TEXEL = (4.9, 52.37), (4.8, 53.06)
AT_SEA = (3.5, 52.6)


@pytest.fixture
def pdok(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Locatieserver]:
    monkeypatch.setattr(upstream, "PATIENCE", 30.0)
    monkeypatch.setattr(upstream, "SLOW", 30.0)
    with locatieserver() as running:
        settings.PLACES_URL = running.places_url
        client.forget()
        yield running
        client.forget()


def located(browser: Client, place: tuple[float, float]) -> Any:
    lon, lat = place
    answer = browser.get(f"/api/v1/areas/_locate?lat={lat}&lon={lon}")
    assert answer.status_code == 404
    return answer.json()["detail"]


def test_the_municipality_that_is_responsible_is_named_on_both_roads(pdok: Locatieserver, anna: Client) -> None:
    assert located(anna, AMSTERDAM).startswith("This place is in Amsterdam.")
    where = go_on(anna, anna.get("/melden/"), text="De bank is stuk")
    lon, lat = (str(number) for number in AMSTERDAM)
    wrong = press(anna, where, lon=lon, lat=lat, plain=None)
    assert (wrong.status_code, "This place is in Amsterdam." in wrong.content.decode()) == (400, True)
    [asked] = pdok.asked
    assert (dict(asked.query)["type"], dict(asked.query)["lat"]) == ("gemeente", "52.370"), "no nearer than a street"


def test_where_nobody_knows_it_the_words_are_those_for_all(pdok: Locatieserver, anna: Client) -> None:
    assert located(anna, TEXEL).startswith("The municipality of this place does not use this platform.")
    many = len(pdok.asked)
    assert "0800-8002" in located(anna, AT_SEA)
    assert len(pdok.asked) == many, "at sea there is none to ask for"


@pytest.mark.parametrize("trouble", ["error", "garbage", "hang-up", "refuse"])
def test_a_source_in_trouble_changes_the_words_and_nothing_else(
    pdok: Locatieserver, anna: Client, trouble: str
) -> None:
    pdok.trouble = trouble
    assert located(anna, AMSTERDAM).startswith("The municipality of this place does not use this platform.")


def test_a_slow_source_is_not_waited_for(pdok: Locatieserver, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "PATIENCE", 0.2)
    pdok.slow = 1.0
    assert located(anna, AMSTERDAM).startswith("The municipality of this place does not use this platform.")


def test_who_asks_very_often_gets_no_name(pdok: Locatieserver, anna: Client, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"places": "1/day"}
    told = [located(anna, place) for place in (AMSTERDAM, (4.88, 52.36))]
    assert ["Amsterdam" in one for one in told] == [True, False]
    assert len(pdok.asked) == 1
