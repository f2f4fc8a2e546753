"""An open page of a wijk shows what happens there, without being loaded again and without moving what is read."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Site, Visitor, assert_accessible
from tests.browser.test_following import reported

pytestmark = pytest.mark.browser
PATH = "/wijken/de-hoven/"
PUBLISH = """
from cms.news.models import NewsPage
from cms.wijken.models import WijkPage
wijk = WijkPage.objects.get(area__code="WK990102")
page = NewsPage(title="Feest op het plein", lead="Iedereen is welkom.", live=False)
wijk.add_child(instance=page)
page.save_revision().publish()
"""


def test_what_is_published_and_reported_appears_on_the_open_page(visitor: Visitor, site: Site) -> None:
    phone = visitor.phone(locale="en-GB")
    page = phone.new_page()
    page.goto(PATH)
    page.evaluate("window.sameVisit = true")
    link = page.locator("#nieuws a").first
    link.focus()
    focused = link.get_attribute("href")
    heading = page.locator("#cijfers h2")
    heading.scroll_into_view_if_needed()
    before = heading.bounding_box()

    site.database.manage("shell", "-v0", "-c", PUBLISH)
    expect(page.locator("#nieuws").get_by_text("Feest op het plein")).to_be_attached()
    expect(page.locator(".fresh-news")).to_contain_text("News from the neighbourhood")
    assert page.evaluate("document.activeElement.getAttribute('href')") == focused
    after = heading.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 2, "what is read stays where it is"

    open_now = int(page.locator(".counts strong").first.inner_text())
    reported(phone)
    expect(page.locator(".counts strong").first).to_have_text(str(open_now + 1))
    assert page.evaluate("window.sameVisit") is True
    assert_accessible(page)

    plain = visitor.context(locale="en-GB", java_script_enabled=False).new_page()
    plain.goto(PATH)
    expect(plain.locator("#nieuws")).to_contain_text("Feest op het plein")
    plain.goto(f"{PATH}?thema=groen")
    expect(plain.locator("h1")).to_contain_text("Green")
    arabic = visitor.phone(locale="ar").new_page()
    arabic.goto(PATH)
    assert arabic.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(arabic)
