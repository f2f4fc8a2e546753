"""What the blocks of a page do in a browser: the slider by key and touch, and a film that asks nothing beforehand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, Visitor, assert_accessible

pytestmark = pytest.mark.browser
MAKE = """
import json
from cms.news.models import NewsIndexPage, NewsPage
from wagtail.images import get_image_model

index = NewsIndexPage.objects.filter(path__startswith=NewsPage.objects.first().path[:8]).get()
image = {"image": get_image_model().objects.first().pk, "alt_text": "Een straat", "decorative": False}
body = [
    {"type": "before_after", "value": {"before": image, "after": image, "label_before": "Eerst", "label_after": "Nu"}},
    {"type": "video", "value": {"title": "De tunnel", "address": "https://youtu.be/abc_123", "poster": image}},
    {"type": "video", "value": {"title": "Het park", "address": "https://film.example/park.mp4"}},
]
page = NewsPage(title="Beeld", slug="beeld", lead="Kijk.", body=json.dumps(body))
index.add_child(instance=page)
page.save_revision().publish()
print(page.get_url_parts()[2])
"""


@pytest.fixture(scope="module")
def address(site: Site) -> str:
    """The page with both."""
    return site.database.manage("shell", "-v0", "-c", MAKE).splitlines()[-1]


def _seen(page: Page) -> str:
    return str(
        page.locator("[data-before-after]").evaluate("pair => getComputedStyle(pair).getPropertyValue('--seen')")
    )


def test_before_and_after_slide_by_key_by_touch_and_from_right_to_left(visitor: Visitor, address: str) -> None:
    page = visitor.phone(locale="ar").new_page()
    page.goto(address)
    slider = page.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "Eerst 50%")
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "Eerst 51%")
    assert _seen(page) == "51%"
    box = page.locator("[data-before-after]").bounding_box()
    assert box and box["height"] > 150, "the whole picture can be touched"
    page.touchscreen.tap(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    expect(slider).to_have_attribute("aria-valuetext", "Eerst 20%")
    assert_accessible(page)
    page.locator(".body").evaluate("body => body.dir = 'rtl'")
    slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "Eerst 21%")


def test_without_a_script_there_are_two_pictures_and_a_link(visitor: Visitor, address: str) -> None:
    page = visitor.phone(java_script_enabled=False).new_page()
    page.goto(address)
    expect(page.get_by_role("slider")).to_be_hidden()
    one, other = (page.locator("[data-before-after] img").nth(which).bounding_box() for which in (0, 1))
    assert one and other and other["y"] >= one["y"] + one["height"], "under each other on a phone"
    expect(page.locator(".video button").first).to_be_hidden()
    expect(page.locator('.video a[href="https://youtu.be/abc_123"]')).to_be_visible()


def test_a_film_asks_its_place_for_nothing_before_it_is_played(visitor: Visitor, address: str) -> None:
    """The visitor's check counts every request to another machine, and every refusal by the page's own policy."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="text/html", body="<p>De film</p>")

    context = visitor.context()
    context.route("https://**/*", answer)
    page = context.new_page()
    page.goto(address)
    frame = page.locator("iframe")
    play = page.locator(".video button")
    play.last.scroll_into_view_if_needed()
    expect(play).to_have_count(2)
    page.wait_for_load_state("networkidle")
    assert not asked and not visitor.troubles

    visitor.expect(r"^request to another machine: https://www\.youtube-nocookie\.com/embed/abc_123\?autoplay=1$")
    play.first.press("Enter")
    expect(frame).to_have_attribute("title", "De tunnel")
    expect(page.frame_locator("iframe").get_by_text("De film")).to_be_visible()
    expect(frame).to_be_focused()
    assert asked == ["https://www.youtube-nocookie.com/embed/abc_123?autoplay=1"]

    visitor.expect(r"^request to another machine: https://film\.example/park\.mp4$")
    play.click()
    expect(page.locator("video")).to_have_attribute("aria-label", "Het park")
    expect(page.locator("video")).to_be_focused()
    page.wait_for_function("document.querySelector('video').error || document.querySelector('video').networkState > 1")
    assert "https://film.example/park.mp4" in asked
