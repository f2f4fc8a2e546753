"""What a browser without JavaScript does with a form."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image


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


def filled(page: Any, **changes: Any) -> dict[str, Any]:
    return hidden(page) | {
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
