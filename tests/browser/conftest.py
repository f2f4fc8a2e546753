"""The demonstration on a real server, and Chromium looking at it.

A browser test asks for `visitor` and opens contexts with it:

    def test_a_resident_sees_the_form(visitor: Visitor) -> None:
        page = visitor.phone().new_page()
        page.goto("/melden/")
        assert_accessible(page)

At the end of each test nothing may have gone wrong on any of its pages: no error in the console (a refused inline
style is one), no exception, no request to another machine. `visitor.expect("…")` names what a test provokes itself.

Playwright's loop runs in the test's own thread, so that a module with browser tests cannot use the database of the
test run; the browser lives per module, so that the modules after it can, or with `-m browser` for the whole run.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.support import tables
from tests.support.live.servers import ROOT, Database, Server
from tests.support.push_service import PushService, push_service

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}
PASSWORD = "welkom-in-de-wijk"
SOON = 20_000
"""Milliseconds that anything on a page, or something live, may take on a busy machine."""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BETWEEN_MAILS = "-" * 79 + "\n"
"""What Django's file backend writes after each mail; mails of one second may share a file."""
expect.set_options(timeout=SOON)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOAD = """
import json
from django.core.management import call_command
from config.demo.accounts import session_for
from core.accounts.models import User

call_command("load_demo", verbosity=0)
names = User.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True)
print(json.dumps({name: session_for(name) for name in names}))
"""


class Demonstration(Database):
    """A database of its own with the demonstration in it, under the product's own settings."""

    sessions: dict[str, str]
    """Username -> session cookie, of every demo account: one process less for each who signs in."""

    def fill(self) -> None:
        if settings.SQLITE:
            folder, self.sessions = _loaded()
            shutil.copytree(folder, self.folder, dirs_exist_ok=True)
        else:
            super().fill()
            self.load()

    def load(self) -> None:
        self.sessions = json.loads(self.manage("shell", "-v0", "-c", LOAD).splitlines()[-1])

    def environment(self, **more: str) -> dict[str, str]:
        ours = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEMO": "1",
            "EMBEDDED_WORKER": "1",
            "EMAIL_URL": f"filemail://{self.folder}/mail",
        }
        return super().environment(**(ours | more))


class _Untouched(Demonstration):
    """What the others are copies of."""

    def fill(self) -> None:
        tables.lay_sqlite(self.folder / "live.sqlite3")
        self.load()


@cache
def _loaded() -> tuple[Path, dict[str, str]]:
    """The folder of a demonstration that nobody runs, once per process."""
    made = _Untouched(Path(tempfile.mkdtemp(prefix="wijkplatform-demonstration-")))
    atexit.register(made.drop)
    return made.folder, made.sessions


class Site:
    """The running demonstration."""

    def __init__(self, database: Demonstration, push: PushService | None = None) -> None:
        self.database = database
        self.push = push or PushService("")
        self.server = Server(database)
        self.address = f"http://localhost:{self.server.port}"
        """`localhost` and not a number: passkeys belong to a name."""
        self.server.environment |= {"BASE_URL": self.address, "PUSH_SERVICES": self.push.origin, "SMS_QUIET_HOURS": ""}

    def session_of(self, username: str) -> str:
        """The session cookie of a demo account; one per account and test run, so sign out through the form instead."""
        return self.database.sessions[username]

    def mails(self) -> list[str]:
        """What was sent so far, oldest first, as it went out."""
        folder = self.database.folder / "mail"
        files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime) if folder.exists() else []
        return [mail for path in files for mail in path.read_text().split(BETWEEN_MAILS) if mail]


