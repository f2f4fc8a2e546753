"""The desk's map: list and map in step, an area chosen by pointer, by keys and from the list, and its round."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor, assert_accessible

pytestmark = pytest.mark.browser

FEWER = "(before) => document.querySelectorAll('.map-row[data-reference]').length < before"


def _map(visitor: Visitor, query: str = "", *, phone: bool = False) -> Page:
    context = visitor.sign_in(visitor.phone() if phone else visitor.context(), "fatima")
    page = context.new_page()
    page.goto(f"/werk/kaart/{query}")
    expect(page.locator(".map-row").first).to_be_visible()
    expect(page.locator(".map .pin").first).to_be_attached()
    return page


def _shown(page: Page) -> int:
    return page.locator(".map-row[data-reference]").count()


def test_the_list_and_the_map_light_up_together(visitor: Visitor) -> None:
    page = _map(visitor)
    # Those whose markers would hide each other share one with their number.
    heaps = [int(text) for text in page.locator(".map .map-cluster").all_inner_texts()]
    assert page.locator(".map .pin").count() + sum(heaps) == _shown(page)
    row = page.locator(".map-row[data-reference]").first
    row.locator("a").focus()
    expect(page.locator(".map .lit")).to_have_count(1)
    expect(row).to_have_attribute("data-lit", "")
    page.locator("[data-filter=view]").focus()
    expect(page.locator(".map .lit")).to_have_count(0)
    page.locator(".map .pin").last.dispatch_event("mouseover")  # another marker may lie over its middle
    expect(page.locator(".map-row[data-lit]")).to_have_count(1)
    assert_accessible(page)


def test_filters_stand_in_the_address_and_go_along_to_the_inbox(visitor: Visitor) -> None:
    page = _map(visitor)
    everything = _shown(page)
    page.locator("[data-filter=area]").select_option(index=1)
    expect(page).to_have_url(re.compile(r"/werk/kaart/\?area=[A-Z]{2}\d+"))
    code = page.url.partition("area=")[2]
    page.wait_for_function(
        "(before) => document.querySelectorAll('.map-row[data-reference]').length < before", arg=everything
    )
    link = page.locator(".map-list-head a")
    expect(link).to_have_attribute("href", f"/werk/?area={code}")
    page.reload()
    expect(page.locator("[data-filter=area]")).to_have_value(code)
    page.wait_for_function(
        "(before) => document.querySelectorAll('.map-row[data-reference]').length < before", arg=everything
    )


def test_an_area_is_drawn_with_the_pointer_and_becomes_a_round(visitor: Visitor) -> None:
    page = _map(visitor)
    page.locator("[data-draw]").click()
    expect(page.locator("[data-ready]")).to_be_visible()  # these tools are higher: the map is where it stays
    box = page.locator(".map-pane .map").bounding_box()
    assert box
    for number, (x, y) in enumerate(((0.03, 0.03), (0.85, 0.03), (0.85, 0.93), (0.03, 0.93)), 1):
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        expect(page.locator(".map .map-corner")).to_have_count(number)
    page.locator("[data-ready]").click()
    expect(page.locator(".map-check input:checked")).to_have_count(_shown(page))
    page.locator("[data-round]").click()
    expect(page).to_have_url(re.compile(r"/werk/ronde/\?cases=M-"))
    expect(page.locator(".maker-rows input:checked").first).to_be_visible()


def test_an_area_is_chosen_by_keys_alone(visitor: Visitor) -> None:
    page = _map(visitor)
    page.locator("[data-draw]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-pane .map")).to_be_focused()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press("Enter")
        page.keyboard.press(key)
        page.wait_for_timeout(400)  # the map glides
    expect(page.locator("[data-ready]")).to_be_enabled()
    page.keyboard.press("Backspace")
    expect(page.locator("[data-ready]")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator("[data-draw]")).to_be_visible()
    page.locator("[data-box]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-round]")).to_be_visible()
    assert_accessible(page)


def test_on_a_phone_the_list_is_below_and_nothing_falls_off(visitor: Visitor) -> None:
    page = _map(visitor, phone=True)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(page)
    page.locator(".map-check input").first.check()
    expect(page.locator("[data-round]")).to_be_visible()


def test_settings_are_kept_and_work_without_javascript(visitor: Visitor) -> None:
    context = visitor.sign_in(visitor.phone(java_script_enabled=False), "joyce")
    page = context.new_page()
    page.goto("/werk/instellingen/")
    page.locator("input[name=digest][value=hourly]").check()
    page.locator("input[name=quiet_from]").fill("18:00")
    page.locator("input[name=quiet_until]").fill("08:00")
    page.locator(".settings-form button[type=submit]").click()
    page.goto("/werk/instellingen/")
    expect(page.locator("input[name=digest][value=hourly]")).to_be_checked()
    expect(page.locator("input[name=quiet_from]")).to_have_value("18:00")
