"""A walking round on a phone: made, walked with the thumb and by keys, read without a network, and wiped at the end."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site, Visitor, assert_accessible

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const answered = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const stores = {};
  if ((await indexedDB.databases()).some((one) => one.name === "desk")) {
    const db = await answered(indexedDB.open("desk"));
    for (const name of db.objectStoreNames)
      stores[name] = await answered(db.transaction(name).objectStore(name).getAll());
    db.close();
  }
  const files = {};
  for (const name of await caches.keys()) files[name] = (await (await caches.open(name)).keys()).map((one) => one.url);
  return { stores, files };
}"""
ASK = """async ([method, path, body]) => {
  const token = /csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const sent = body === null ? {} : { body: JSON.stringify(body) };
  const answer = await fetch("/api/v1/" + path, { method, headers, ...sent });
  return answer.status === 204 ? null : answer.json();
}"""
SHELL = """async (least) => {
  if (!(await caches.has("desk-shell-1"))) return false;
  return (await (await caches.open("desk-shell-1")).keys()).length > least;
}"""
SHOWN = "() => [...document.querySelectorAll('.stop-photos img')].every((one) => one.naturalWidth > 0)"


def _api(page: Page, method: str, path: str, body: Any = None) -> Any:
    """As the page itself would ask."""
    return page.evaluate(ASK, [method, path, body])


def a_round(page: Page, many: int = 4, query: str = "view=team") -> dict[str, Any]:
    page.goto("/werk/ronde/")
    rows = _api(page, "GET", f"cases?{query}&limit={many}")["results"]
    made: dict[str, Any] = _api(
        page, "POST", "rounds", {"references": [row["reference"] for row in rows], "name": "Proef"}
    )
    return made


def _phone(visitor: Visitor, username: str = "fatima") -> tuple[BrowserContext, Page]:
    context = visitor.sign_in(visitor.phone(), username)
    return context, context.new_page()


def _kept_ready(page: Page, files: int = 3) -> None:
    """The service worker has the page and its files."""
    page.wait_for_function(SHELL, arg=files)


def test_a_round_is_made_walked_and_finished_with_the_thumb(visitor: Visitor) -> None:
    _context, page = _phone(visitor)
    page.goto("/werk/ronde/")
    page.locator("[data-new]").click()
    boxes = page.locator(".maker-rows input[type=checkbox]")
    expect(boxes.first).to_be_checked()
    many = page.locator(".maker-rows input:checked").count()
    page.locator("button[form=round-maker]").click()
    expect(page.locator(".stop")).to_have_count(many)
    assert_accessible(page)
    first = page.locator("[data-stop]").get_attribute("data-stop")
    page.locator("[data-done]").click()
    expect(page.locator(f".stop[data-reference='{first}']")).to_have_attribute("data-state", "done")
    page.locator("[data-undo]").click()
    expect(page.locator(f".stop[data-reference='{first}']")).to_have_attribute("data-state", "open")
    for _stop in range(many):
        page.locator("[data-skip]").click()
    page.locator("[data-finish]").click()
    expect(page).to_have_url(re.compile(r"/werk/ronde/$"))
    expect(page.locator(".round-row").first).to_be_visible()
    assert_accessible(page)


def test_the_way_there_opens_the_phones_own_map_and_targets_are_large(visitor: Visitor) -> None:
    _context, page = _phone(visitor)
    made = a_round(page)
    page.goto(f"/werk/ronde/{made['id']}/")
    link = page.locator("a[href^='geo:']")
    lon, lat = made["stops"][0]["case"]["location"]["coordinates"]
    expect(link).to_have_attribute("href", re.compile(re.escape(f"geo:{lat:.6f},{lon:.6f}")))
    for selector in ("[data-done]", "[data-skip]", "[data-more]"):
        box = page.locator(selector).bounding_box()
        assert box and box["height"] >= 44 and box["y"] > 740 / 2


def test_a_round_is_read_and_ticked_off_without_a_network_and_sent_once(visitor: Visitor, site: Site) -> None:
    visitor.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_FAILED")
    context, page = _phone(visitor)
    made = a_round(page, 4, "view=team&hasPhoto=true")
    references = [stop["reference"] for stop in made["stops"]]
    page.goto(f"/werk/ronde/{made['id']}/")
    expect(page.locator("[data-stop]")).to_be_visible()
    _kept_ready(page)

    context.set_offline(True)
    page.reload()
    expect(page.locator("[data-stop]")).to_have_attribute("data-stop", references[0])
    expect(page.locator("[data-offline]")).to_be_visible()
    photo = page.locator(".stop-photos img").first
    page.wait_for_function(
        "() => [...document.querySelectorAll('.stop-photos img')].every((one) => one.naturalWidth > 0)"
    )
    expect(photo).to_be_visible()
    page.locator("[data-done]").click()
    page.locator("[data-skip]").click()
    expect(page.locator("[data-owed]")).to_have_attribute("data-owed", "2")
    page.reload()  # and the phone slept in between
    expect(page.locator("[data-owed]")).to_have_attribute("data-owed", "2")
    expect(page.locator("[data-stop]")).to_have_attribute("data-stop", references[2])
    page.goto("/werk/kaart/")  # what needs a network leads to what does not
    expect(page).to_have_url(re.compile("/werk/ronde/"))
    page.goto(f"/werk/ronde/{made['id']}/")
    expect(page.locator("[data-owed]")).to_have_attribute("data-owed", "2")

    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    context.set_offline(False)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-owed]")).to_have_count(0)
    now = _api(page, "GET", f"rounds/{made['id']}")
    assert [stop["state"] for stop in now["stops"]] == ["done", "skipped", "open", "open"]
    assert len([one for one in sent if "/stops/" in one]) == 2


