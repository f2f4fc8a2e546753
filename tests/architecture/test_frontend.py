"""What styles and templates may hold: logical layout, and nothing that a strict Content-Security-Policy refuses."""

from __future__ import annotations

import re

from tests.architecture.test_tree import texts

PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)(?:-[a-z]+)?|"
    r"border-(?:top|bottom)-(?:left|right)-radius|left|right)\s*:|"
    r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SCRIPT = re.compile(r"<script\b(?![^>]*(?:\b(?:src|nonce)=|\btype=\"application/(?:ld\+)?json\"))[^>]*>", re.IGNORECASE)
"""JSON in a script element is data: it never runs."""
STYLE = re.compile(r"<style\b(?![^>]*\bnonce=)[^>]*>", re.IGNORECASE)
STYLE_ATTRIBUTE = re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE)
THIRD_PARTY = re.compile(
    r"(?:<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)\s*=\s*[\"']|url\([\"']?|@import\s+[\"'])(?:https?:)?//"
)


def pages() -> list[tuple[str, str]]:
    """Templates for the browser; e-mail programs know only inline styles."""
    return [
        (name, text)
        for name, text in texts(".html")
        if name.startswith("frontend/templates/") and "/emails/" not in name
    ]


def test_layout_uses_logical_properties_so_that_right_to_left_works_by_itself() -> None:
    sources = [
        (name, text) for name, text in texts(".css", ".ts") if name.startswith(("frontend/styles/", "frontend/src/"))
    ]
    found = [
        f"{name}: {match.group()}"
        for name, text in sources
        for match in PHYSICAL.finditer(
            COMMENT.sub("", text) if name.endswith(".css") else "\n".join(re.findall(r"css`(.*?)`", text, re.DOTALL))
        )
    ]
    assert found == []


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    found = [
        f"{name}: {match.group()[:80]}"
        for name, text in pages()
        for pattern in (SCRIPT, STYLE, STYLE_ATTRIBUTE, HANDLER)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_pages_ask_nothing_of_third_parties() -> None:
    sources = pages() + [(name, text) for name, text in texts(".css") if name.startswith("frontend/styles/")]
    found = [f"{name}: {match.group()[:80]}" for name, text in sources for match in THIRD_PARTY.finditer(text)]
    assert found == []
