"""An invited colleague comes in with a passkey, by keyboard, on a phone; and the pages of accounts pass axe."""

from __future__ import annotations

import re
from email import message_from_string, policy

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site, Visitor, assert_accessible
from tests.browser.test_sign_in import _authenticator
from tests.support.live.servers import until

pytestmark = pytest.mark.browser
SECRET = "zeven-schapen-in-de-mist"


def _invite(visitor: Visitor, email: str) -> None:
    """As the administrator of the demonstration, without JavaScript."""
    page = visitor.sign_in(visitor.context(java_script_enabled=False), "beheerder").new_page()
    page.goto("/werk/uitnodigingen/nieuw/")
    if page.locator("#id_municipality").count() and not page.locator("#id_email").count():
        page.locator("form[method=get] button").click()
    page.fill("#id_email", email)
    page.fill("#id_name", "Noor van Dam")
    page.fill("#id_role", "Opbouwwerker")
    page.locator("#id_team1").select_option(index=1)
    page.locator("main form[method=post] button.primary").click()
    page.wait_for_url("/werk/uitnodigingen/")
    expect(page.locator("main")).to_contain_text(email)


def _link(site: Site, address: str) -> str:
    for text in reversed(site.mails()):
        message = message_from_string(text, policy=policy.default)
        body = message.get_body(("plain",))
        if message["To"] == address and body is not None:
            return re.findall(r"/account/invitation/[0-9a-f]{40}/", body.get_content())[0]
    return ""


def test_an_invited_colleague_chooses_a_password_and_a_passkey_and_is_at_work(visitor: Visitor, site: Site) -> None:
    email = "noor@corporatie.example"
    _invite(visitor, email)
    context = visitor.phone()
    page = context.new_page()
    _authenticator(context, page)
    page.goto(until(lambda: _link(site, email), "the invitation was sent"))
    page.wait_for_url("/account/invitation/")
    assert_accessible(page)
    page.locator("#id_password1").focus()
    page.keyboard.type(SECRET)
    page.keyboard.press("Tab")
    page.keyboard.type("iets anders dan dat")
    page.keyboard.press("Enter")
    visitor.expect("400")
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)
    page.locator("#id_password1").fill(SECRET)
    page.locator("#id_password2").fill(SECRET)
    page.locator("#id_password2").press("Enter")
    page.wait_for_url("/account/2fa/")
    page.locator("a[href='/account/2fa/webauthn/add/']").press("Enter")
    page.locator("#mfa_webauthn_add").press("Enter")
    page.wait_for_url("/account/2fa/recovery-codes/")
    expect(page.locator(".codes li")).to_have_count(10)
    page.locator("main a[href='/werk/']").press("Enter")
    page.wait_for_url("**/werk/**")

    page.goto("/account/sessions/")
    assert_accessible(page)
    page.locator("main form button").first.press("Enter")
    page.wait_for_url("/account/login/")


@pytest.mark.parametrize("look", ["phone", "context"])
def test_pages_of_accounts_and_invitations_are_accessible(visitor: Visitor, look: str) -> None:
    page = visitor.sign_in(getattr(visitor, look)(), "beheerder").new_page()
    for address in ("/account/sessions/", "/werk/uitnodigingen/", "/werk/uitnodigingen/nieuw/"):
        page.goto(address)
        assert_accessible(page)
    visitor.expect("404")
    page.goto("/account/invitation/onbekend/")
    assert_accessible(page)
