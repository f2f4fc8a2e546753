"""The whole road, in a real browser: a resident reports on a phone, a professional sees it live and answers."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.conftest import SOON, Visitor, assert_accessible
from tests.support.live.servers import until

pytestmark = pytest.mark.browser


def photo() -> FilePayload:
    """A phone's photo with its place in the EXIF: in De Hoven."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 3.0, 20.6), 3: "E", 4: (4.0, 38.0, 32.5)})
    file = BytesIO()
    Image.new("RGB", (1600, 1200), "seagreen").save(file, "JPEG", exif=exif)
    return FilePayload(name="IMG_2041.jpg", mimeType="image/jpeg", buffer=file.getvalue())


def desk_of(visitor: Visitor, username: str) -> Page:
    """A desk that is live."""
    context = visitor.sign_in(visitor.context(locale="en-GB"), username)
    page = context.new_page()
    page.goto("/werk/?view=team")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    return page


def report_on_a_phone(context: BrowserContext, words: str) -> Page:
    """The form in its steps, with a photo whose place is used."""
    page = context.new_page()
    page.goto("/melden/")
    page.get_by_role("textbox", name="What do you see?").fill(words)
    page.locator("#id_photos").set_input_files(photo())
    expect(page.locator("#photos img")).to_be_visible()
    page.locator(".category-choice > summary").click()
    page.locator("#id_category").select_option("bijplaatsing-grofvuil")
    page.locator("#next").click()
    page.get_by_role("button", name="Use the place of my photo").click()
    expect(page.locator("#place-name")).to_contain_text("De Hoven")
    page.locator("#next").click()
    expect(page.locator("#step-more")).to_be_visible()
    page.locator("#next").click()
    page.locator("#id_email").fill("anna@example.nl")
    page.get_by_role("button", name="Send report").click()
    expect(page).to_have_url(re.compile(r"/volgen/$"))
    return page


def report_without_javascript(context: BrowserContext, words: str) -> Page:
    """The same in four pages."""
    page = context.new_page()
    page.goto("/melden/")
    page.get_by_role("textbox", name="What do you see?").fill(words)
    page.locator("#id_photos").set_input_files(photo())
    page.locator("#next").click()
    page.locator("#id_area").select_option(index=1)
    page.locator("#id_address").fill("Bij de speeltuin")
    page.locator("#next").click()
    expect(page.locator("#step-more")).to_be_visible()
    page.locator("#next").click()
    page.locator("#id_email").fill("anna@example.nl")
    page.locator("#send").click()
    expect(page).to_have_url(re.compile(r"/volgen/$"))
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_report_walks_the_whole_road(visitor: Visitor, javascript: bool) -> None:
    words = f"Er staat een oude bank naast de container, nummer {uuid4().hex[:6]}"
    desk = desk_of(visitor, "precious")
    phone = visitor.phone(locale="en-GB", java_script_enabled=javascript)

    tracking = report_on_a_phone(phone, words) if javascript else report_without_javascript(phone, words)
    if javascript:
        assert_accessible(tracking)
    reference = re.search(r"M-[0-9A-Z]{6}", tracking.inner_text("main"))
    assert reference

    # It slides in by itself, at a desk that was open before.
    row = desk.get_by_text(words).first
    expect(row).to_be_visible()
    row.click()
    expect(desk).to_have_url(re.compile(reference[0]))
    pane = desk.locator("desk-case")
    expect(pane.get_by_role("button", name=re.compile("Enlarge photo 1"))).to_be_visible()
    assert_accessible(desk)

    desk.get_by_role("button", name="Take it").click()
    status = pane.locator(".case-marks .status")
    expect(status).to_have_attribute("data-status", "assigned")
    desk.get_by_label("Message to the resident").fill("Wij halen de bank morgen op.")
    desk.get_by_role("button", name="Send to resident").click()
    expect(pane.get_by_text("Wij halen de bank morgen op.").first).to_be_visible()

    if not javascript:
        tracking.reload()
    expect(tracking.get_by_text("Wij halen de bank morgen op.")).to_be_visible()
    expect(tracking.locator('[data-status="assigned"][data-state="now"]')).to_be_visible()

    desk.get_by_role("button", name=re.compile("^Resolve")).click()
    desk.get_by_label("Message to the resident").fill("De bank is weg. Dank u wel!")
    desk.get_by_role("button", name=re.compile("^Send and")).click()
    expect(status).to_have_attribute("data-status", "resolved")

    if not javascript:
        tracking.reload()
    expect(tracking.get_by_role("heading", name="Is it solved?")).to_be_visible()
    tracking.get_by_role("button", name="No, look again").click()
    expect(tracking.locator('[data-status="assigned"][data-state="now"]')).to_be_visible()
    expect(status).to_have_attribute("data-status", "reopened")


def test_the_mail_leads_to_the_report_and_the_token_leaves_the_address(visitor: Visitor) -> None:
    words = "De vuilnisbak bij de brug zit vol met pizzadozen"
    tracking = report_on_a_phone(visitor.phone(locale="en-GB"), words)
    [reference] = set(re.findall(r"M-[0-9A-Z]{6}", tracking.inner_text("main")))

    page = visitor.phone(locale="en-GB").new_page()
    mails = until(lambda: [mail for mail in visitor.site.mails() if reference in mail], "the mail is sent")
    assert "pizzadozen" not in mails[0]
    [link] = set(re.findall(r"/volgen/[\w-]{22}/", mails[0]))

    page.goto(link)

    expect(page).to_have_url(re.compile(r"/volgen/$"))
    expect(page.get_by_text(words)).to_be_visible()


def test_a_desk_that_lost_its_network_catches_up(visitor: Visitor) -> None:
    visitor.expect("ERR_INTERNET_DISCONNECTED|Failed to load resource|WebSocket")
    desk = desk_of(visitor, "precious")
    desk.context.set_offline(True)
    words = "Terwijl het kantoor geen internet had, kwam deze bank"

    report_on_a_phone(visitor.phone(locale="en-GB"), words)
    expect(desk.get_by_text(words)).to_have_count(0)
    desk.context.set_offline(False)

    expect(desk.get_by_text(words).first).to_be_visible(timeout=2 * SOON)
