"""My card in a real browser: it is seen while it is filled in, and a photo is cut with keys or by dragging."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Dialog, expect

from tests.browser.conftest import Visitor, assert_accessible

pytestmark = pytest.mark.browser


def _picture() -> bytes:
    image = Image.new("RGB", (1200, 800), "red")
    image.paste("blue", (600, 0, 1200, 800))
    into = io.BytesIO()
    image.save(into, "JPEG")
    return into.getvalue()


def test_a_professional_cuts_a_photo_and_sees_the_card_before_residents_do(visitor: Visitor) -> None:
    context = visitor.sign_in(visitor.phone(), "sjors")
    page = context.new_page()
    page.goto("/werk/mijn-kaart/foto/")
    page.set_input_files("input[type=file]", {"name": "ik.jpg", "mimeType": "image/jpeg", "buffer": _picture()})
    page.locator("form[enctype] button").click()
    picture = page.locator("[data-picture]")
    expect(page.locator("[data-frame].live")).to_be_visible()
    assert_accessible(page)
    middle = picture.evaluate("one => one.style.transform")
    across = page.locator("input[name=x]")
    across.focus()
    page.keyboard.press("End")
    assert across.input_value() == "100" and picture.evaluate("one => one.style.transform") != middle
    page.locator("[data-frame]").scroll_into_view_if_needed()
    frame = page.locator("[data-frame]").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 60, frame["y"] + 60)
    page.mouse.down()
    page.mouse.move(frame["x"] + 140, frame["y"] + 60)
    page.mouse.up()
    assert 0 < int(across.input_value()) < 100, "dragging to the right shows more of the left"
    page.locator("[data-crop] button[type=submit]").click()
    page.wait_for_url(re.compile("/werk/mijn-kaart/$"))

    form = page.locator("[data-card-form]")
    expect(form).to_be_visible()
    assert_accessible(page)
    page.locator("#id_about").fill("Ik veeg, en ik praat graag.")
    expect(page.locator("[data-preview]")).to_contain_text("Ik veeg, en ik praat graag.")
    expect(page.locator("[data-preview] img")).to_be_visible()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.evaluate("setTimeout(() => location.assign('/werk/instellingen/'), 0)")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"] and page.url.endswith("/werk/mijn-kaart/")
    form.locator("button[type=submit]:not([name])").click()
    expect(page.locator("form.undo-save")).to_be_visible()

    resident = visitor.context(java_script_enabled=False).new_page()
    resident.goto("/mensen/?q=sjors")
    expect(resident.locator(".person-card").first).to_contain_text("Ik veeg, en ik praat graag.")


def test_the_people_and_the_library_are_accessible_and_fit_a_phone(visitor: Visitor) -> None:
    page = visitor.phone().new_page()
    for address in ("/mensen/?per=organisatie", "/aanpakken/", "/aanpakken/buurtmoestuin/"):
        page.goto(address)
        expect(page.locator("main h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert_accessible(page)
