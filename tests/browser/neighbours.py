"""What residents do with an initiative on their phones, by ids and names: the same in every language, with a script or
without."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Site, Visitor, assert_accessible, let_axe_run
from tests.support.live.servers import ROOT, until

PICTURES = ROOT / "platform" / "config" / "demo" / "pictures"
SESSIONS = """
import json
from config.demo.accounts import resident_session_for
print(json.dumps([resident_session_for(f"buur{number}.gm9901@example.nl") for number in range(%d)]))
"""


class Neighbour:
    """A resident with a device of their own."""

    def __init__(self, visitor: Visitor, address: str, **options: Any) -> None:
        self.visitor, self.address = visitor, address
        self.scripted = options.get("java_script_enabled", True)
        self.context: BrowserContext = visitor.phone(**options)
        self.page = self.context.new_page()

    def goto(self, address: str) -> Page:
        self.page.goto(address)
        return self.page

    def see(self) -> None:
        """Nothing on the page that is shown keeps anybody out."""
        look_at(self.page, scripted=self.scripted)

    def send(self, form: Locator | None = None) -> None:
        """Press the main button of a form: the page after it is there when this returns."""
        button = (form or self.page.locator("main form")).locator("button.primary").first
        with self.page.expect_navigation():
            button.click()

    def press(self, value: str) -> None:
        """The button or form that does this deed."""
        here = self.page.locator(f"button[name=deed][value={value}]")
        form = self.page.locator(f"form:has(input[name=deed][value={value}])")
        with self.page.expect_navigation():
            (here if here.count() else form.locator("button[type=submit]")).first.click()

    # --- signing in -------------------------------------------------------------------------------

    def sign_in(self, *, looking: bool = False) -> None:
        """On the page that asks for it: an address, then the digits of the mail."""
        self.page.locator("#id_address").fill(self.address)
        self.send(self.page.locator("form:has(#id_address)"))
        if looking:
            self.see()
        self.page.locator("#id_code").fill(until(self._codes, "the code is sent")[-1])
        self.send(self.page.locator("form:has(#id_code)"))

    def _codes(self) -> list[str]:
        mails = [mail for mail in self.visitor.site.mails() if f"To: {self.address}" in mail]
        return [code for mail in mails for code in re.findall(r"^(\d{6})\s*$", mail, re.MULTILINE)]

    # --- a plan -----------------------------------------------------------------------------------

    def begin(self, title: str, what: str) -> str:
        """The first words, signing in, and on to the second step; the slug of the draft."""
        self.goto("/initiatieven/beginnen/")
        self.see()
        self.page.locator("#id_title").fill(title)
        self.page.locator("#id_what").fill(what)
        self.send(self.page.locator("#plan-form"))
        self.sign_in(looking=True)
        found = re.search(r"/initiatieven/beginnen/([^/]+)/waarom/$", self.page.url)
        assert found, self.page.url
        return found[1]

    def fill_step(self, **values: str) -> None:
        """One step of the plan, looked at before and sent."""
        self.see()
        for name, value in values.items():
            field = self.page.locator(f"#id_{name}")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        with self.page.expect_navigation():
            self.page.locator("#next").click()

    def join(self, link: str, name: str) -> None:
        """By the link somebody sent; who is not signed in does so on the way."""
        self.goto(link)
        self.see()
        if not self.page.locator("#id_name").count():
            self.press("accept")
            self.sign_in()
        self.page.locator("#id_name").fill(name)
        self.press("accept")
        expect(self.page).to_have_url(re.compile("/groep/$"))

    def step(self, slug: str, name: str, **words: str) -> None:
        """A step of the stages that the group takes itself."""
        self.goto(f"/initiatieven/{slug}/groep/stap/{name}/")
        if name in ("gather", "finish"):  # the others look like the first
            self.see()
        for field, value in words.items():
            self.page.locator(f"#id_{field}").fill(value)
        self.send(self.page.locator(".group-part form"))
        expect(self.page).to_have_url(re.compile(f"/{slug}/groep/$"))


def look_at(page: Page, *, scripted: bool = True) -> None:
    """axe, nothing wider than the screen; `SCREENS=folder` keeps a picture."""
    if not scripted:
        let_axe_run(page)
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
    if folder := os.environ.get("SCREENS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        number = len(list(Path(folder).iterdir()))
        words = re.sub(r"[^a-z0-9]+", "-", urlsplit(page.url).path)
        page.screenshot(path=f"{folder}/{number:03}{words}.png", full_page=True)


def sign_in_many(site: Site, many: int) -> subprocess.Popen[str]:
    """So many neighbours of the demonstration sign in, each with a device of their own; `support` waits for them."""
    return site.database.start("shell", "-v0", "-c", SESSIONS % many, stdout=subprocess.PIPE)


def support(site: Site, slug: str, signing_in: subprocess.Popen[str]) -> None:
    said, _ = signing_in.communicate()
    assert signing_in.returncode == 0
    for session in json.loads(said.splitlines()[-1]):
        _post(site, f"/api/v1/initiatives/{slug}/supporters", {"livesHere": True}, session)


def _post(site: Site, path: str, body: dict[str, Any], session: str) -> None:
    token = "c" * 32
    headers = {"Cookie": f"mijn={session}; csrftoken={token}", "X-CSRFToken": token, "Content-Type": "application/json"}
    status, answer = site.server.post(path, body, headers)
    assert status in (200, 201, 204), answer
