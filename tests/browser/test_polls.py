"""Voting on a phone: an order made with the keyboard alone, and a ballot that is made without a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor, assert_accessible

pytestmark = pytest.mark.browser

SQUARE = "Wat komt er op het Hovenplein?"
KEPT = """async () => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open("wijkplatform-ballots", 1);
    asked.onsuccess = () => done(asked.result);
  });
  const asked = database.transaction("waiting").objectStore("waiting").getAll();
  await new Promise((done) => (asked.onsuccess = done));
  return asked.result;
}"""


def opened(visitor: Visitor, title: str) -> Page:
    page = visitor.phone(locale="en-GB").new_page()
    page.goto("/peilingen/")
    page.get_by_role("link", name=title).first.click()
    expect(page.locator("form[data-vote]")).to_be_visible()
    return page


def test_an_order_is_made_with_the_keyboard_and_the_receipt_is_read_out_first(visitor: Visitor) -> None:
    page = opened(visitor, SQUARE)
    assert_accessible(page)
    for question in page.locator(".question").all():
        if question.get_attribute("data-control") in {"radio", "scale"}:
            question.locator("input").first.focus()
            page.keyboard.press("Space")
    ranking = page.locator(".question.ranked").first
    names = [name.strip() for name in ranking.locator(".option-label").all_inner_texts()]
    first, second = names[0], names[1]
    for name in (first, second):
        ranking.get_by_role("button", name=f"Give “{name}” a place").focus()
        page.keyboard.press("Enter")
    ranking.get_by_role("button", name=f"“{second}” higher").focus()
    page.keyboard.press("Enter")
    expect(ranking.locator(".ballot-option.placed .option-label")).to_have_text([second, first])
    expect(ranking.get_by_role("status")).to_have_text(f"{second}: place 1 of 2")
    assert_accessible(page)
    page.get_by_role("button", name="Vote", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-receipt]")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert_accessible(page)


def test_a_ballot_made_without_a_network_waits_and_is_sent_once(visitor: Visitor) -> None:
    page = opened(visitor, SQUARE)
    visitor.expect("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    for question in page.locator(".question").all():
        if question.get_attribute("data-control") in {"radio", "scale"}:
            question.locator("label").first.click()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.locator("[data-waiting-state=waiting]")).to_be_visible()
    expect(page.locator("form[data-vote]")).to_be_hidden()
    assert_accessible(page)
    [waiting] = page.evaluate(KEPT)
    assert waiting["body"]["choices"]
    page.context.set_offline(False)
    sent = page.locator("[data-waiting-state=sent]")
    expect(sent).to_be_visible()
    expect(sent.locator(".receipt")).to_be_visible()
    [kept] = page.evaluate(KEPT)
    assert kept["body"] is None and kept["entries"] == []
    sent.get_by_role("button", name="I have kept it").click()
    expect(sent).to_be_hidden()
    assert page.evaluate(KEPT) == []
