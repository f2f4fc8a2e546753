"""`{% load public %}`: what a page says of itself to search engines and to whoever shares it."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from cms.public.head import head_of

register = template.Library()
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
"""So that no text can end the element it stands in."""


@register.inclusion_tag("cms/public/head.html", takes_context=True)
def about_page(context: Context) -> dict[str, Any]:
    """For the head of a page's document."""
    page, request = context.get("page"), context.get("request")
    head = head_of(page, request) if page is not None and request is not None else None
    return {
        "page": page,
        "head": head,
        "municipality": context.get("municipality"),
        "language": context.get("language"),
    }


@register.filter
def json_ld(facts: dict[str, Any]) -> SafeString:
    """Structured data, safe within its element."""
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(ESCAPES))  # noqa: S308  (escaped just now)
