"""I see this too, on a phone: with a script while choosing the place, without one on pages of its own."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Visitor, assert_accessible
from tests.browser.test_road import photo

pytestmark = pytest.mark.browser
LON, LAT = 4.64236, 52.05572
"""Where the photo of `test_road` was made."""


def reported(context: BrowserContext) -> str:
    """Somebody reported waste there; its reference."""
    body: dict[str, Any] = {
        "text": "Ottokar heeft zijn oude bank op de stoep gezet",
        "location": {"type": "Point", "coordinates": [LON, LAT]},
        "category": "bijplaatsing-grofvuil",
    }
    answer = context.request.post("/api/v1/reports", data=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status == 201, answer.text()
    return str(answer.json()["reference"])


def at_the_place(context: BrowserContext) -> Page:
    """Somebody else is about to report the same, and has come to the place."""
    page = context.new_page()
    page.goto("/melden/")
    page.locator("#report-form[data-ready]").wait_for()
    page.get_by_role("textbox", name="What do you see?").fill("Er staat een bank naast de container")
    page.locator("#id_photos").set_input_files(photo())
    expect(page.locator("#photos img")).to_be_visible()
    if (category := page.locator("#id_category")).is_visible():
        category.select_option("bijplaatsing-grofvuil")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Use the place of my photo").click()
    expect(page.locator("#place-name")).to_contain_text("De Hoven")
    return page


def test_one_tap_joins_what_somebody_else_reported_and_the_desk_counts_along(visitor: Visitor) -> None:
    reference = reported(visitor.context())
    desk = visitor.sign_in(visitor.context(locale="en-GB"), "precious").new_page()
    desk.goto(f"/werk/{reference}/")
    expect(desk.get_by_text("Live", exact=True)).to_be_visible()
    page = at_the_place(visitor.phone(locale="en-GB"))

    one = page.locator(f"#nearby li[data-reference={reference}]")
    expect(one).to_contain_text("on this spot")
    expect(page.locator("#nearby")).not_to_contain_text("Ottokar")
    assert_accessible(page)
    one.get_by_role("button", name=re.compile("I see this too")).click()
    expect(one).to_contain_text("Thank you, you are counted.")
    assert_accessible(page)

    one.get_by_role("link", name="Add a photo, or get updates").click()
    expect(page).to_have_url(re.compile(r"/melden/ook/volgen/$"))
    expect(page.get_by_role("heading", name="Thank you, you are counted")).to_be_visible()
    page.get_by_text("Add a photo").click()
    page.locator("#id_photos").set_input_files(photo())
    page.get_by_role("button", name="Send photo").click()
    expect(page.get_by_text("They have your photo as well.")).to_be_visible()
    assert_accessible(page)

    expect(desk.locator("[data-supporters='1']")).to_be_visible()
    expect(desk.locator("desk-photos li[data-internal]")).to_have_count(1)


def test_without_network_nothing_is_shown_and_the_report_goes_on(visitor: Visitor) -> None:
    visitor.expect("Failed to load resource|ERR_INTERNET_DISCONNECTED|ERR_FAILED")
    reported(visitor.context())
    context = visitor.phone(locale="en-GB")
    page = at_the_place(context)
    expect(page.locator("#nearby li").first).to_be_visible()
    context.set_offline(True)
    page.evaluate("document.querySelector('#report-form').dispatchEvent(new Event('keep'))")
    page.locator("#id_address").fill("Bij de brug")
    page.evaluate("document.querySelector('[name=text]').value = 'iets anders'")
    page.evaluate("document.querySelector('#report-form').dispatchEvent(new Event('keep'))")
    expect(page.locator("#nearby")).to_be_hidden()
    context.set_offline(False)


def test_without_javascript_it_is_a_page_with_one_button(visitor: Visitor) -> None:
    reference = reported(visitor.context())
    page = visitor.phone(locale="en-GB", java_script_enabled=False).new_page()
    page.goto(f"/melden/ook/{reference}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Do you see this too?")
    page.locator("#id_photos").set_input_files(photo())
    page.get_by_role("button", name="I see this too").click()
    expect(page).to_have_url(re.compile(r"/melden/ook/volgen/$"))
    expect(page.get_by_role("heading", name="Thank you, you are counted")).to_be_visible()
    expect(page.get_by_text("They have your photo as well.")).to_be_visible()


def test_the_pages_of_a_supporter_are_accessible(visitor: Visitor) -> None:
    visitor.expect("status of 400")
    reference = reported(visitor.context())
    page = visitor.phone(locale="en-GB").new_page()
    page.goto(f"/melden/ook/{reference}/")
    assert_accessible(page)
    page.get_by_label("E-mail address").fill("geen adres")
    page.get_by_role("button", name="I see this too").click()
    expect(page.get_by_label("E-mail address")).to_have_value("geen adres")
    assert_accessible(page)
