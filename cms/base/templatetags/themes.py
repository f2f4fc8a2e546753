"""`{% load themes %}`: the names of themes."""

from __future__ import annotations

from typing import Any

from django import template

from participation.routing.wording import theme_name

register = template.Library()


@register.filter
def theme_label(theme: Any) -> str:
    """In the language of who looks."""
    return theme_name(theme)
