"""The conversation at the desk: a standard answer, the mail before it goes, a named colleague, photos, contact data."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, assert_accessible
from tests.browser.test_road import desk_of, photo, report_on_a_phone
from tests.support.live.servers import until

pytestmark = pytest.mark.browser


def test_a_resident_is_answered_and_colleagues_are_asked(visitor: Visitor) -> None:
    words = f"Er staat een kapotte kast naast de container, nummer {uuid4().hex[:6]}"
    desk = desk_of(visitor, "precious")
    tracking = report_on_a_phone(visitor.phone(locale="en-GB"), words)
    [reference] = set(re.findall(r"M-[0-9A-Z]{6}", tracking.inner_text("main")))
    desk.get_by_text(words).first.click()
    pane = desk.locator("desk-case")
    expect(pane.get_by_role("heading", name=words)).to_be_visible()

    # A standard answer in the resident's language, looked at as the mail it will be.
    desk.get_by_role("button", name="Standard answer").click()
    answers = desk.get_by_role("dialog", name="Standard answers")
    expect(answers.locator(".answer").first).to_be_visible()
    assert_accessible(desk)
    answers.locator(".answer").first.click()
    field = desk.get_by_label("Message to the resident")
    expect(field).to_have_value(re.compile("I am Precious"))
    desk.get_by_role("button", name="See the e-mail").click()
    preview = desk.get_by_role("dialog", name="The e-mail to the resident")
    expect(preview.get_by_text("a…@e…nl")).to_be_visible()
    mail = preview.frame_locator("iframe").locator("body")
    expect(mail).to_contain_text("I am Precious")
    assert preview.locator("iframe").evaluate("frame => getComputedStyle(frame.contentDocument.body).margin") == "0px"
    assert_accessible(desk)
    preview.get_by_role("tab", name="As plain text").click()
    expect(preview.locator("pre")).to_contain_text("/volgen/…/")
    desk.keyboard.press("Escape")
    expect(preview).to_be_hidden()

    # With a photo; the resident sees both.
    desk.locator(".composer-tools input[type=file]").set_input_files(photo())
    expect(desk.locator(".composer-photos img")).to_be_visible()
    desk.locator(".stage-choice select").select_option("after")
    desk.get_by_role("button", name="Send to resident").click()
    expect(pane.locator(".conversation .sent-photos img")).to_be_visible()
    expect(tracking.get_by_text("I am Precious")).to_be_visible()
    expect(tracking.locator(".follow-photos .photo-stage")).to_have_text("After")
    until(lambda: [one for one in visitor.site.mails() if reference in one and "I am Precious" in one], "the mail went")

    # A note that names a colleague, with the keyboard alone; it never reaches the resident.
    desk.get_by_role("tab", name="Note for colleagues").click()
    note = desk.get_by_label("Internal note")
    note.press_sequentially("@")
    expect(desk.get_by_role("listbox", name="Colleagues")).to_be_visible()
    assert_accessible(desk)
    note.press("ArrowDown")
    note.press("Enter")
    expect(desk.get_by_role("listbox", name="Colleagues")).to_be_hidden()
    note.press_sequentially("heb jij de wagen?")
    note.press("Control+Enter")
    expect(pane.locator(".bubble.internal mark.mention")).to_be_visible()
    expect(tracking.get_by_text("heb jij de wagen?")).to_have_count(0)

    # The same words typed to the resident are asked about first.
    named = pane.locator("mark.mention").first.inner_text()
    desk.get_by_role("tab", name="To the resident").click()
    field.fill(f"{named} kom je even kijken?")
    desk.get_by_role("button", name="Send to resident").click()
    doubt = desk.get_by_role("alertdialog", name="This goes to the resident")
    expect(doubt).to_be_visible()
    assert_accessible(desk)
    doubt.get_by_role("button", name="Make it a note").click()
    expect(desk.get_by_label("Internal note")).to_have_value(re.compile("kom je even kijken"))

    # Contact data for a reason, and gone when the case is left.
    desk.get_by_role("button", name=re.compile("^Show contact data")).click()
    asked = desk.get_by_role("dialog", name="See who reported it")
    assert_accessible(desk)
    asked.get_by_role("button", name="Show", exact=True).click()
    expect(pane.get_by_role("link", name="anna@example.nl")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="Close the case").click()
    desk.get_by_text(words).first.click()
    expect(pane.get_by_role("button", name=re.compile("^Show contact data"))).to_be_visible()
    expect(desk.get_by_text("anna@example.nl")).to_have_count(0)

    # Her team lead can read that she looked.
    register = visitor.sign_in(visitor.context(locale="en-GB"), "precious").new_page()
    register.goto("/werk/team/inzage/")
    expect(register.get_by_role("row", name=re.compile(reference))).to_be_visible()
    assert_accessible(register)
