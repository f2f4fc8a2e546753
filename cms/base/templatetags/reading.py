"""`{% load reading %}`: addresses of pages in the language of who reads."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from cms.base import reading

register = template.Library()


@register.simple_tag(takes_context=True)
def page_url(context: Context, page: Any) -> str:
    """In place of Wagtail's `pageurl` on every page for residents; empty for a page without an address."""
    return reading.address_of(page, context.get("request"))


@register.simple_tag(takes_context=True)
def index_url(context: Context, name: str) -> str:
    """Of "wijken", "news", "agenda", "wins", "people" or "approaches"; empty where that list cannot be seen."""
    request = context.get("request")
    return reading.list_address(request, name) if request is not None else ""