class Visitor:
    """Opens browser contexts, each as private as a new device, and keeps what went wrong in them."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.troubles: list[str] = []
        self._expected: list[str] = []

    def context(self, **options: Any) -> BrowserContext:
        """A new context; `options` are Playwright's (`viewport`, `color_scheme`, `java_script_enabled`, …)."""
        chosen = {"base_url": self.site.address, "locale": "nl-NL", "viewport": DESKTOP, "reduced_motion": "reduce"}
        context = self.browser.new_context(**(chosen | options))
        context.set_default_timeout(SOON)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.troubles.append(f"exception: {error.error}"))
        context.on("request", self._asked)
        return context

    def phone(self, **options: Any) -> BrowserContext:
        return self.context(**({"viewport": PHONE, "has_touch": True, "is_mobile": True} | options))

    def sign_in(self, context: BrowserContext, username: str) -> BrowserContext:
        """As a demo account, without the form."""
        sign_in(context, self.site, username)
        return context

    def expect(self, pattern: str) -> None:
        """A trouble that this test provokes on purpose (regular expression, searched in the trouble's line)."""
        self._expected.append(pattern)

    def check(self) -> None:
        unexpected = [line for line in self.troubles if not any(re.search(one, line) for one in self._expected)]
        assert not unexpected, "\n".join(unexpected)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.site.address).netloc:
            self.troubles.append(f"request to another machine: {request.url}")


def sign_in(context: BrowserContext, site: Site, username: str) -> None:
    """Give the context a session of a demo account."""
    context.add_cookies([{"name": "sessionid", "value": site.session_of(username), "url": site.address}])


def assert_accessible(page: Page, *, leave_out: tuple[str, ...] = ()) -> None:
    """axe finds nothing against WCAG 2.2 AA, target size included; `leave_out` are selectors not of our making."""
    options = {
        "runOnly": {"type": "tag", "values": WCAG},
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],  # what passes is looked at, but not described: that takes as long again
    }
    context = {"exclude": [[selector] for selector in leave_out]} if leave_out else None
    found = Axe().run(page, context=context, options=options)
    lines = [
        f"{page.url}: {violation['id']} ({violation['impact']}): {node['html'][:200]}\n    {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
        if violation["id"] != "target-size" or _too_small(page, node["target"])
    ]
    assert not lines, "\n".join(lines)


def let_axe_run(page: Page) -> None:
    """axe waits for timers, which never come where scripts are off; those of the page itself do not start any more."""
    devtools = page.context.new_cdp_session(page)
    for off in (True, False):  # a session that never switched them off cannot switch them on
        devtools.send("Emulation.setScriptExecutionDisabled", {"value": off})


def _too_small(page: Page, target: list[str]) -> bool:
    """Also in the middle of the screen: what is half behind a fixed bar can be scrolled out of it."""
    page.locator(target[0]).evaluate("element => element.scrollIntoView({ block: 'center' })")
    again = Axe().run(page, context={"include": [target]}, options={"runOnly": ["target-size"]})
    return bool(again.response["violations"])


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)))


@pytest.fixture(scope="session")
def site() -> Generator[Site]:
    """One server for all browser tests of a run: whoever writes there makes what it needs itself."""
    if not (ROOT / "frontend" / "dist" / "manifest.json").exists():
        pytest.fail("The frontend is not built: run `make frontend`.", pytrace=False)
    database = Demonstration(Path(tempfile.mkdtemp(prefix="wijkplatform-browser-")))
    with push_service() as push, running(Site(database, push)) as one:
        yield one


@contextmanager
def running(one: Site) -> Iterator[Site]:
    """Its server, until the end; then its database goes too."""
    try:
        one.server.start()
        yield one
        one.server.stop()
    finally:
        if one.server.process and one.server.process.poll() is None:
            one.server.kill()
        one.database.drop()


def _how_long(fixture_name: str, config: pytest.Config) -> str:
    """A browser for the whole run where no test of it needs the database, as in the suite's part with browsers."""
    return "session" if config.getoption("markexpr") == "browser" else "module"


@pytest.fixture(scope=_how_long)
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    one = Visitor(browser, site)
    yield one
    for context in browser.contexts:
        context.close()
    one.check()
