"""`{% load reading %}`: addresses of pages in the language of who reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cms.base import reading

register = template.Library()
FEED_LANGUAGE = "taal"
"""A news reader says no language and has no cookie: the address does."""


@register.simple_tag(takes_context=True)
def page_url(context: Context, page: Any) -> str:
    """In place of Wagtail's `pageurl` on every page for residents; empty for a page without an address."""
    return reading.address_of(page, context.get("request"))


@register.simple_tag
def page_title(page: Any) -> SafeString:
    """What a link to a page says, marked with its language."""
    title, language = reading.title_of(page)
    return format_html('<bdi lang="{}">{}</bdi>', language, title)


@register.simple_tag
def feed_language() -> str:
    """What an address of an Atom feed ends with, so that it is in the language of who reads."""
    language = reading.language_read()
    return f"?{FEED_LANGUAGE}={language}" if language else ""


@register.filter
def as_read(rows: Iterable[Any]) -> list[Any]:
    """A list of pages with their texts in the language of who reads, where they have them."""
    return reading.as_read(rows)


@register.simple_tag(takes_context=True)
def index_url(context: Context, name: str) -> str:
    """Of "wijken", "news", "agenda", "wins", "people" or "approaches"; empty where that list cannot be seen."""
    request = context.get("request")
    return reading.list_address(request, name) if request is not None else ""
