"""Beginning an initiative on a phone: words from before signing in, saving while typing, joining without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor, assert_accessible
from tests.support.live.servers import until

pytestmark = pytest.mark.browser


def codes_for(visitor: Visitor, address: str) -> list[str]:
    """The six digits of each mail to this address, oldest first."""
    mails = [mail for mail in visitor.site.mails() if f"To: {address}" in mail]
    return [code for mail in mails for code in re.findall(r"^(\d{6})\s*$", mail, re.MULTILINE)]


def sign_in(visitor: Visitor, page: Page, address: str) -> None:
    """On the page that asks for it."""
    page.locator("#id_address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.locator("#id_code").fill(until(lambda: codes_for(visitor, address), "the code is sent")[-1])
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_plan_begun_on_a_phone_is_kept_and_a_neighbour_without_a_script_joins(visitor: Visitor) -> None:
    phone = visitor.phone(locale="en-GB")
    page = phone.new_page()
    page.goto("/initiatieven/beginnen/")
    assert_accessible(page)
    page.get_by_label("Give it a name").fill("Een pluktuin aan de Singel")
    page.get_by_label("What are you going to do?").fill("We planten bessen die iedereen mag plukken.")
    page.get_by_role("button", name="Next").click()
    sign_in(visitor, page, "ottilie@example.nl")
    expect(page).to_have_url(re.compile(r"/initiatieven/beginnen/een-pluktuin-aan-de-singel-\w{5}/waarom/$"))

    page.get_by_label("What gets better?").fill("Er is nu niets te doen.")
    expect(page.locator("#saved")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_label("What gets better?")).to_have_value("Er is nu niets te doen.")
    visitor.expect("ERR_INTERNET_DISCONNECTED")
    phone.set_offline(True)
    page.get_by_label("What gets better?").fill("Er is nu niets te doen voor kinderen.")
    expect(page.locator("#saved")).to_contain_text("No network")
    phone.set_offline(False)
    expect(page.locator("#saved")).to_have_text("Saved", timeout=15_000)
    page.get_by_role("button", name="Next").click()

    # The map, a search and a list; here the list.
    page.get_by_label("Which part of town?").select_option(label="Havenkwartier")
    expect(page.locator("#place-name")).to_contain_text("Havenkwartier")
    assert_accessible(page)
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/wie/$"))
    page.get_by_role("link", name="Invite neighbours").click()
    page.get_by_role("button", name="Make a link").click()
    link = re.sub(r"^https?://[^/]+", "", page.locator("#join-link").inner_text())
    assert_accessible(page)

    # A neighbour's old phone.
    other = visitor.phone(locale="en-GB", java_script_enabled=False).new_page()
    other.goto(link)
    other.get_by_role("button", name="Sign in and take part").click()
    sign_in(visitor, other, "emine@example.nl")
    other.get_by_label("Your name, as neighbours see it").fill("Emine")
    other.get_by_role("button", name="Yes, I take part").click()
    expect(other.get_by_role("heading", name="What you can do now")).to_be_visible()
    other.get_by_role("link", name="Say what you need").click()
    other.get_by_label("What do you need?").fill("Struiken en schoppen")
    other.get_by_role("button", name="Next").click()
    expect(other.get_by_role("heading", name="Do you have photos?")).to_be_visible()

    page.goto(re.sub(r"/initiatieven/([^/]+)/.*", r"/initiatieven/beginnen/\1/nakijken/", page.url))
    expect(page.get_by_text("Struiken en schoppen")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Send the plan").click()
    expect(page.get_by_role("heading", name="What you can do now")).to_be_visible()
    expect(page.get_by_text("Your plan is sent.")).to_be_visible()
    assert_accessible(page)
