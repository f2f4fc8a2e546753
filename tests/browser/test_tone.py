"""The tone helper in the real page editor: it marks and unmarks while an editor types, and never stands in the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_the_tone_helper_marks_and_unmarks_while_an_editor_writes(visitor: Visitor) -> None:
    page = visitor.sign_in(visitor.context(locale="en-GB"), "redacteur").new_page()
    page.goto("/beheer/pages/usage/cms_news/newspage/")
    page.locator("a[href$='/edit/']").first.click()
    marks = page.locator(".tone-marks > li")
    counter = page.locator('[data-side-panel-toggle="tone"] [data-side-panel-toggle-counter]')

    page.locator('[data-side-panel-toggle="tone"]').press("Enter")
    expect(page.locator(".tone-verdict")).to_be_visible()
    before = marks.count()

    title = page.locator("#id_title")
    title.fill("De probleemwijk bloeit")
    expect(marks.filter(has_text="probleemwijk")).to_have_count(1)
    expect(counter).to_have_text(str(before + 1))
    expect(page.locator("[data-tone-said]")).to_have_text(re.compile(rf"^{before + 1}\b"))

    title.fill("De wijk bloeit")
    expect(marks.filter(has_text="probleemwijk")).to_have_count(0)

    text = page.locator(".public-DraftEditor-content").first
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Dat regelen we middels een loting.")
    difficult = marks.filter(has_text="middels")
    expect(difficult).to_have_count(1)
    difficult.locator("[data-tone-deed=replace]").first.press("Enter")
    expect(difficult).to_have_count(0)
    expect(text).to_contain_text("Dat regelen we met een loting.")

    title.fill("Wij hangjongeren bakken taart")
    hanging = marks.filter(has_text="hangjongeren")
    expect(hanging).to_have_count(1)
    hanging.locator("[data-tone-deed=fine]").click()
    expect(hanging).to_have_count(0)
    expect(page.locator(".tone-fine summary")).to_be_visible()

    # Wagtail's own saving in between may be on its way still, and is then refused as older.
    visitor.expect(r"400 \(Bad Request\).*/beheer/pages/\d+/edit/")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages")).to_contain_text("hangjongeren")
