"""Every page: nothing for axe, nothing in the console, nothing from elsewhere; on a phone and a screen, light and dark.

`SCREENS=folder` keeps a picture of each.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, Site, Visitor, assert_accessible
from tests.browser.test_round import a_round

pytestmark = pytest.mark.browser
LOOKS: dict[str, dict[str, Any]] = {
    "phone-light": {"viewport": PHONE, "is_mobile": True, "has_touch": True, "color_scheme": "light"},
    "phone-dark": {"viewport": PHONE, "is_mobile": True, "has_touch": True, "color_scheme": "dark"},
    "screen-light": {"viewport": DESKTOP, "color_scheme": "light"},
    "screen-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
}
NOT_OF_THE_EDITORS = ("", "melden", "volgen", "account", "werk", "beheer", "photos", "static", "media", "feeds")
FOR_ALL = {
    "home": "/",
    "report": "/melden/",
    "unknown link": "/volgen/ZZZZZZZZZZZZZZZZZZZZZZ",
    "absent page": "/bestaat-niet/",
    "sign in": "/account/login/",
    "sign in of residents": "/mijn/inloggen/",
    "back office sign in": "/beheer/login/",
    "forgotten password": "/account/password/reset/",
    "mail sent": "/account/password/reset/done/",
    "old link": "/account/password/reset/key/1-abc/",
    "no sign up": "/account/signup/",
}
FOR_STAFF = {
    "desk": "/werk/",
    "second factors": "/account/2fa/",
    "passkeys": "/account/2fa/webauthn/",
    "add a passkey": "/account/2fa/webauthn/add/",
    "app with codes": "/account/2fa/totp/activate/",
    "new password": "/account/password/change/",
    "sign out": "/account/logout/",
}
FOR_THE_DESK = {
    "map": "/werk/kaart/",
    "rounds": "/werk/ronde/",
    "duty": "/werk/rooster/",
    "handovers": "/werk/overdracht/",
    "new handover": "/werk/overdracht/nieuw/",
    "settings": "/werk/instellingen/",
    "who looked": "/werk/team/inzage/",
    "team": "/werk/team/",
}


@pytest.fixture(scope="module")
def wagtail_pages(browser: Browser, site: Site) -> dict[str, str]:
    """One page of each kind that links lead to: from the home page on, by the first part of the address."""
    context = browser.new_context(base_url=site.address)
    page = context.new_page()
    found: dict[str, str] = {}
    todo = ["/"]
    for step in range(2):
        further: list[str] = []
        for address in todo:
            page.goto(address)
            for link in page.locator("main a[href^='/'], footer a[href^='/']").all():
                to = str(link.get_attribute("href")).partition("#")[0].partition("?")[0]
                parts = to.strip("/").split("/")
                kind = "/".join([*parts[:1], *("*" for _part in parts[1:])])
                if parts[0] not in NOT_OF_THE_EDITORS and kind not in found:
                    found[kind] = to
                    further.append(to)
        todo = further if step == 0 else []
    context.close()
    return found


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest, visitor: Visitor) -> tuple[str, Visitor, dict[str, Any]]:
    return request.param, visitor, LOOKS[request.param]


def _check(page: Page, name: str, look: str) -> None:
    if folder := os.environ.get("SCREENS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{re.sub(r'[^a-z0-9]+', '-', name)}-{look}.png", full_page=True)
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"


def test_pages_for_everyone(look: tuple[str, Visitor, dict[str, Any]], wagtail_pages: dict[str, str]) -> None:
    name, visitor, options = look
    assert {"wijken", "wijken/*", "nieuws/*", "privacy"} <= wagtail_pages.keys()
    visitor.expect(r"status of 404 .*/(volgen/Z+|bestaat-niet)/")
    page = visitor.context(**options).new_page()
    for what, address in (FOR_ALL | wagtail_pages).items():
        page.goto(address)
        _check(page, what, name)


def test_pages_for_professionals(look: tuple[str, Visitor, dict[str, Any]]) -> None:
    name, visitor, options = look
    page = visitor.sign_in(visitor.context(**options), "fatima").new_page()
    page.goto("/account/reauthenticate/?next=/account/2fa/")
    _check(page, "is it you", name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("/account/2fa/")
    for what, address in FOR_STAFF.items():
        page.goto(address)
        _settle(page)
        expect(page).to_have_url(address)
        _check(page, what, name)


def test_an_open_case(look: tuple[str, Visitor, dict[str, Any]]) -> None:
    name, visitor, options = look
    page = visitor.sign_in(visitor.context(**options), "fatima").new_page()
    page.goto("/werk/")
    page.locator("a[href*='/werk/M-'], a[href*='M-']").first.click()
    page.wait_for_url(re.compile(r"/werk/.*M-"))
    _settle(page)
    _check(page, "open case", name)


def test_the_screens_of_the_desk(look: tuple[str, Visitor, dict[str, Any]]) -> None:
    name, visitor, options = look
    page = visitor.sign_in(visitor.context(**options), "fatima").new_page()
    for what, address in FOR_THE_DESK.items():
        page.goto(address)
        _settle(page)
        expect(page.locator("main h1").first).to_be_visible()
        _check(page, what, name)
    page.goto(str(page.locator("a[href^='/werk/team/vertrek/']").first.get_attribute("href")))
    _check(page, "somebody leaves", name)
    made = a_round(page)
    page.goto(f"/werk/ronde/{made['id']}/")
    expect(page.locator(".stop")).to_have_count(len(made["stops"]))
    _settle(page)
    _check(page, "round", name)


def test_every_step_of_a_report(look: tuple[str, Visitor, dict[str, Any]]) -> None:
    """With a script: the four steps, and what is missing in each."""
    name, visitor, options = look
    page = visitor.context(**options).new_page()
    page.goto("/melden/")
    further = page.locator("#next")
    visitor.expect(r"status of 400 .*/(melden/|api/v1/reports)\)")
    for step in ("what", "where", "more", "reach"):
        shown = page.locator("[data-step]:not([hidden])")
        expect(shown).to_have_count(1)  # until the script has run all steps are there
        expect(shown).to_have_attribute("data-step", step)
        _settle(page)
        _check(page, f"report {step}", name)
        if step == "what":
            further.click()
            expect(page.locator("#id_text")).to_have_attribute("aria-invalid", "true")
            expect(page.locator("#id_text")).to_be_focused()
            _check(page, "report what, missing", name)
            page.locator("#id_text").fill("Er staat een bank naast de container")
            page.locator(".category-choice > summary").click()
            page.locator("#id_category").select_option("bijplaatsing-grofvuil")
        if step == "where":
            further.click()
            expect(page.locator("#place input[role=combobox]")).to_be_focused()
            _check(page, "report where, missing", name)
            page.locator("#id_area").select_option(index=1)
        if step != "reach":
            further.click()
    expect(page.locator("#id_text")).not_to_have_attribute("aria-invalid", "true")
    page.locator("#id_email").fill("anna at example")
    page.locator("#send").click()
    expect(page.locator("#id_email")).to_be_focused()
    expect(page.locator("#id_email")).to_have_attribute("aria-invalid", "true")
    _settle(page)
    _check(page, "report reach, wrong", name)


def test_following_a_report(look: tuple[str, Visitor, dict[str, Any]], site: Site) -> None:
    name, visitor, options = look
    context = visitor.context(**options)
    wijk = context.request.get("/api/v1/areas?level=wijk").json()["results"][0]
    body = {"text": "Er staat een bank naast de container", "location": {"type": "Point", "coordinates": wijk["point"]}}
    sent = context.request.post("/api/v1/reports", data=body, headers={"Idempotency-Key": str(uuid4())})
    assert sent.status == 201, sent.text()
    page = context.new_page()
    page.goto(site.address + urlsplit(sent.json()["tracking"]["url"]).path)
    page.wait_for_load_state("load")
    _check(page, "following", name)


def test_right_to_left_holds(visitor: Visitor) -> None:
    page = visitor.phone().new_page()
    for address in ("/", "/melden/", "/account/login/"):
        page.goto(address)
        page.evaluate("document.documentElement.dir = 'rtl'")
        _check(page, f"rtl {address}", "phone-light")
    page = visitor.sign_in(visitor.context(), "fatima").new_page()
    for address in ("/werk/", "/account/2fa/"):
        page.goto(address)
        _settle(page)
        page.evaluate("document.documentElement.dir = 'rtl'")
        _check(page, f"rtl {address}", "screen-light")


def _settle(page: Page) -> None:
    """Until nothing is asked any more and nothing is being loaded."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
