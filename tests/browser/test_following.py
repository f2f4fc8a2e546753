"""Following a report on a phone: messages on the device, the list of what it sent, and no token in any address."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.conftest import Site, Visitor, assert_accessible
from tests.browser.test_melden_offline import opened, to_step
from tests.support.live.servers import until
from tests.support.push_service import FakeBrowser

pytestmark = pytest.mark.browser
LON, LAT = 4.64236, 52.05572
ANSWER = """
from django.utils import timezone
from participation.cases.actions import message_resident
from participation.cases.models import Case
from participation.organisations.access import actor_for
from participation.organisations.models import Professional
case = Case.objects.get(reference="{reference}")
person = case.assignee or Professional.objects.filter(memberships__team=case.team).first()
message_resident(reference=case.reference, text="Wij komen dinsdag.", actor=actor_for(person.user), now=timezone.now())
"""
SUBSCRIBE = """(given) => {
  const kept = () => JSON.parse(localStorage.getItem("subscription") ?? "null");
  const unsubscribe = async () => { localStorage.removeItem("subscription"); return true; };
  const made = (one) => one && { endpoint: one.endpoint, toJSON: () => one, unsubscribe };
  PushManager.prototype.getSubscription = async () => made(kept());
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || !options.applicationServerKey) throw new Error("not allowed");
    localStorage.setItem("subscription", JSON.stringify(given));
    return made(given);
  };
}"""
"""A headless browser has no push service of its own: it is told one on this machine."""


def reported(context: BrowserContext, language: str = "en") -> Any:
    body = {
        "text": "Er staat een bank naast de container",
        "location": {"type": "Point", "coordinates": [LON, LAT]},
        "category": "bijplaatsing-grofvuil",
        "language": language,
    }
    answer = context.request.post("/api/v1/reports", data=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status == 201, answer.text()
    return answer.json()


def listening(visitor: Visitor, site: Site, name: str) -> tuple[BrowserContext, FakeBrowser]:
    """A phone whose browser may show messages, which come from the stand-in."""
    browser = site.push.browser(name)
    context = visitor.phone(locale="en-GB")
    context.grant_permissions(["notifications"], origin=site.address)
    context.add_init_script(f"({SUBSCRIBE})({json.dumps(browser.subscription)})")
    return context, browser


def shown(page: Page, message: dict[str, Any]) -> list[dict[str, str]]:
    """What the browser shows after the service worker was given this message."""
    devtools = page.context.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"]))
    devtools.send("ServiceWorker.enable")
    until(lambda: page.evaluate("() => 1") and registrations != [], "the worker is known")
    origin = re.sub(r"^(https?://[^/]+).*", r"\1", page.url)
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registrations[-1]["registrationId"], "data": json.dumps(message)},
    )
    ask = """async () => (await (await navigator.serviceWorker.getRegistration("/")).getNotifications())
      .map(({ title, body, lang, tag, data }) => ({ title, body, lang, tag, url: data.url }))"""
    found: list[dict[str, str]] = []

    def there() -> bool:
        found[:] = page.evaluate(ask)
        return bool(found)

    until(there, "the message is shown")
    return found


def test_a_device_that_asked_for_it_shows_that_there_is_news_and_stops_when_told(visitor: Visitor, site: Site) -> None:
    context, browser = listening(visitor, site, "phone")
    sent = reported(context)
    page = context.new_page()
    page.goto(sent["tracking"]["url"])
    on, off = (page.locator(f"#push [data-turn={name}]") for name in ("on", "off"))
    expect(page.locator("#push")).to_contain_text("Your browser asks first")
    assert_accessible(page)
    on.focus()
    page.keyboard.press("Enter")
    expect(off).to_be_focused()
    expect(page.locator("#push [role=status]")).to_have_text("This device gets a message when there is news.")
    assert_accessible(page)

    site.database.manage("shell", "-v0", "-c", ANSWER.format(reference=sent["reference"]))
    until(lambda: page.evaluate("() => 1") and len(browser.messages()) == 1, "the message is sent")
    [message] = browser.messages()
    assert shown(page, message) == [message]
    other = reported(context)
    page.goto(other["tracking"]["url"])
    expect(on).to_be_visible()  # each report by itself
    page.goto(message["url"])
    expect(page).to_have_url(re.compile("/volgen/$"))
    expect(page.locator(".reference").first).to_have_text(sent["reference"])
    expect(page.locator(".conversation")).to_contain_text("Wij komen dinsdag.")

    off.click()
    expect(on).to_be_visible()
    page.reload()
    expect(on).to_be_visible()
    assert page.evaluate("() => localStorage.getItem('subscription')") is None


def test_a_browser_that_refuses_or_cannot_says_so_or_keeps_silent(visitor: Visitor) -> None:
    sent = reported(visitor.phone())
    for answer, words, buttons in (("denied", "Your browser blocks", 0), ("default", "You did not choose", 1)):
        context = visitor.phone(locale="en-GB")
        context.add_init_script(f"Notification.requestPermission = async () => '{answer}'")
        page = context.new_page()
        page.goto(sent["tracking"]["url"])
        page.locator("#push [data-turn=on]").click()
        expect(page.locator("#push [role=status]")).to_contain_text(words)
        expect(page.locator("#push button:visible")).to_have_count(buttons)
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
    for options, words in ({"user_agent": agent}, "put this site on your home screen"), ({}, None):
        without = visitor.phone(locale="en-GB", **options)
        without.add_init_script("delete window.PushManager")
        page = without.new_page()
        page.goto(sent["tracking"]["url"])
        expect(page.locator("#live-state")).to_have_attribute("data-state", "live")
        if words:
            expect(page.locator("#push")).to_contain_text(words)
        else:
            expect(page.locator("#push")).to_be_hidden()
    plain = visitor.phone(java_script_enabled=False).new_page()
    plain.goto(sent["tracking"]["url"])
    expect(plain.locator("h1")).to_be_visible()
    expect(plain.locator("#push")).to_be_hidden()


def filled(page: Page) -> None:
    page.locator("[name=text]").fill("Er ligt een matras op de stoep")
    to_step(page, "where")
    area = page.locator("[name=area]")
    area.select_option(area.locator("option[value]:not([value=''])").nth(1).get_attribute("value"))
    to_step(page, "reach")


def test_what_the_device_sent_opens_without_a_token_in_any_address(visitor: Visitor) -> None:
    context = visitor.phone(locale="en-GB")
    asked: list[str] = []

    def heard(request: Request) -> None:
        asked.append(request.url)

    context.on("request", heard)
    page = opened(context.new_page())
    filled(page)
    page.locator("#send").click()
    expect(page).to_have_url(re.compile("/volgen/$"))
    [token] = [one["value"] for one in context.cookies() if one["name"] == "volgen"]
    reference = page.locator(".reference").first.inner_text()
    assert not [address for address in asked if token in address]
    behind = page.evaluate("() => navigation.entries().map(({ url }) => url)")
    assert not [address for address in behind if token in address]

    context.clear_cookies()
    page.goto("/volgen/meldingen/")
    card = page.locator(f"[data-reference={reference}]")
    expect(card).to_have_count(1)
    expect(card.locator(".status")).to_be_visible()
    assert_accessible(page)
    card.get_by_role("button", name=re.compile("^Open")).click()
    expect(page).to_have_url(re.compile("/volgen/$"))
    page.goto("/volgen/meldingen/")
    expect(card).to_have_count(1)  # now the cookie has it too
    context.clear_cookies()
    page.goto(f"/volgen/melding/{reference}/")  # as a message does
    expect(page).to_have_url(re.compile("/volgen/$"))
    assert not [address for address in asked if token in address]

    page.goto("/volgen/meldingen/")
    card.get_by_role("button", name=re.compile("Remove")).click()
    expect(page.locator("#no-reports")).to_be_visible()
    page.reload()
    expect(page.locator("#no-reports")).to_be_visible()
    expect(card).to_have_count(0)


def test_a_report_that_waits_stands_with_the_others_and_says_so(visitor: Visitor) -> None:
    visitor.expect("ERR_FAILED")
    context = visitor.phone(locale="en-GB")
    context.route("**/api/v1/reports", lambda route: route.abort())
    page = opened(context.new_page())
    filled(page)
    page.locator("#send").click()
    expect(page.locator("#waiting")).to_contain_text("waits on this device")
    page.goto("/volgen/meldingen/")
    waiting = page.locator("#waiting")
    expect(waiting).to_contain_text("1 report waits on this device")
    expect(waiting).to_contain_text("Er ligt een matras")
    expect(page.locator(".waiting-line")).to_have_count(0)
    assert_accessible(page)
    context.unroute("**/api/v1/reports")
    waiting.get_by_role("button", name="Try now").click()
    expect(page.locator("#my-reports > li")).to_have_count(1)
    expect(page.locator("#my-reports .status")).to_be_visible()
    expect(waiting).to_be_hidden()