def test_what_was_done_offline_with_a_note_arrives_as_the_ordinary_deeds(visitor: Visitor) -> None:
    visitor.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_FAILED")
    context, page = _phone(visitor)
    made = a_round(page, 2)
    reference = made["stops"][0]["reference"]
    page.goto(f"/werk/ronde/{made['id']}/")
    expect(page.locator("[data-stop]")).to_be_visible()
    _kept_ready(page)
    before = _api(page, "GET", f"cases/{reference}")
    context.set_offline(True)
    page.locator("[data-more]").click()
    page.locator("#done-note").fill("De put is leeg gehaald")
    page.locator("dialog button[type=submit]").click()
    expect(page.locator("[data-owed]")).to_have_attribute("data-owed", "2")
    context.set_offline(False)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-owed]")).to_have_count(0)
    after = _api(page, "GET", f"cases/{reference}")
    assert len(after["notes"]) == len(before["notes"]) + 1
    assert after["notes"][-1]["text"] == "De put is leeg gehaald"


def test_a_confidential_case_is_on_the_round_and_never_on_the_phone(visitor: Visitor) -> None:
    visitor.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_FAILED")
    context, page = _phone(visitor, "ilse")
    page.goto("/werk/ronde/")
    secret = _api(page, "GET", "cases?visibility=confidential&limit=1")["results"]
    plain = _api(page, "GET", "cases?visibility=public,limited&limit=1")["results"]
    assert secret, "the demonstration has a confidential case for this person"
    chosen = [row["reference"] for row in [*secret, *plain]]
    made = _api(page, "POST", "rounds", {"references": chosen})
    page.goto(f"/werk/ronde/{made['id']}/")
    expect(page.locator(".stop")).to_have_count(len(chosen))
    _kept_ready(page)
    page.wait_for_function("async () => (await indexedDB.databases()).some((one) => one.name === 'desk')")
    kept = json.dumps(page.evaluate(KEPT))
    assert secret[0]["reference"] not in kept and (not secret[0]["address"] or secret[0]["address"] not in kept)
    context.set_offline(True)
    page.reload()
    expect(page.locator(".stop")).to_have_count(len(chosen))
    expect(page.locator("main")).not_to_contain_text(secret[0]["reference"])


def test_signing_out_leaves_nothing_on_the_phone(visitor: Visitor, site: Site) -> None:
    context = visitor.phone()
    # A session of its own: that of the other tests must live on.
    fresh = site.database.manage("demo_session", "bram").strip()
    context.add_cookies([{"name": "sessionid", "value": fresh, "url": site.address}])
    page = context.new_page()
    made = a_round(page, 2)
    page.goto(f"/werk/ronde/{made['id']}/")
    expect(page.locator("[data-stop]")).to_be_visible()
    _kept_ready(page)
    assert page.evaluate(KEPT)["stores"]["rounds"]
    page.goto("/account/logout/")
    page.locator("form[data-sign-out] button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"^(?!.*logout)"))
    kept = page.evaluate(KEPT)
    assert kept["stores"] == {} and not any(name.startswith("desk-") for name in kept["files"])


def test_another_person_on_the_same_device_finds_nothing(visitor: Visitor, site: Site) -> None:
    context, page = _phone(visitor)
    made = a_round(page, 2)
    page.goto(f"/werk/ronde/{made['id']}/")
    expect(page.locator("[data-stop]")).to_be_visible()
    page.wait_for_function("async () => (await indexedDB.databases()).some((one) => one.name === 'desk')")
    visitor.sign_in(context, "bram")
    page.goto("/werk/ronde/")
    expect(page.locator("[data-new]")).to_be_visible()
    assert page.evaluate(KEPT)["stores"]["rounds"] == []


def test_a_round_is_put_in_another_order_and_walked_by_keys_alone(visitor: Visitor) -> None:
    context = visitor.sign_in(visitor.context(), "fatima")
    page = context.new_page()
    made = a_round(page, 3)
    before = [stop["reference"] for stop in made["stops"]]
    page.goto(f"/werk/ronde/{made['id']}/")
    page.locator("[data-order]").focus()
    page.keyboard.press("Enter")
    page.locator(".stop").nth(0).locator("[data-down]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".stop").nth(1)).to_have_attribute("data-reference", before[0])
    expect(page.locator(".stop").nth(1).locator("[data-down]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".stop").nth(2)).to_have_attribute("data-reference", before[0])
    assert_accessible(page)
    page.reload()
    expect(page.locator(".stop").nth(2)).to_have_attribute("data-reference", before[0])
    page.locator("[data-done]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".stop").nth(0)).to_have_attribute("data-state", "done")
    expect(page.locator("[data-done]")).to_be_focused()


def test_the_workplace_can_be_installed_and_its_worker_serves_only_the_workplace(visitor: Visitor) -> None:
    _context, page = _phone(visitor)
    page.goto("/werk/ronde/")
    scope = page.evaluate("async () => (await navigator.serviceWorker.ready).scope")
    assert scope.endswith("/werk/")
    manifest = page.evaluate("async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()")
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/werk/", "/werk/", "standalone")
    page.goto("/")
    scope = page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/'))?.scope ?? ''")
    assert not scope.endswith("/werk/")
