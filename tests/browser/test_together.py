"""Working together on a case in a real browser: a part, a duplicate and an offer, seen live on both sides."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor, assert_accessible

pytestmark = pytest.mark.browser


def desk(visitor: Visitor, username: str, *, phone: bool = False) -> Page:
    """A desk in English that is live."""
    options = {"viewport": PHONE} if phone else {}
    page = visitor.sign_in(visitor.context(locale="en-GB", **options), username).new_page()
    page.goto("/werk/?view=team")
    if not phone:
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
    return page


def report(page: Page, text: str) -> str:
    """Bulky waste, reported over the API; its reference."""
    answer = page.request.post(
        "/api/v1/reports",
        data={
            "text": text,
            "location": {"type": "Point", "coordinates": [4.6423, 52.0557]},
            "category": "bijplaatsing-grofvuil",
            "contact": {"email": f"{uuid4().hex[:8]}@example.nl"},
        },
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.status == 201, answer.text()
    return str(answer.json()["reference"])


def open_case(page: Page, reference: str) -> None:
    page.goto(f"/werk/{reference}/")
    expect(page.locator("desk-case .reference").first).to_have_text(reference)


def more(page: Page, words: str) -> None:
    """One of the choices behind the three dots."""
    page.get_by_role("button", name="More: another team or another case").click()
    page.get_by_role("dialog").get_by_role("button", name=words).click()


def test_a_part_is_done_by_another_organisation_and_both_see_it_live(visitor: Visitor) -> None:
    precious, shanti = desk(visitor, "precious"), desk(visitor, "shanti", phone=True)
    reference = report(precious, f"Bank naast de container {uuid4().hex[:6]}")
    open_case(precious, reference)

    more(precious, "Split off a part")
    dialog = precious.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Split off a part")).to_be_visible()
    assert_accessible(precious, leave_out=(".leaflet-container",))
    dialog.get_by_label("To which team?").select_option(label="Wijkteam wonen")
    dialog.get_by_label("What should they do?").fill("Spreek de bewoners aan")
    dialog.get_by_role("button", name="Ask them").click()

    row = precious.locator("[data-part]")
    expect(row).to_contain_text("Spreek de bewoners aan")
    part = row.get_attribute("data-part") or ""
    open_case(shanti, part)
    expect(shanti.get_by_role("heading", name="asks you to do a part")).to_be_visible()
    expect(shanti.get_by_role("tab", name="To the resident")).to_have_count(0)
    assert_accessible(shanti, leave_out=(".leaflet-container",))

    precious.get_by_role("button", name=re.compile("^Resolve")).first.click()
    precious.locator("#composer-text").fill("Klaar")
    visitor.expect(r"409")
    precious.get_by_role("button", name="Send and resolve").click()
    expect(precious.locator("desk-case")).to_contain_text(part)
    expect(precious.locator("#composer-trouble, .notice.danger").first).to_contain_text("still open")

    shanti.get_by_role("button", name="Next step").click()
    shanti.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    shanti.locator("#composer-text").fill("De bewoners weten ervan")
    shanti.get_by_role("button", name="Resolve", exact=True).last.click()

    expect(row.locator(".status")).to_have_attribute("data-status", "resolved")
    expect(precious.locator(".bubble.internal")).to_contain_text("De bewoners weten ervan")


def test_a_duplicate_is_linked_from_the_list_of_near_cases_and_undone(visitor: Visitor) -> None:
    precious = desk(visitor, "precious")
    words = f"Matras bij de speeltuin {uuid4().hex[:6]}"
    main, double = report(precious, words), report(precious, words)
    open_case(precious, double)

    more(precious, "Link as duplicate")
    dialog = precious.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile(main)).check()
    assert_accessible(precious, leave_out=(".leaflet-container",))
    dialog.get_by_role("button", name="Link", exact=True).click()

    expect(precious.get_by_role("heading", name="This was reported before")).to_be_visible()
    precious.locator(".linked").get_by_role("link", name=main).click()
    expect(precious.get_by_role("heading", name="1 more report of this")).to_be_visible()
    expect(precious.locator("#composer-reader")).to_contain_text("1 other reporter")

    precious.locator(".undo-bar").get_by_role("button", name="Undo").click()

    expect(precious.get_by_role("heading", name="1 more report of this")).to_have_count(0)
    open_case(precious, double)
    expect(precious.locator(".case-marks .status")).to_have_attribute("data-status", "received")


def test_a_case_is_forwarded_given_back_and_accepted_after_all(visitor: Visitor) -> None:
    precious, shanti = desk(visitor, "precious"), desk(visitor, "shanti", phone=True)
    reference = report(precious, f"Koelkast in het portiek {uuid4().hex[:6]}")
    open_case(precious, reference)

    def forward(why: str) -> None:
        more(precious, "Forward this case")
        dialog = precious.get_by_role("dialog")
        dialog.get_by_label("To which team?").select_option(label="Wijkteam wonen")
        dialog.get_by_label("Why is it for them?").fill(why)
        dialog.get_by_role("button", name="Forward").click()
        expect(precious.get_by_role("heading", name="Offered to Wijkteam wonen")).to_be_visible()

    forward("Het portiek is van jullie")
    open_case(shanti, reference)
    expect(shanti.locator(".offer")).to_contain_text("Het portiek is van jullie")
    expect(precious.locator(".presence")).to_contain_text("Shanti")
    shanti.get_by_role("button", name="Give back").click()
    shanti.get_by_label("Why is it not for you?").fill("Het staat op de stoep")
    visitor.expect(r"404.*/api/v1/cases/")  # what is no longer theirs is not there
    shanti.get_by_role("dialog").get_by_role("button", name="Give back").click()
    expect(precious.locator(".offer")).to_have_count(0)
    precious.get_by_text("Where has it been?").click()
    expect(precious.locator(".hops")).to_contain_text("Het staat op de stoep")

    forward("Toch van jullie: zie de foto")
    open_case(shanti, reference)
    shanti.get_by_role("button", name="Accept and take it").click()

    expect(shanti.locator(".holder")).to_contain_text("Shanti")
    expect(precious.locator("desk-case")).to_contain_text("now with another team")
