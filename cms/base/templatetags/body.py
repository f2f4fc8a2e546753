"""`{% load body %}`: the blocks of a page's text, and the words of the site between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

WRITTEN_IN = "nl"
"""What editors write in."""


@register.filter
def outlined(body: Iterable[Any]) -> list[tuple[Any, int]]:
    """Each block and the level of its own title: 2 until the body's first heading, 3 below one."""
    found, level = [], 2
    for block in body:
        if block.block_type == "heading":
            found.append((block, 2))
            level = 3
        else:
            found.append((block, level))
    return found


@register.simple_tag(takes_context=True)
def interface(context: Context) -> SafeString:
    """Attributes for words of the site in the middle of what editors wrote; none when both speak one language."""
    language = context.get("language", WRITTEN_IN)
    if language == WRITTEN_IN:
        return SafeString("")
    return format_html(' lang="{}" dir="{}"', language, context.get("direction", "ltr"))
