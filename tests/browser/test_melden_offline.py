"""Reporting without a network, over a line that is really cut: nothing is lost, nothing arrives twice."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, FilePayload, Page, ViewportSize, expect

from tests.browser.conftest import ARGUMENTS, PHONE, SOON, Site, Visitor, _chromium, assert_accessible
from tests.browser.proxy import Line
from tests.support.live.servers import until

pytestmark = pytest.mark.browser

TROUBLE = "ERR_|Failed to (fetch|load)|WebSocket|status of (4|5)"
STORES = """async () => {
  const answered = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const db = await answered(indexedDB.open("wijkplatform"));
  const all = {};
  for (const name of db.objectStoreNames) all[name] = await answered(db.transaction(name).objectStore(name).getAll());
  db.close();
  for (const photo of all.photos ?? []) {
    const digest = await crypto.subtle.digest("SHA-256", photo.bytes);
    photo.sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    photo.size = photo.bytes.byteLength;
    delete photo.bytes;
  }
  return all;
}"""
KEPT = """async (language) => {
  if (!(await caches.has("melden-pages-1"))) return false;
  const pages = await caches.open("melden-pages-1");
  return (await pages.match(`/melden/?taal=${language}`, { ignoreVary: true })) !== undefined;
}"""
STORED = """
import json
from participation.cases.models import CasePhoto
from participation.reports.models import Report
print(json.dumps([
    [r.text, r.case.reference, CasePhoto.objects.filter(case=r.case).count()]
    for r in Report.objects.filter(text__startswith="Offline").select_related("case").order_by("text")
]))
"""


@pytest.fixture
def line(site: Site) -> Iterator[Line]:
    one = Line(site.server.port)
    yield one
    one.stop()


@pytest.fixture
def phone(visitor: Visitor, line: Line) -> BrowserContext:
    visitor.expect(TROUBLE)
    visitor.expect("request to another machine: " + re.escape(line.address))
    context = visitor.phone(base_url=line.address)
    context.on("page", lambda page: page.on("dialog", lambda dialog: dialog.accept()))
    return context


def photo(number: int, size: tuple[int, int] = (1600, 1200), *, noise: bool = False) -> FilePayload:
    """A file for an upload field; each number another picture, of `noise` a large one."""
    out = io.BytesIO()
    picture = (Image.effect_noise(size, 80) if noise else Image.linear_gradient("L").resize(size)).convert("RGB")
    picture.paste((40 * number % 256, 90, 200 - 30 * number), (10 * number, 20, 400 + 10 * number, 400))
    picture.save(out, "JPEG", quality=90)
    return {"name": f"photo-{number}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def is_kept(page: Page, language: str = "nl") -> None:
    until(lambda: page.evaluate(KEPT, language), f"reporting is kept in {language}")


def opened(page: Page, path: str = "/melden/") -> Page:
    page.goto(path)
    page.wait_for_selector("#report-form[data-ready]")
    return page


def to_step(page: Page, step: str) -> None:
    while not page.locator(f"[data-step={step}]").is_visible():
        before = page.locator("[data-step]:visible").get_attribute("data-step")
        page.locator("#next").click()
        expect(page.locator("[data-step]:visible")).not_to_have_attribute("data-step", before or "")


def write(page: Page, text: str, photos: list[FilePayload]) -> None:
    page.locator("[name=text]").fill(text)
    if photos:
        page.locator("#id_photos").set_input_files(photos)
        expect(page.locator("#photos > li:not(.busy)")).to_have_count(len(photos))
    to_step(page, "where")
    area = page.locator("[name=area]")
    area.select_option(area.locator("option[value]:not([value=''])").nth(1).get_attribute("value"))
    to_step(page, "reach")


def send(page: Page) -> None:
    page.locator("#send").click()
    expect(page.locator("#waiting")).to_be_visible()


def waiting(page: Page) -> list[dict[str, Any]]:
    reports: list[dict[str, Any]] = page.evaluate(STORES)["outbox"]
    return reports


def stored(site: Site) -> list[tuple[str, str, int]]:
    return [tuple(one) for one in json.loads(site.database.manage("shell", "-v0", "-c", STORED).splitlines()[-1])]


def kill(profile: Path) -> None:
    """The browser with this profile, as when the phone's battery dies."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"--user-data-dir={profile}".encode() in (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if mine:
            os.kill(int(process.name), signal.SIGKILL)


