"""Signing in as people do: keyboard, passkey, app, recovery code; and what the demonstration's page offers."""

from __future__ import annotations

import time
from itertools import count

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, Visitor, assert_accessible

pytestmark = pytest.mark.browser
SECRET = "vijf-paarden-op-de-dam"
_number = count(1)


@pytest.fixture
def newcomer(site: Site) -> str:
    """An administrator with a password and nothing else."""
    name = f"ines{next(_number)}"
    site.database.manage(
        *("createsuperuser", "--noinput", "--username", name, "--email", f"{name}@example.test"),
        DJANGO_SUPERUSER_PASSWORD=SECRET,
    )
    return name


def _sign_in_by_keyboard(page: Page, name: str) -> None:
    page.goto("/account/login/")
    page.locator("input[name=login]").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(SECRET)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _authenticator(context: BrowserContext, page: Page) -> None:
    """A passkey holder inside this page, with a finger on it."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main button[type=submit]").press("Enter")
    page.wait_for_url("/")


def test_a_first_sign_in_sets_up_a_passkey_that_then_is_enough(visitor: Visitor, newcomer: str) -> None:
    context = visitor.phone()
    page = context.new_page()
    _authenticator(context, page)
    _sign_in_by_keyboard(page, newcomer)
    page.goto("/beheer/")
    page.wait_for_url("/account/2fa/")
    assert_accessible(page)

    page.locator("a[href='/account/2fa/webauthn/add/']").press("Enter")
    expect(page.locator("#id_passwordless")).to_be_checked()
    assert_accessible(page)
    page.locator("#mfa_webauthn_add").press("Enter")
    page.wait_for_url("/account/2fa/recovery-codes/")
    expect(page.locator(".codes li")).to_have_count(10)
    assert_accessible(page)
    page.goto("/account/2fa/webauthn/")
    assert_accessible(page)
    page.goto("/beheer/")
    expect(page).to_have_url("/beheer/")

    _sign_out(page)
    page.goto("/account/login/?next=/beheer/")
    page.locator("#passkey_login").press("Enter")
    page.wait_for_url("/beheer/")

    page.goto("/account/2fa/webauthn/")
    page.locator("a[href*='/remove/']").press("Enter")
    assert_accessible(page)
    with page.expect_navigation():
        page.locator("main button[type=submit]").press("Enter")
    page.goto("/beheer/")
    page.wait_for_url("/account/2fa/")


def test_an_app_with_codes_is_set_up_and_asked_for(visitor: Visitor, newcomer: str) -> None:
    context = visitor.context()
    page = context.new_page()
    _sign_in_by_keyboard(page, newcomer)
    page.wait_for_url("/account/2fa/")
    page.goto("/account/2fa/totp/activate/")
    assert page.locator("img.qr").evaluate("picture => picture.complete && picture.naturalWidth > 50")
    assert_accessible(page)
    page.locator("#id_code").fill("000000")
    page.locator("#id_code").press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)
    page.locator("summary").click()
    secret = page.locator("#authenticator_secret").inner_text()
    page.locator("#id_code").fill(_code(secret))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("/account/2fa/recovery-codes/")
    code = page.locator(".codes li").first.inner_text()

    _sign_out(page)
    _sign_in_by_keyboard(page, newcomer)
    page.wait_for_url("/account/2fa/authenticate/")
    expect(page.locator("#id_code")).to_be_focused()
    assert_accessible(page)
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("/beheer/")


def test_a_passkey_that_fails_says_so(visitor: Visitor) -> None:
    context = visitor.phone()
    page = context.new_page()
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))")
    page.goto("/account/login/")
    page.locator("#passkey_login").click()
    expect(page.locator("[data-passkey-trouble]")).to_be_visible()
    assert_accessible(page)


def test_too_many_wrong_passwords_say_what_to_do(visitor: Visitor) -> None:
    page = visitor.phone().new_page()
    for _attempt in range(6):
        page.goto("/account/login/")
        page.locator("input[name=login]").fill("nobody-knows-me")
        page.locator("input[name=password]").fill("wrong")
        page.locator("input[name=password]").press("Enter")
        expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("input[name=login]")).to_have_value("nobody-knows-me")
    assert_accessible(page)


def test_a_demo_account_is_one_click_and_one_key_away(visitor: Visitor) -> None:
    page = visitor.phone().new_page()
    page.goto("/account/login/")
    assert_accessible(page)
    button = page.locator("[data-fill]").first
    name = button.get_attribute("data-fill")
    button.click()
    expect(page.locator("input[name=login]")).to_have_value(str(name))
    expect(page).to_have_url("/account/login/")
    page.keyboard.press("Enter")
    page.wait_for_url("**/werk/**")


def test_a_new_password_is_asked_without_saying_who_is_known(visitor: Visitor) -> None:
    page = visitor.context().new_page()
    page.goto("/account/login/")
    page.locator("a[href='/account/password/reset/']").press("Enter")
    assert_accessible(page)
    page.locator("#id_email").fill("nobody@example.test")
    page.locator("#id_email").press("Enter")
    page.wait_for_url("/account/password/reset/done/")
    assert_accessible(page)
    page.goto("/account/password/reset/key/1-abc/")
    assert_accessible(page)


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
