"""What a browser without JavaScript does with a form."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image


class _Form(HTMLParser):
    """The fields of the form with id "report-form" as a browser without a script has them; templates stay closed."""

    def __init__(self) -> None:
        super().__init__()
        self.action, self.values = "", {}
        self.buttons: list[tuple[str, str]] = []
        self._inside, self._closed = False, 0
        self._select, self._text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._closed += 1
        if tag == "form" and given.get("id") == "report-form":
            self._inside, self.action = True, given["action"]
        if not self._inside or self._closed:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "button" and name:
            self.buttons.append((name, given.get("value", "")))
        counts = kind not in ("file", "submit") and (kind not in ("checkbox", "radio") or "checked" in given)
        if tag == "input" and name and counts:
            self._add(name, given.get("value", ""))
        if tag == "select":
            self._select = name
            self.values.setdefault(name, [])
        if tag == "option" and self._select and "selected" in given:
            self.values[self._select] = [given.get("value", "")]
        if tag == "textarea":
            self._text = name
            self.values[name] = [""]

    def handle_data(self, data: str) -> None:
        if self._text and self._inside and not self._closed:
            self.values[self._text][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._closed -= 1
        if tag == "form":
            self._inside = False
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._text = ""

    def _add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def form_of(page: Any) -> tuple[str, dict[str, list[str]], list[tuple[str, str]]]:
    """Its address, its fields as they stand, and its named buttons."""
    parser = _Form()
    parser.feed(page.content.decode())
    values = {
        name: [value.removeprefix("\n") if name == "text" else value for value in given]
        for name, given in parser.values.items()
        if given
    }
    return parser.action.partition("#")[0], values, parser.buttons


def press(browser: Client, page: Any, button: tuple[str, str] | None = None, **changes: Any) -> Any:
    """Fill in fields of the page that is shown and press its button; the answer, not followed."""
    action, values, buttons = form_of(page)
    assert button is None or button in buttons, buttons
    body: dict[str, Any] = values | changes
    if button:
        body[button[0]] = button[1]
    return browser.post(action, {name: value for name, value in body.items() if value is not None})


def follow(browser: Client, answer: Any) -> Any:
    """The page that a POST leads to."""
    assert answer.status_code == 303, (answer.status_code, answer.content.decode()[:3000])
    return browser.get(answer["Location"].partition("#")[0])


def go_on(browser: Client, page: Any, button: tuple[str, str] | None = None, **changes: Any) -> Any:
    return follow(browser, press(browser, page, button, **changes))


def step_of(page: Any) -> str:
    """Which step a page shows."""
    found = re.search(r'data-page="(\w+)"', page.content.decode())
    assert found, page.content.decode()[:2000]
    return found[1]


def hidden(page: Any) -> dict[str, str]:
    """The hidden fields of a form, as a browser sends them back."""
    html = page.content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and 'type="hidden"' in tag:
            found[name[1]] = value[1]
    return found


def picture(colour: str = "teal") -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "JPEG")
    file.seek(0)
    file.name = "IMG_0001.JPG"
    return file


WHOLE = "/melden/bereiken/"
"""Where a page with all steps in it sends a report to."""


def filled(page: Any, **changes: Any) -> dict[str, Any]:
    """All steps at once."""
    return hidden(page) | {
        "has": ["what", "where", "more", "reach"],
        "text": "Er staat een bank naast de container",
        "area": "BU91010101",
        "address": "Havenstraat 12",
        "category": "grofvuil",
        "name": "Anna",
        "email": "anna@example.nl",
        "phone": "",
    } | changes  # fmt: skip


def status_of(browser: Client, url: str) -> int:
    """The status of a file's address; reads what it streams, which closes it."""
    answer = browser.get(url)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return answer.status_code