def test_three_reports_with_photos_arrive_once_each_whatever_happens_to_line_server_and_browser(
    browser: Browser, site: Site, line: Line, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"

    def start() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            str(profile),
            executable_path=_chromium(),
            args=ARGUMENTS,
            base_url=line.address,
            viewport=ViewportSize(width=PHONE["width"], height=PHONE["height"]),
            locale="nl-NL",
        )
        context.set_default_timeout(SOON)
        return context

    wanted = {"Offline een": [1], "Offline twee": [2, 3], "Offline drie": [4]}
    context = start()
    page = opened(context.pages[0])
    is_kept(page)
    line.weather = "cut"
    context.set_offline(True)
    for text, numbers in wanted.items():
        write(page, text, [photo(number) for number in numbers])
        send(page)
        expect(page.locator(f".waiting-report:has-text('{text}')")).to_have_attribute("data-state", "waiting")
        page.locator("button", has_text="Nog een melding doen").click()
    kept = page.evaluate(STORES)
    sums = {one["id"]: one["sha256"] for one in kept["photos"]}
    queued = {one["title"]: [sums[each["id"]] for each in one["photos"]] for one in kept["outbox"]}
    assert {text: len(each) for text, each in queued.items()} == {text: len(each) for text, each in wanted.items()}
    assert all(each["sha256"] == sums[each["id"]] for one in kept["outbox"] for each in one["photos"])

    kill(profile)
    with suppress(Error):  # it may have noticed by itself
        context.close()
    context = start()
    context.set_offline(True)
    pages = [opened(context.pages[0]), opened(context.new_page())]
    expect(pages[0].locator(".waiting-report")).to_have_count(3)
    expect(pages[1].locator(".waiting-report")).to_have_count(3)

    for turn in range(20):
        line.weather = ("lossy", "cut", "lossy", "fair")[turn % 4]
        tried = line.tried
        context.set_offline(False)
        until(lambda before=tried: line.tried > before or not waiting(pages[0]), f"turn {turn} is tried")  # type: ignore[misc]
        line.weather = "cut"
        context.set_offline(True)
        if turn == 9:
            site.server.kill()
            line.weather = "fair"
            context.set_offline(False)
            site.server.start()
            line.weather = "cut"
            context.set_offline(True)
    line.weather = "fair"
    context.set_offline(False)
    until(lambda: not waiting(pages[1]), "everything is sent")
    for one in pages:
        expect(one.locator(".waiting-report[data-state=waiting]")).to_have_count(0)
    left = pages[0].evaluate(STORES)
    assert (left["photos"], len(left["reports"])) == ([], 3)
    context.close()

    rows = [row for row in stored(site) if row[0] in wanted]
    assert [(text, photos) for text, _reference, photos in rows] == sorted(
        (text, len(each)) for text, each in wanted.items()
    )
    uploads = line.uploads()
    for post in line.reports():
        if post.status == 201:
            body = json.loads(post.body)
            assert [uploads[one] for one in body["photos"]] == queued[body["text"]]
    answers = {(post.key, post.json["reference"]) for post in line.reports() if post.status == 201}
    assert sorted(reference for _key, reference in answers) == sorted(reference for _text, reference, _photos in rows)
    assert {one["reference"] for one in left["reports"]} == {reference for _key, reference in answers}


