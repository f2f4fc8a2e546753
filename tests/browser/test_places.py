"""The step "where" in a real browser: a search, a location, streets, a map, and what is left without each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Site, Visitor, assert_accessible
from tests.support.live.locatieserver import Locatieserver, locatieserver
from tests.support.live.servers import until

pytestmark = pytest.mark.browser
AT_THE_CHURCH = {"longitude": 4.6257, "latitude": 52.0526, "accuracy": 18}
FAKE = """
Object.defineProperty(navigator, "geolocation", { value: {
  getCurrentPosition: (_found, failed) => failed({ code: %d, message: "" }),
} });
"""
PRIVATE_ONLY = 'Object.defineProperty(window, "isSecureContext", { value: false });'


def served(site: Site, pdok: Locatieserver) -> Iterator[Site]:
    """The demonstration once more, with a source of addresses and streets."""
    other = Site(site.database)
    other.server.environment |= {"PLACES_URL": pdok.places_url, "TILES_URL": pdok.tiles_url, "EMBEDDED_WORKER": "0"}
    other.server.start()
    try:
        # On a busy machine the first question may take longer than anybody waits; what was answered is remembered.
        until(lambda: b'"available":true' in other.server.get("/api/v1/addresses?q=Torenlaan")[1], "it answers")
        yield other
    finally:
        other.server.kill()


@pytest.fixture(scope="module")
def pdok() -> Iterator[Locatieserver]:
    with locatieserver() as running:
        yield running


@pytest.fixture(scope="module")
def with_places(site: Site, pdok: Locatieserver) -> Iterator[Site]:
    yield from served(site, pdok)


@pytest.fixture
def guest(browser: Browser, with_places: Site) -> Iterator[Visitor]:
    one = Visitor(browser, with_places)
    yield one
    for context in browser.contexts:
        context.close()
    one.check()


def at_where(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/melden/")
    page.locator("#report-form[data-ready]").wait_for()
    page.get_by_role("textbox", name="What do you see?").fill("Er ligt afval naast de container")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("combobox", name="Search for a street or an address").wait_for()
    return page


def point(page: Page) -> tuple[float, float]:
    return float(page.locator("[name=lon]").input_value()), float(page.locator("[name=lat]").input_value())


def finish(page: Page) -> None:
    page.get_by_role("button", name="Next", exact=True).click()
    if page.locator("[data-step=more]").is_visible():  # what we think it is about may ask something
        page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Send report").click()
    expect(page).to_have_url(re.compile(r"/volgen/$"))


def test_an_address_is_found_and_chosen_with_the_keyboard(guest: Visitor) -> None:
    page = at_where(guest.phone(locale="en-GB"))
    expect(page.locator("#map.with-background")).to_be_visible()
    box = page.get_by_role("combobox", name="Search for a street or an address")
    box.press_sequentially("kerkstraat 12")
    options = page.locator("#place-options [role=option]")
    expect(options.first).to_be_visible()
    assert box.get_attribute("aria-expanded") == "true"
    expect(page.locator("#place-count")).to_contain_text("found")
    assert_accessible(page)
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("Enter")
    expect(options.first).to_be_hidden()
    expect(page.locator("#place-name")).to_contain_text("Near Kerkstraat 12, Kerkbuurt")
    expect(page.locator("#id_address")).to_have_value("Kerkstraat 12")
    lon, lat = point(page)
    assert abs(lon - 4.6264) < 0.001 and abs(lat - 52.0513) < 0.001
    assert_accessible(page)
    finish(page)


def test_escape_closes_the_list_and_typing_on_opens_it_again(guest: Visitor) -> None:
    page = at_where(guest.context(locale="en-GB"))
    box = page.get_by_role("combobox", name="Search for a street or an address")
    box.press_sequentially("toren")
    expect(page.locator("#place-options [role=option]").first).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("toren")
    box.press_sequentially("laan")
    expect(page.locator("#place-options [role=option]").first).to_be_visible()
    box.press("Escape")
    box.press("Escape")
    expect(box).to_have_value("")


def test_the_map_moves_and_zooms_by_keyboard_and_buttons_around_its_cross(guest: Visitor) -> None:
    page = at_where(guest.context(locale="en-GB"))
    page.locator("#map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=lon]")).not_to_have_value("")
    west, south = point(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=lon]")).not_to_have_value(f"{west:.6f}")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[name=lat]")).not_to_have_value(f"{south:.6f}")
    here = point(page)
    page.keyboard.press("+")
    page.get_by_role("button", name="Zoom in").click()
    now = point(page)
    assert abs(now[0] - here[0]) < 0.0005 and abs(now[1] - here[1]) < 0.0005
    for control in page.locator("#map .leaflet-control-zoom a").all():
        box = control.bounding_box()
        assert box is not None and box["width"] >= 44 and box["height"] >= 44


def test_a_location_is_shown_with_how_exact_it_is(guest: Visitor) -> None:
    page = at_where(guest.phone(locale="en-GB", geolocation=AT_THE_CHURCH, permissions=["geolocation"]))
    page.get_by_role("button", name="Use my location").click()
    expect(page.get_by_text("Your location, within 20 metres.")).to_be_visible()
    expect(page.locator("#map .accuracy")).to_be_attached()
    expect(page.locator("#place-name")).to_contain_text("Kerkbuurt")
    assert point(page) == (AT_THE_CHURCH["longitude"], AT_THE_CHURCH["latitude"])


def test_each_way_of_not_getting_a_location_has_its_own_words(guest: Visitor) -> None:
    said = set()
    for script in (FAKE % 1, FAKE % 2, FAKE % 3, PRIVATE_ONLY):
        context = guest.phone(locale="en-GB")
        context.add_init_script(script)
        page = at_where(context)
        page.get_by_role("button", name="Use my location").click()
        trouble = page.locator(".place-trouble")
        expect(trouble).to_contain_text(re.compile("choose|search", re.IGNORECASE))
        said.add(trouble.inner_text())
        context.close()
    assert len(said) == 4


def test_a_place_outside_the_municipality_is_explained_and_not_taken(guest: Visitor) -> None:
    away = {"longitude": 4.90, "latitude": 52.37, "accuracy": 10}
    page = at_where(guest.phone(locale="en-GB", geolocation=away, permissions=["geolocation"]))
    page.get_by_role("button", name="Use my location").click()
    expect(page.locator("#place-name.outside")).to_contain_text("This place is in Amsterdam.")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#place-search-wrong")).to_contain_text("municipality")
    expect(page.locator("#step-where")).to_be_visible()
    guest.expect("404")


def test_a_street_is_chosen_from_the_list_without_the_map(guest: Visitor) -> None:
    page = at_where(guest.phone(locale="en-GB"))
    page.locator("#id_area").select_option("BU99010102")
    page.get_by_text("Choose a street nearby").click()
    page.get_by_role("radio", name=re.compile("^Torenlaan")).check()
    expect(page.locator("#id_address")).to_have_value("Torenlaan")
    expect(page.locator("#place-name")).to_contain_text("Kerkbuurt")
    lon, lat = point(page)
    assert abs(lon - 4.627) < 0.001 and abs(lat - 52.0525) < 0.001
    assert_accessible(page)
    finish(page)


def test_without_a_network_the_search_says_so_and_the_quarters_are_there(guest: Visitor) -> None:
    context = guest.phone(locale="en-GB")
    page = at_where(context)
    context.set_offline(True)
    page.get_by_role("combobox", name="Search for a street or an address").press_sequentially("kerk")
    expect(page.locator("#place-count")).to_contain_text("You are offline")
    page.locator("#id_area").select_option("BU99010102")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#step-where")).to_be_hidden()
    guest.expect("ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch")


@pytest.mark.parametrize("how", ["slow", "killed", "garbage"])
def test_the_report_goes_on_when_the_source_of_addresses_and_streets_fails(
    browser: Browser, site: Site, how: str
) -> None:
    with locatieserver() as pdok:
        for other in served(site, pdok):
            guest = Visitor(browser, other)
            page = at_where(guest.phone(locale="en-GB", geolocation=AT_THE_CHURCH, permissions=["geolocation"]))
            if how == "slow":
                pdok.slow = 5
            elif how == "killed":
                pdok.kill()
            else:
                pdok.trouble = "garbage"
            page.get_by_role("combobox", name="Search for a street or an address").press_sequentially("kerkb")
            expect(page.locator("#place-options [role=option]")).to_have_count(1)
            expect(page.locator("#place-count")).to_contain_text("only names of quarters")
            page.get_by_role("button", name="Use my location").click()
            expect(page.locator("#place-name")).to_contain_text("Kerkbuurt")
            page.locator("#map").focus()
            for _time in range(6):
                page.keyboard.press("ArrowRight")
            expect(page.locator("#place-name")).to_contain_text(re.compile("."))
            expect(page.locator("#map .area.buurt").first).to_be_attached()
            finish(page)
            page.context.close()
            guest.check()


@pytest.mark.parametrize("how", ["working", "killed"])
def test_without_javascript_the_step_goes_on_too(browser: Browser, site: Site, how: str) -> None:
    with locatieserver() as pdok:
        for other in served(site, pdok):
            if how == "killed":
                pdok.kill()
            guest = Visitor(browser, other)
            page = guest.phone(locale="en-GB", java_script_enabled=False).new_page()
            page.goto("/melden/")
            page.get_by_role("textbox", name="What do you see?").fill("Er ligt afval naast de container")
            page.get_by_role("button", name="Next", exact=True).click()
            words = "Torenlaan" if how == "working" else "Kerkstraat"
            page.get_by_label("Search for a street or an address").fill(words)
            page.get_by_role("button", name="Search").click()
            if how == "working":
                page.get_by_role("button", name="Torenlaan, Vlietstede", exact=True).click()
                expect(page.locator("#chosen")).to_contain_text("Torenlaan, Vlietstede")
            else:
                expect(page.locator("#found")).to_contain_text("Searching for addresses does not work")
                page.locator("#id_area").select_option("BU99010102")
            page.get_by_role("button", name="Next", exact=True).click()
            expect(page).to_have_url(re.compile("/(vragen|bereiken)/|#nearby$"))
            if page.url.endswith("#nearby"):  # look-alikes are shown once
                page.locator("#next").click()
                expect(page).to_have_url(re.compile("/(vragen|bereiken)/"))
            page.context.close()
            guest.check()
