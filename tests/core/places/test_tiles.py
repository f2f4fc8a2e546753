"""The background of maps: fetched once, kept in bounds, and missed by nobody."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from django.test import Client

from core.places import tiles
from tests.core.places.conftest import BUSY, MUCH_LATER, VLIETSTEDE

pytestmark = pytest.mark.django_db
Z, X, Y = 15, 16805, 10829
"""In the middle of Vlietstede."""


@pytest.fixture
def browser() -> Client:
    return Client(HTTP_HOST=VLIETSTEDE)


def url(z: int = Z, x: int = X, y: int = Y) -> str:
    return f"/kaart/tegels/{z}/{x}/{y}.png"


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_square_is_fetched_once_and_kept(pdok, browser) -> None:
    first = browser.get(url())
    assert first.status_code == 200 and first["Content-Type"] == "image/png"
    assert first["Cache-Control"] == "public, max-age=604800" and first["X-Content-Type-Options"] == "nosniff"
    content = first.content
    assert content.startswith(b"\x89PNG")
    pdok.trouble = "error"
    assert browser.get(url()).content == content
    assert [one.path.rpartition("3857")[2] for one in pdok.asked] == [f"/{Z}/{X}/{Y}.png"]


def test_the_square_in_the_test_lies_where_it_says(areas) -> None:
    west, south, east, north = tiles.box_of(Z, X, Y)
    assert (west < 4.64 < east and south < 52.05 < north) or tiles._is_ours(Z, (west, south, east, north))


def test_nothing_of_who_looks_goes_out(pdok, browser) -> None:
    browser.cookies["sessionid"] = "geheim"
    browser.get(url(), headers={"User-Agent": "Telefoon", "X-Forwarded-For": "203.0.113.9", "Referer": "/melden/"})
    [asked] = pdok.asked
    assert set(asked.headers) <= {"host", "accept", "accept-encoding", "user-agent", "connection"}
    assert "Telefoon" not in str(asked.headers)


@pytest.mark.parametrize(
    "address",
    [
        url(5, 16, 10),  # too far out
        url(20, 537000, 346000),  # too close
        url(Z, 0, 0),  # in the ocean
        url(8, 0, 0),
        url(Z, X + 500, Y),  # in no municipality of ours
        url(Z, 2**15, Y),
        f"/kaart/tegels/{Z}/{'9' * 6000}/{Y}.png",
        f"/kaart/tegels/{Z}/-1/{Y}.png",
        f"/kaart/tegels/{Z}/{X}/{Y}.jpg",
        f"/kaart/tegels/{Z}/{X}/{Y}.png/",
        "/kaart/tegels/../../secret_key",
        f"/kaart/tegels/{Z}/../../{Y}.png",
        "/kaart/tegels/",
    ],
)
def test_a_square_that_is_not_of_our_maps_is_not_found_and_not_asked(pdok, browser, address) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404, address
    assert pdok.asked == []


def test_only_reading_is_possible(pdok, browser) -> None:
    assert browser.post(url()).status_code == 405


def test_without_a_source_there_is_nothing_and_no_error(areas, browser, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    answer = browser.get(url())
    assert answer.status_code == 204 and answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("trouble", ["error", "refuse", "garbage", "html", "empty", "half", "huge", "hang-up", "moved"])
def test_what_is_no_square_is_neither_kept_nor_given(pdok, browser, trouble) -> None:
    pdok.trouble = trouble
    assert browser.get(url()).status_code == 204
    pdok.trouble = ""
    assert browser.get(url()).status_code == 200


def test_nobody_waits_for_a_slow_source(pdok, browser, impatient) -> None:
    pdok.slow = MUCH_LATER
    began = time.monotonic()
    assert browser.get(url()).status_code == 204
    assert time.monotonic() - began < impatient + BUSY


def test_a_whole_map_does_not_wait_for_a_dead_source(pdok, browser, clock) -> None:
    pdok.kill()
    began = time.monotonic()
    assert {browser.get(url(x=X + number % 6, y=Y + number // 6)).status_code for number in range(24)} == {204}
    assert time.monotonic() - began < 10


def test_an_old_square_is_fetched_again_and_given_when_there_is_no_new_one(pdok, browser) -> None:
    content = browser.get(url()).content
    path = tiles.path_of(Z, X, Y)
    age(path, tiles.FRESH + 60)
    pdok.trouble = "error"
    assert browser.get(url()).content == content
    pdok.trouble = ""
    assert browser.get(url()).content == content
    assert len(pdok.asked) == 3
    assert time.time() - path.stat().st_mtime < 60


@pytest.mark.django_db(transaction=True)
def test_many_who_look_at_once_ask_once(pdok) -> None:
    pdok.slow = 0.2
    found: list[Path | None] = []
    threads = [threading.Thread(target=lambda: found.append(tiles.tile(Z, X, Y))) for _one in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pdok.asked) == 1 and found == [tiles.path_of(Z, X, Y)] * 10


def test_a_disk_that_takes_nothing_costs_the_square_and_no_error(pdok, browser, settings, tmp_path) -> None:
    (tmp_path / "tiles").write_text("in the way")
    assert browser.get(url()).status_code == 204


def test_the_oldest_squares_go_when_together_they_take_too_much(pdok, settings, tmp_path) -> None:
    settings.TILES_DISK_MB = 1
    folder = tiles.folder() / "15" / "1"
    folder.mkdir(parents=True)
    for number in range(300):  # each takes 4 kB of disk: 1.2 MB
        path = folder / f"{number}.png"
        path.write_bytes(b"x" * 100)
        age(path, 1000 - number)
    (half := folder / ".7.png.abcd.tmp").write_bytes(b"x")
    age(half, 7200)
    tiles.sweep()
    left = sorted(int(path.stem) for path in folder.glob("*.png"))
    assert left == list(range(300 - len(left), 300))
    assert len(left) * 4096 <= 0.9 * 1024 * 1024 < (len(left) + 1) * 4096
    assert not half.exists()
    assert tiles.sweep() == 0


def test_between_sweeps_the_room_is_kept_in_bounds(pdok, settings) -> None:
    settings.TILES_DISK_MB = 1
    tiles.sweep()
    folder = tiles.folder() / "15" / "1"
    for number in range(400):
        tiles._keep(folder / f"{number}.png", b"x" * 100)
    assert len(list(folder.glob("*.png"))) * 4096 <= 1.1 * 1024 * 1024


def test_asking_for_very_many_new_squares_is_refused_and_kept_ones_are_given(pdok, browser, settings) -> None:
    from django.core.cache import cache

    cache.clear()
    settings.THROTTLES = settings.THROTTLES | {"tiles": "2/minute"}
    assert [browser.get(url(x=X + number)).status_code for number in range(3)] == [200, 200, 429]
    assert [browser.get(url()).status_code for _time in range(3)] == [200] * 3
    cache.clear()
