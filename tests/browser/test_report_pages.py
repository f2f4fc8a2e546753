"""Reporting with scripts switched off: four pages, from the first word to the tracking page; nothing for axe on any."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor, assert_accessible, let_axe_run
from tests.browser.test_road import photo

pytestmark = pytest.mark.browser
LOOKS: dict[str, dict[str, Any]] = {
    "phone-light": {"viewport": PHONE, "color_scheme": "light"},
    "screen-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
}


def _check(page: Page, name: str) -> None:
    """Pictures of each with `SCREENS=folder`."""
    if folder := os.environ.get("SCREENS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    let_axe_run(page)
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"


def _on(page: Page, step: str) -> None:
    expect(page.locator(f'[data-page="{step}"]')).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_a_report_without_a_script_from_the_first_word_to_the_tracking_page(visitor: Visitor, look: str) -> None:
    visitor.expect(r"status of 400 .*/melden/")
    page = visitor.context(java_script_enabled=False, locale="en-GB", **LOOKS[look]).new_page()
    further = page.locator("#next")

    page.goto("/melden/")
    _check(page, f"plain-what-{look}")
    further.click()
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#id_text")
    _check(page, f"plain-what-wrong-{look}")
    page.locator("#id_text").fill("De container zit vol en de klep is stuk")
    page.locator("#id_photos").set_input_files(photo())
    further.click()

    _on(page, "where")
    _check(page, f"plain-where-{look}")
    further.click()
    expect(page.locator(".error-summary")).to_be_visible()
    _check(page, f"plain-where-wrong-{look}")
    page.locator("#id_area").select_option(index=1)
    page.locator("#id_address").fill("Bij de speeltuin")
    further.click()

    _on(page, "more")
    expect(page.locator("[name=answer_defect]")).to_have_count(0)
    page.locator("[name=answer_wat][value=stuk]").check()
    _check(page, f"plain-more-{look}")
    further.click()
    _on(page, "more")  # once more: this answer brings up another question
    page.locator("[name=answer_defect][value=klep]").check()
    _check(page, f"plain-more-again-{look}")
    further.click()

    _on(page, "reach")
    page.locator("#id_email").fill("anna at example")
    page.locator("#send").click()
    expect(page.locator("#id_email")).to_have_attribute("aria-invalid", "true")
    _check(page, f"plain-reach-wrong-{look}")
    page.locator("#id_email").fill("anna@example.nl")
    page.locator('[data-line="text"] .change a').click()

    _on(page, "what")
    expect(page.locator("#id_text")).to_have_value("De container zit vol en de klep is stuk")
    expect(page.locator("#photos img")).to_have_count(1)
    _check(page, f"plain-what-again-{look}")
    for step in ("where", "more", "reach"):
        further.click()
        _on(page, step)
    page.reload()
    _on(page, "reach")
    expect(page.locator('[data-line="photos"] img')).to_have_count(1)
    page.locator("#id_email").fill("anna@example.nl")
    _check(page, f"plain-reach-{look}")
    page.locator("#send").click()

    expect(page).to_have_url(re.compile(r"/volgen/$"))
    expect(page.get_by_text("De container zit vol en de klep is stuk")).to_be_visible()
    expect(page.locator(".follow-photos img")).to_have_count(1)


def test_the_pages_hold_from_right_to_left(visitor: Visitor) -> None:
    page = visitor.phone(java_script_enabled=False, locale="ar").new_page()
    page.goto("/melden/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    _check(page, "plain-rtl-what")
    page.locator("#id_text").fill("De container zit vol")
    page.locator("#next").click()
    _on(page, "where")
    _check(page, "plain-rtl-where")
    page.locator("#id_area").select_option(index=1)
    page.locator("#id_address").fill("Bij de speeltuin")
    page.locator("#next").click()
    _on(page, "more")
    page.locator("#next").click()
    _on(page, "reach")
    _check(page, "plain-rtl-reach")
