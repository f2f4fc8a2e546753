"""What the page of a report shows: the place, the photos, and what was typed and refused."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from django.test import Client

from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import hidden, picture
from tests.support.world import World

ANNA = ContactGiven(email="anna@example.nl", name="Anna")


def test_a_refused_change_of_contact_keeps_what_was_typed(client: Client, world: World) -> None:
    sent = world.report(contact=ANNA)
    client.get(f"/volgen/{sent.token}/")

    typed = {"name": "Nieuwe Naam", "email": "fout-adres", "phone": "06 12345678"}
    answer = client.post("/volgen/contact/", typed)

    html = answer.content.decode()
    assert answer.status_code == 400
    for value in typed.values():
        assert f'value="{value}"' in html
    assert '<a href="#id_email">' in html
    assert 'value="fout-adres" aria-invalid="true" aria-describedby="id_email_error"' in html


def test_the_page_shows_the_place_and_photos_as_they_were_sent(client: Client, world: World) -> None:
    first = client.post("/api/v1/uploads", {"file": picture()}).json()["id"]
    body = {
        "text": "Er staat een bank",
        "category": "grofvuil",
        "location": {"type": "Point", "coordinates": [5.002, 52.005]},
        "address": "Havenstraat 12",
        "photos": [first],
    }
    sent = client.post("/api/v1/reports", body, content_type="application/json").json()
    client.get(f"/volgen/{sent['tracking']['token']}/")
    page = client.get("/volgen/")
    message = {"text": "En nog een", "key": hidden(page)["key"], "photos": picture("red")}
    assert client.post("/volgen/bericht/", message).status_code == 302

    html = client.get("/volgen/").content.decode()
    told = html[html.index('id="report-title"') :]
    talk = html[html.index('id="conversation-title"') : html.index('id="report-title"')]
    assert "<bdi>Havenstraat 12, Westerwijk</bdi>" in told
    assert (first in told, first in talk, told.count("<img"), talk.count("<img")) == (True, False, 1, 1)
    headers = {"Authorization": f"Bearer {sent['tracking']['token']}"}
    followed = client.get("/api/v1/tracking", headers=headers).json()
    assert sorted(one["withReport"] for one in followed["photos"]) == [False, True]


def test_a_place_without_an_address_is_the_place_on_the_map(client: Client, world: World) -> None:
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")
    assert (
        "The place on the map, <bdi>Westerwijk</bdi>"
        in client.get("/volgen/", headers={"Accept-Language": "en"}).content.decode()
    )


def test_a_small_map_shows_the_place_without_a_script(client: Client, world: World, settings: Any) -> None:
    sent = world.report(at=(5.002, 52.005))
    client.get(f"/volgen/{sent.token}/")
    assert "spot-map" not in client.get("/volgen/").content.decode(), "no squares to be had"
    settings.TILES_URL = "https://tiles.example"

    html = client.get("/volgen/").content.decode()

    squares = re.findall(r'<image href="/kaart/tegels/17/(\d+)/(\d+)\.png" x="(-?\d+)" y="(-?\d+)" width="256"', html)
    assert 2 <= len(squares) <= 6
    box = re.search(r'class="spot-map">\s*<svg viewBox="0 0 (\d+) (\d+)"', html)
    assert box
    width, height = int(box[1]), int(box[2])
    for tile_x, tile_y, x, y in (map(int, one) for one in squares):
        # The middle of the picture, read back from each square, is the place.
        across, down = tile_x + (width / 2 - x) / 256, tile_y + (height / 2 - y) / 256
        assert across / 2**17 * 360 - 180 == pytest.approx(5.002, abs=1e-5)
        lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down / 2**17))))
        assert lat == pytest.approx(52.005, abs=1e-5)
    covered = {(int(x) + dx, int(y) + dy) for _tx, _ty, x, y in squares for dx in (0, 255) for dy in (0, 255)}
    assert min(x for x, _y in covered) <= 0 and max(x for x, _y in covered) >= width - 1
    assert min(y for _x, y in covered) <= 0 and max(y for _x, y in covered) >= height - 1
    assert "spot-map" not in client.get("/volgen/?part=live").content.decode()
