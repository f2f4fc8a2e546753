"""The desks of professionals and of the editor, in a browser each."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor


class Desks:
    """The desks of professionals, in English, by whose they are."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.pages: dict[str, Page] = {}

    def of(self, username: str) -> Page:
        if username not in self.pages:
            context = self.visitor.sign_in(self.visitor.context(locale="en-GB"), username)
            self.pages[username] = context.new_page()
        return self.pages[username]

    def open(self, username: str, reference: str) -> Page:
        page = self.of(username)
        page.goto(f"/werk/{reference}/")
        expect(page.locator("desk-case .reference").first).to_have_text(reference)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        return page


def dialog(page: Page) -> Locator:
    return page.locator("dialog[open]")


def published(editor: Page) -> None:
    """Of the page that is open in the editor."""
    publish = editor.locator("[name=action-publish]").first
    expect(publish).to_be_visible()
    checked = editor.locator("[name=photos_checked]")
    if checked.count():
        checked.check()
    publish.click()
    expect(editor.locator(".messages .success")).to_be_visible()


def editor_link(editor: Page) -> str:
    return str(editor.locator(".messages .success a[href*='localhost']").first.get_attribute("href"))
