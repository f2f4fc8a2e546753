"""Reporting with a script when things go another way: other proposals, two reports at once, refusals, odd leftovers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect

from tests.browser.conftest import Visitor, assert_accessible
from tests.browser.proxy import Line
from tests.browser.test_melden_offline import (
    STORES,
    is_kept,
    line,  # noqa: F401
    opened,
    phone,  # noqa: F401
    photo,
    send,
    to_step,
    until,
    waiting,
    write,
)

pytestmark = pytest.mark.browser

BANK = "Er ligt een bank naast de container"
PUT = """async ([store, row]) => {
  const answered = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const db = await answered(indexedDB.open("wijkplatform"));
  await answered(db.transaction(store, "readwrite").objectStore(store).put(row));
  db.close();
}"""
PHOTOS = """async () => {
  const answered = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const db = await answered(indexedDB.open("wijkplatform"));
  const keys = await answered(db.transaction("photos").objectStore("photos").getAllKeys());
  db.close();
  return keys;
}"""
REFUSED_EMAIL = "ans@voorbeeld..nl"
"""Our own check lets it pass, the server does not."""


def values(page: Page, *names: str) -> list[str]:
    return [page.locator(f"#report-form [name={name}]").input_value() for name in names]


def kept(page: Page, store: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = page.evaluate(STORES)[store]
    return rows


def proposal(page: Page, text: str) -> None:
    page.locator("[name=text]").fill(text)
    expect(page.locator(".proposal[aria-pressed=true]")).to_be_visible()


def refused(page: Page, text: str) -> None:
    write(page, text, [])
    page.locator("[name=email]").fill(REFUSED_EMAIL)
    page.locator("#send").click()
    expect(page.locator(".error-summary")).to_be_focused()


def test_what_we_think_it_is_about_is_chosen_and_asks_its_questions(visitor: Visitor) -> None:
    page = opened(visitor.phone().new_page())
    proposal(page, BANK)
    assert values(page, "category", "proposed") == ["bijplaatsing-grofvuil"] * 2
    assert_accessible(page)
    to_step(page, "where")
    area = page.locator("[name=area]")
    area.select_option(area.locator("option[value]:not([value=''])").nth(1).get_attribute("value"))
    page.locator("#next").click()
    page.locator("[data-step=more] [data-question] input").first.check()
    to_step(page, "reach")
    lines = page.locator("#summary > div")
    expect(lines).to_have_count(4)
    assert_accessible(page)
    lines.nth(3).locator("a").click()
    expect(page.locator("[data-step=more] [data-question] input").first).to_be_focused()
    to_step(page, "reach")
    lines.nth(1).locator("a").click()
    expect(page.locator("#id_category")).to_be_focused()
    page.locator("#id_category").select_option("bestrating")
    assert values(page, "category", "proposed") == ["bestrating", ""]
    page.locator("[name=text]").press_sequentially(" en een koelkast")
    expect(page.locator(".proposal")).not_to_have_count(0)
    assert values(page, "category", "proposed") == ["bestrating", ""]


def test_a_refusal_about_a_question_brings_the_question(visitor: Visitor) -> None:
    visitor.expect("status of 400|ERR_FAILED")
    page = opened(visitor.phone(service_workers="block").new_page())
    away = re.compile("_suggest$")
    page.route(away, lambda route: route.abort())
    write(page, BANK, [])
    assert values(page, "category") == [""]
    page.unroute(away)

    def refuse(route: Route) -> None:
        errors = [{"field": "answers.soort", "code": "required", "detail": "Beantwoord deze vraag."}]
        problem = {"type": "urn:problem-type:wijkplatform:invalid", "status": 400, "detail": "Nee.", "errors": errors}
        route.fulfill(status=400, content_type="application/problem+json", body=json.dumps(problem))

    page.route(re.compile("/reports$"), refuse)
    page.locator("#send").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[data-question=soort] .error")).to_be_visible()
    page.locator(".error-summary a").click()
    expect(page.locator("[data-question=soort] input").first).to_be_focused()
    page.unroute(re.compile("/reports$"))
    page.locator("[data-question=soort] input").first.check()
    to_step(page, "reach")
    page.locator("#send").click()
    expect(page).to_have_url(re.compile("/volgen/$"))


def test_what_is_being_typed_comes_back_after_another_report_was_corrected(phone: BrowserContext) -> None:  # noqa: F811
    page = opened(phone.new_page())
    refused(page, "Een melding met een fout adres")
    page.reload()  # who comes back later still reads why
    page.wait_for_selector("#report-form[data-ready]")
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#id_email")
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    other = opened(phone.new_page())
    other.locator("[data-focus^=open-]").click()
    expect(other.locator(".waiting-report .said")).to_be_visible()  # it is open in the first tab
    page.close()
    other.locator("[name=text]").fill("Een lange nieuwe tekst")
    other.locator("#id_photos").set_input_files([photo(3)])
    expect(other.locator("#photos > li:not(.busy)")).to_have_count(1)
    other.locator("[data-focus^=open-]").click()
    expect(other.locator("[name=text]")).to_have_value("Een melding met een fout adres")
    expect(other.locator("#photos > li")).to_have_count(0)
    expect(other.locator("#waiting")).to_be_hidden()
    to_step(other, "reach")
    other.locator("[name=email]").fill("ans@voorbeeld.nl")
    other.locator("#send").click()
    expect(other).to_have_url(re.compile("/volgen/$"))
    opened(other)
    expect(other.locator("[name=text]")).to_have_value("Een lange nieuwe tekst")
    expect(other.locator("#photos img")).to_have_count(1)
    assert (len(kept(other, "drafts")), kept(other, "outbox")) == (1, [])


def test_photos_sent_before_the_script_was_there_go_along(phone: BrowserContext, line: Line) -> None:  # noqa: F811
    page = phone.new_page()
    scripts = re.compile(r"/static/app/.*\.js$")
    page.route(scripts, lambda route: route.abort())
    page.goto("/melden/")
    page.locator("[name=text]").fill("Zonder script begonnen")
    page.locator("#id_photos").set_input_files([photo(4)])
    page.locator("#next").click()
    expect(page).to_have_url(re.compile("/waar/"))
    page.unroute(scripts)
    opened(page)
    expect(page.locator("[name=text]")).to_have_value("Zonder script begonnen")
    expect(page.locator("#photos > li img")).to_have_count(1)
    page.reload()
    page.wait_for_selector("#report-form[data-ready]")
    expect(page.locator("#photos > li img")).to_have_count(1)
    write(page, "Zonder script begonnen", [])
    page.locator("#send").click()
    expect(page).to_have_url(re.compile("/volgen/$"))
    [post] = line.reports()
    assert len(json.loads(post.body)["photos"]) == 1
    opened(page)  # what the server still keeps of it does not come back
    expect(page.locator("[name=text]")).to_have_value("")
    expect(page.locator("#photos > li")).to_have_count(0)


def test_rows_of_another_version_do_not_stop_reporting(phone: BrowserContext, line: Line) -> None:  # noqa: F811
    page = opened(phone.new_page())
    now = page.evaluate("Date.now()")
    for row in ({"id": "a"}, {"id": "b", "updatedAt": now}, {"id": "c", "updatedAt": now, "photos": [None]}):
        page.evaluate(PUT, ["drafts", row])
    page.evaluate(PUT, ["outbox", {"key": "bad"}])
    page.evaluate(PUT, ["outbox", {"key": "odd", "photos": [{"id": "p1"}], "state": "waiting"}])
    page.evaluate(PUT, ["photos", {"id": "p1", "bytes": []}])
    for _time in range(2):
        opened(page)
        expect(page.locator("[data-step]:visible")).to_have_count(1)
    assert page.evaluate(PHOTOS) == ["p1"]
    write(page, "Met rommel ernaast", [])
    page.locator("#send").click()
    expect(page).to_have_url(re.compile("/volgen/$"))
    assert [json.loads(post.body)["text"] for post in line.reports()] == ["Met rommel ernaast"]


def test_without_a_network_danger_is_heard_and_what_waits_can_be_changed(phone: BrowserContext, line: Line) -> None:  # noqa: F811
    page = opened(phone.new_page())
    is_kept(page)
    line.weather = "cut"
    phone.set_offline(True)
    page.locator("[name=text]").fill("Ik denk aan zelfmoord, en er ligt een bank")
    expect(page.locator("#advice a.phone")).to_have_attribute("href", "tel:113")
    page.locator("[name=text]").fill("kort")
    expect(page.locator("#advice > *")).to_have_count(0)
    write(page, "Mijn BSN is 111222333", [])
    page.locator("[name=email]").fill("geen-adres")
    page.locator("#send").click()
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    assert waiting(page) == []
    page.locator("[name=email]").fill("")
    place = page.evaluate("document.querySelector('[name=area]').value")
    send(page)
    expect(page.locator(".urgent")).to_have_attribute("open", "")
    expect(page.locator("[data-focus^=open-]")).to_be_visible()
    page.locator("[data-focus^=open-]").click()
    expect(page.locator("[name=text]")).to_have_value("Mijn BSN is 111222333")
    assert values(page, "area") == [place]
    to_step(page, "reach")
    send(page)
    page.locator("button", has_text="Nog een melding").click()
    expect(page.locator("[name=text]")).to_have_value("")
    expect(page.locator("#findings > *")).to_have_count(0)
    assert values(page, "area", "lon", "lat") == ["", "", ""]


def test_without_a_network_another_page_leads_to_reporting_and_says_so(phone: BrowserContext, line: Line) -> None:  # noqa: F811
    page = opened(phone.new_page())
    is_kept(page)
    line.weather = "cut"
    phone.set_offline(True)
    link = page.locator(".offline-line a")
    for path in ("/wijken/?soort=alle", "/melden/ook/M-ABCDEF/"):
        page.goto(path)
        page.wait_for_selector("#report-form[data-ready]")
        assert page.url.endswith("/melden/")
        expect(link).to_have_attribute("href", path)
    assert_accessible(page, leave_out=(".leaflet-container",))
    page.locator("[name=text]").fill("Toch maar melden")
    expect(link).to_have_count(0)
    expect(page.locator(".offline-line")).to_be_visible()
    other: FilePayload = {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"hello"}
    page.locator("#id_photos").set_input_files([photo(1), other])
    expect(page.locator("#photo-problem")).to_be_visible()
    expect(page.locator("#photos > li")).to_have_count(1)  # what is no photo is left out at once
    line.weather = "fair"
    phone.set_offline(False)
    expect(page.locator(".offline-line")).to_be_hidden()


def test_the_private_link_can_be_copied_and_files_are_chosen_in_our_own_words(visitor: Visitor) -> None:
    context = visitor.phone()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened(context.new_page())
    write(page, "Een losse tegel bij de brug", [])
    page.locator("#send").click()
    expect(page).to_have_url(re.compile("/volgen/$"))
    page.locator("#id_message_photos").set_input_files([photo(2)])
    expect(page.locator("#id_message_photos_chosen")).to_have_text("photo-2.jpg")
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copy] [role=status]")).to_have_text(
        page.locator("[data-copy]").get_attribute("data-done") or "?"
    )
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#own-link a").get_attribute("href")
    assert_accessible(page)


def test_the_map_chooses_no_place_by_itself(visitor: Visitor) -> None:
    page = opened(visitor.phone().new_page())
    page.locator("[name=text]").fill("Een losse tegel")
    to_step(page, "where")
    expect(page.locator(".leaflet-container path.area").first).to_be_attached()
    area = page.locator("[name=area]")
    chosen = area.locator("option[value]:not([value=''])").nth(1).get_attribute("value")
    area.select_option(chosen)
    for size in ((740, 360), (360, 740)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert values(page, "lon", "lat", "area") == ["", "", chosen]
    page.locator("#map").focus()
    page.keyboard.press("ArrowLeft")
    until(lambda: values(page, "lon") != [""], "the keys choose a place")


def test_the_language_of_the_answers_follows_the_page_until_somebody_chooses(visitor: Visitor) -> None:
    page = opened(visitor.phone().new_page())
    page.locator("[name=text]").fill("Een losse tegel")
    until(lambda: kept(page, "drafts"), "it is kept")

    def switch(language: str) -> None:
        page.locator(".languages summary").click()
        page.locator(f".languages button[value={language}]").click()
        page.wait_for_selector(f"html[lang={language}] #report-form[data-ready]")

    switch("tr")
    expect(page.locator("[name=text]")).to_have_value("Een losse tegel")
    assert values(page, "language") == ["tr"]
    page.evaluate(
        "() => { const one = document.querySelector('#id_language'); one.value = 'pl';"
        " one.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    until(lambda: "pl" in json.dumps(kept(page, "drafts")), "it is kept")
    switch("nl")
    assert values(page, "language") == ["pl"]
