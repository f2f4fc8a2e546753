"""Amounts in templates."""

from __future__ import annotations

from django import template

from core.ui.money import euros as written

register = template.Library()


@register.filter
def euros(cents: int | None) -> str:
    """ "€ 1.250"; empty for none."""
    return "" if cents is None else written(cents)
