"""Following a wijk on a phone: by e-mail without a script, and messages on the device."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site, Visitor, assert_accessible
from tests.browser.test_following import listening
from tests.support.live.servers import until

pytestmark = pytest.mark.browser
PAGE = "/volg/WK990102/"


def test_without_a_script_one_mail_one_button_and_one_link_to_stop(visitor: Visitor, site: Site) -> None:
    context = visitor.phone(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGE)
    expect(page.locator("#push")).to_be_hidden()
    before = len(site.mails())
    page.locator("#id_email").fill("buur@example.nl")
    page.locator("form.form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/volg/gevraagd/$"))
    until(lambda: len(site.mails()) > before, "the question is sent")
    link = re.search(r"https?://[^/\s]+(/volg/bevestigen/\S+/)", site.mails()[-1])
    assert link is not None
    page.goto(link.group(1))
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/volg/mijn/$"))
    expect(page.locator("input[name=wijken]:checked")).to_have_count(1)
    page.locator("button[value=stop]").click()
    expect(page).to_have_url(re.compile("/volg/gestopt/$"))


def test_a_device_switches_topics_at_once_and_everything_off_in_one_tap(visitor: Visitor, site: Site) -> None:
    context, _browser = listening(visitor, site, "follower")
    page = context.new_page()
    page.goto(PAGE)
    assert_accessible(page)
    on, off = (page.locator(f"#push [data-turn={name}]") for name in ("on", "off"))
    agenda = page.locator("#push_agenda")
    agenda.uncheck()
    on.click()
    expect(off).to_be_visible()
    page.reload()
    expect(off).to_be_visible()
    expect(agenda).not_to_be_checked()
    with page.expect_response("**/volg/toestel/**"):
        agenda.check()
    page.reload()
    expect(off).to_be_visible()
    expect(agenda).to_be_checked()
    off.click()
    expect(on).to_be_visible()
    page.reload()
    expect(on).to_be_visible()