def test_reporting_opens_without_a_network_in_every_language_that_was_chosen(phone: BrowserContext, line: Line) -> None:
    page = phone.new_page()
    page.goto("/")
    is_kept(page)
    page.locator(".languages summary").click()
    page.locator(".languages button[value=ar]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    is_kept(page, "ar")
    line.weather = "cut"
    phone.set_offline(True)
    page.goto("/")
    page.wait_for_selector("#report-form[data-ready]")
    assert "/melden/" in page.url
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    page.locator(".languages summary").click()
    page.locator(".languages button[value=nl]").click()
    page.wait_for_selector("html[lang=nl] #report-form[data-ready]")
    write(page, "Zonder netwerk", [])
    page.locator("#back").click()
    expect(page.locator(".leaflet-container path.area").first).to_be_attached()
    assert_accessible(page, leave_out=(".leaflet-container",))


def test_the_page_that_is_kept_holds_nothing_of_anybody(phone: BrowserContext) -> None:
    page = phone.new_page()
    opened(page)
    is_kept(page)
    html = page.evaluate(
        "async () => (await (await caches.open('melden-pages-1')).match('/melden/?taal=nl', {ignoreVary: true})).text()"
    )
    mine = {one["value"] for one in phone.cookies() if one["name"] in ("csrftoken", "draft")}
    token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or "?"
    assert not any(one in html for one in [*mine, token])


def test_a_reload_and_the_back_button_lose_nothing(phone: BrowserContext) -> None:
    page = opened(phone.new_page())
    write(page, "Er ligt glas", [photo(1)])
    page.locator("[name=email]").fill("ans@voorbeeld.nl")
    until(lambda: "ans@voorbeeld.nl" in json.dumps(page.evaluate(STORES)["drafts"]), "it is kept")
    page.reload()
    page.wait_for_selector("#report-form[data-ready]")
    expect(page.locator("[data-step=reach]")).to_be_visible()
    expect(page.locator("[name=email]")).to_have_value("ans@voorbeeld.nl")
    page.go_back()
    expect(page.locator("[data-step=where]")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=text]")).to_have_value("Er ligt glas")
    expect(page.locator("#photos img")).to_have_count(1)
    expect(opened(phone.new_page()).locator("[name=text]")).to_have_value("")  # another tab, another report


def test_a_report_that_is_refused_opens_for_correction_and_says_why(phone: BrowserContext, site: Site) -> None:
    page = opened(phone.new_page())
    write(page, "Offline vier", [photo(5)])
    page.locator("[name=email]").fill("ans@voorbeeld..nl")
    page.locator("#send").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#photos img")).to_have_count(1)
    assert_accessible(page)
    assert [one["state"] for one in waiting(page)] == ["refused"]
    page.locator("[name=email]").fill("ans@voorbeeld.nl")
    page.locator("#send").click()
    expect(page).to_have_url(re.compile("/volgen/$"))
    assert waiting(page) == []
    assert ("Offline vier", 1) in [(text, photos) for text, _reference, photos in stored(site)]


def test_what_waits_can_be_seen_elsewhere_and_deleted_after_asking(phone: BrowserContext, line: Line) -> None:
    page = opened(phone.new_page())
    is_kept(page)
    line.weather = "cut"
    write(page, "Toch niet", [photo(6)])
    send(page)
    expect(page.locator(".waiting-report")).to_have_attribute("data-state", "waiting")
    assert_accessible(page)
    line.weather = "fair"
    page.route("**/api/v1/uploads", lambda route: route.abort())
    page.goto("/")
    expect(page.locator(".waiting-line")).to_be_visible()
    page.locator(".waiting-line a").click()
    page.wait_for_selector("#report-form[data-ready]")
    page.locator("[data-focus^=delete]").click()
    expect(page.locator("dialog.ask")).to_be_visible()
    page.locator("[data-focus=keep]").click()
    expect(page.locator(".waiting-report")).to_have_count(1)
    page.locator("[data-focus^=delete]").click()
    page.locator("[data-focus=sure]").click()
    expect(page.locator(".waiting-report")).to_have_count(0)
    left = page.evaluate(STORES)
    assert (left["outbox"], left["photos"]) == ([], [])


def test_a_full_device_says_what_to_do_and_keeps_what_was_typed(phone: BrowserContext, line: Line) -> None:
    page = phone.new_page()
    devtools = phone.new_cdp_session(page)
    # Before anything is kept: the browser remembers for a while how much room there was.
    room = {"origin": line.address, "quotaSize": 2_000_000}
    devtools.send("Storage.overrideQuotaForOrigin", room)
    opened(page)
    is_kept(page)
    page.locator("[name=text]").fill("Er past niets meer bij")
    until(lambda: page.evaluate(STORES)["drafts"], "it is kept")
    kept, full = 0, False
    while not full:
        page.locator("#id_photos").set_input_files([photo(7, noise=True)])
        expect(
            page.locator(f"#photo-problem:not([hidden]), #photos > li:not(.busy):nth-child({kept + 1})")
        ).to_be_visible()
        full = page.locator("#photo-problem").is_visible()
        kept += not full
        assert kept < 5, "there is room for everything"
    expect(page.locator("#photos > li")).to_have_count(kept)
    expect(page.locator("[name=text]")).to_have_value("Er past niets meer bij")
    assert len(page.evaluate(STORES)["photos"]) == kept
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": line.address})
    page.locator("#id_photos").set_input_files([photo(8)])
    expect(page.locator("#photos > li:not(.busy)")).to_have_count(kept + 1)
    expect(page.locator("#photo-problem")).to_be_hidden()


def test_the_worker_alone_sends_what_waits_once_with_every_page_closed(
    phone: BrowserContext, line: Line, site: Site
) -> None:
    page = opened(phone.new_page())
    is_kept(page)
    line.weather = "cut"
    write(page, "Offline slaapt", [photo(9)])
    send(page)
    expect(page.locator(".waiting-report")).to_have_attribute("data-state", "waiting")
    elsewhere = phone.new_page()  # of no site: only from somewhere can the browser be told that there is a network
    devtools = phone.new_cdp_session(elsewhere)
    workers: dict[str, str] = {}

    def heard(told: dict[str, Any]) -> None:
        workers.update({one["scopeURL"]: one["registrationId"] for one in told["registrations"]})

    devtools.on("ServiceWorker.workerRegistrationUpdated", heard)
    devtools.send("ServiceWorker.enable")
    page.close()
    line.weather = "fair"
    scope = f"{line.address}/"
    wake = {"origin": line.address, "tag": "outbox", "lastChance": False}
    for _twice in range(2):  # and what was sent is not sent again
        for _at_once in range(2):
            devtools.send("ServiceWorker.dispatchSyncEvent", wake | {"registrationId": workers[scope]})
        until(lambda: any(one.status == 201 for one in line.reports()), "the worker sent it")
    page = opened(phone.new_page())
    until(lambda: waiting(page) == [], "nothing waits any more")
    left = page.evaluate(STORES)
    assert (left["photos"], len(left["reports"])) == ([], 1)
    assert len({one.key for one in line.reports()}) == 1
    assert [row for row in stored(site) if row[0] == "Offline slaapt"] == [
        ("Offline slaapt", left["reports"][0]["reference"], 1)
    ]


def test_a_new_version_of_the_site_takes_over_and_loses_no_draft(phone: BrowserContext, line: Line) -> None:
    page = opened(phone.new_page())
    is_kept(page)
    page.locator("[name=text]").fill("Halverwege")
    until(lambda: page.evaluate(STORES)["drafts"], "it is kept")
    line.new_worker = b"\nself.newer = true;"
    page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration("/");
          const changed = new Promise((done) => {
            navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
          });
          await registration.update();
          await changed;
        }"""
    )
    line.weather = "cut"
    page.reload()
    page.wait_for_selector("#report-form[data-ready]")
    expect(page.locator("[name=text]")).to_have_value("Halverwege")


def test_a_large_photo_is_sent_small_and_without_what_the_camera_knows(phone: BrowserContext, line: Line) -> None:
    page = opened(phone.new_page())
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # held on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 3.0, 1.0), 3: "E", 4: (4.0, 17.0, 53.0)})
    Image.effect_noise((4000, 3000), 40).convert("RGB").save(out, "JPEG", quality=92, exif=exif)
    large: FilePayload = {"name": "groot.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    page.locator("#id_photos").set_input_files([large])
    expect(page.locator("#photos > li:not(.busy) img")).to_have_count(1)
    expect(page.locator("[name=lat]")).to_have_value(re.compile(r"^52\.05"))  # read before it went
    write(page, "Offline groot", [])
    send(page)
    expect(page).to_have_url(re.compile("/volgen/$"))
    [upload] = [one for one in line.passed if one.path == "/api/v1/uploads"]
    sent = upload.body.split(b"\r\n\r\n", 1)[1]
    picture = Image.open(io.BytesIO(sent))
    assert picture.size in {(1536, 2048), (1200, 1600)}  # upright; noise like this is the hardest there is
    assert not picture.getexif() and len(sent) < 500_500
    assert hashlib.sha256(sent).digest() != hashlib.sha256(out.getvalue()).digest()


def test_the_site_can_be_installed(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")
    is_kept(page)
    session = phone.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert not found["errors"], found["errors"]
    manifest = json.loads(found["data"])
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert any(one["url"].startswith("/melden/") for one in manifest["shortcuts"])
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )
