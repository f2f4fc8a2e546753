"""The picture beside a page that is passed on: ours, the same each time, and only of what everybody may see."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cms.base.share_image import SIZE, Picture, draw, share_image_url
from tests.cms.conftest import HOST_B, Sites, picture


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_every_kind_of_page_has_one_of_the_size_that_others_expect(sites: Sites) -> None:
    for page in (sites.a.home, sites.wijk(sites.world.west), sites.news(sites.a, "Een nieuwe bank in het park")):
        page.refresh_from_db()
        answer = sites.visit(share_image_url(page))

        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/png"
        assert "public" in answer["Cache-Control"]
        assert Image.open(io.BytesIO(body_of(answer))).size == SIZE == (1200, 630)


def test_the_photo_of_the_page_is_in_it(sites: Sites, tmp_path: Path) -> None:
    page = sites.news(sites.a, "Het plein is klaar", photo=picture(sites.world.a, tmp_path))
    page.refresh_from_db()

    drawn = Image.open(io.BytesIO(body_of(sites.visit(share_image_url(page))))).convert("RGB")

    red, green, blue = drawn.getpixel((900, 315))  # type: ignore[misc]
    assert (red < 20, 110 < green < 145, 110 < blue < 145) == (True, True, True)  # teal
    assert drawn.getpixel((30, 600)) == (250, 248, 243)


def test_the_same_page_gives_the_same_picture_and_it_is_drawn_once(sites: Sites, settings: Any) -> None:
    page = sites.news(sites.a, "Nieuws")
    page.refresh_from_db()
    address = share_image_url(page)
    first = body_of(sites.visit(address))
    [file] = (Path(settings.MEDIA_ROOT) / "share").glob("*.png")
    stamp = file.stat().st_mtime_ns

    assert body_of(sites.visit(address)) == first
    assert file.stat().st_mtime_ns == stamp
    file.unlink()
    assert body_of(sites.visit(address)) == first


def test_an_old_address_leads_to_the_new_picture_and_the_old_file_goes(sites: Sites, settings: Any) -> None:
    page = sites.news(sites.a, "Eerst")
    page.refresh_from_db()
    old = share_image_url(page)
    sites.visit(old).getvalue()
    page.title = "Later"
    page.save_revision().publish()
    page.refresh_from_db()

    assert sites.visit(old).headers["Location"] == share_image_url(page) != old
    sites.visit(share_image_url(page)).getvalue()
    assert len(list((Path(settings.MEDIA_ROOT) / "share").glob("*"))) == 1


def test_very_many_short_addresses_and_pictures_have_to_wait(sites: Sites, settings: Any) -> None:
    page = sites.news(sites.a, "Bericht")
    settings.THROTTLES = settings.THROTTLES | {"public": "1/minute"}
    assert [sites.visit(f"/deel/{page.pk}/").status_code for _turn in range(2)] == [302, 429]
    assert sites.visit(share_image_url(page)).status_code == 429
    assert sites.visit(f"/insluiten/{sites.world.west.code}/").status_code == 429


def test_a_draft_and_a_page_of_elsewhere_have_none(sites: Sites) -> None:
    page = sites.news(sites.a, "Nieuws")
    page.refresh_from_db()
    address = share_image_url(page)

    assert sites.visit(address, host=HOST_B).status_code == 404
    page.unpublish()
    assert sites.visit(address).status_code == 404
    for nobody in ("/deel/999999/abc.png", "/deel/99999999999999999999/abc.png"):
        assert sites.visit(nobody).status_code == 404


@pytest.mark.parametrize(
    "title",
    ["", "x", "Ğ ł ż İstanbul’dan komşular", "Een heel " + "lange " * 60 + "titel", "W" * 255, "سلام 👋"],
)
def test_any_title_can_be_drawn(title: str, sites: Sites) -> None:
    place = Picture(title, "Westerwijk", "Waterstad", None, sites.world.west.pk)

    assert draw(place).size == SIZE


def test_a_photo_whose_file_is_gone_makes_room_for_the_outline(sites: Sites, tmp_path: Path) -> None:
    image = picture(sites.world.a, tmp_path)
    page = sites.news(sites.a, "Nieuws", photo=image)
    page.refresh_from_db()
    Path(image.file.path).unlink()

    assert sites.visit(share_image_url(page)).getvalue()[:4] == b"\x89PNG"
