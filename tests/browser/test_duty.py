"""Duty, handover, leaving and the team page in a real browser: phone, keyboard, without a script, accessible."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, assert_accessible

pytestmark = pytest.mark.browser

PAGES = ("/werk/rooster/", "/werk/overdracht/", "/werk/overdracht/nieuw/", "/werk/team/")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("size", ["phone", "desktop", "zoomed"])
def test_each_page_is_accessible_and_fits(visitor: Visitor, address: str, size: str) -> None:
    if size == "phone":
        context = visitor.phone()
    else:
        context = visitor.context(**({"viewport": {"width": 720, "height": 450}} if size == "zoomed" else {}))
    page = visitor.sign_in(context, "fatima").new_page()
    page.goto(address)
    expect(page.locator("main h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible(page)


def test_an_absence_is_planned_on_a_phone_and_ended_again(visitor: Visitor) -> None:
    page = visitor.sign_in(visitor.phone(), "joyce").new_page()
    page.goto("/werk/rooster/")
    page.locator("select[name=replacement]").select_option(index=1)
    page.locator("form[novalidate] button[type=submit]").tap()
    expect(page.locator(".duty-now.away")).to_be_visible()
    assert_accessible(page)
    page.locator(".duty-now form button").tap()
    expect(page.locator(".duty-now.away")).to_have_count(0)


def test_work_is_handed_over_without_a_script_and_accepted_by_keyboard(visitor: Visitor) -> None:
    giver = visitor.sign_in(visitor.context(java_script_enabled=False), "fatima").new_page()
    giver.goto("/werk/overdracht/nieuw/")
    boxes = giver.locator("input[name=case]")
    count = boxes.count()
    assert count > 1
    for number in range(1, count):
        boxes.nth(number).uncheck()
    reference = boxes.first.get_attribute("value") or ""
    giver.locator(f"#note-{reference}").fill("Belt elke ochtend")
    bram = giver.locator("select[name=to] option", has_text=re.compile("^Bram")).get_attribute("value")
    giver.locator("select[name=to]").select_option(bram)
    giver.locator("main form button[type=submit]").click()
    expect(giver.locator("main")).to_contain_text("Belt elke ochtend")

    receiver = visitor.sign_in(visitor.context(), "bram").new_page()
    receiver.goto("/werk/overdracht/")
    link = receiver.locator(".handover-card h3 a")
    link.focus()
    receiver.keyboard.press("Enter")
    accept = receiver.locator("button[value=accept]")
    expect(accept).to_be_visible()
    assert_accessible(receiver)
    accept.focus()
    receiver.keyboard.press("Enter")
    expect(receiver.locator("tbody tr .badge.ok")).to_have_count(1)
    giver.reload()
    expect(giver.locator("tbody tr td").last).to_contain_text("Bram")


def test_the_team_page_gives_work_by_keyboard_and_follows_what_others_do(visitor: Visitor) -> None:
    lead = visitor.sign_in(visitor.context(), "fatima").new_page()
    lead.goto("/werk/team/?show=all")
    tile = lead.locator(".tiles .tile").first
    expect(tile).to_be_visible()
    lead.wait_for_timeout(1_500)  # the live channel says hello
    box = lead.locator("input[name=case]").first
    reference = box.get_attribute("value") or ""
    watcher = visitor.sign_in(visitor.context(), "nadia").new_page()
    watcher.goto("/werk/team/?team=wijkbeheer&show=all")
    row = watcher.locator("tr", has=watcher.locator(f"input[value={reference}]"))
    expect(row).to_be_visible()
    watcher.wait_for_timeout(1_500)

    box.focus()
    lead.keyboard.press("Space")
    lead.locator("#give-to").select_option("team")
    lead.locator(".give-bar button[type=submit]").focus()
    lead.keyboard.press("Enter")
    expect(lead.locator(".messages .notice.ok")).to_be_visible()

    person = watcher.locator(f"tr:has(input[value={reference}]) td[data-label]").first
    expect(person.locator(".soft")).to_be_visible()  # "nobody", without a reload


def test_leaving_names_everything_and_ends_the_account(visitor: Visitor) -> None:
    admin = visitor.sign_in(visitor.context(), "nadia").new_page()
    admin.goto("/werk/team/?team=jongerenwerk")
    leaves = admin.locator("a[href*='/werk/team/vertrek/']")
    leaves.last.click()
    assert_accessible(admin)
    admin.locator("button[value=end]").click()
    summary = admin.locator(".error-summary")
    if summary.count():  # something depends on them: the page says what, and the form names each
        expect(summary).to_be_visible()
        assert_accessible(admin)
        for field in admin.locator("main select").all():
            field.select_option(index=1)
        admin.locator("button[value=end]").click()
    expect(admin).to_have_url(re.compile("/werk/team/$"))
    expect(admin.locator(".messages .notice.ok")).to_be_visible()
