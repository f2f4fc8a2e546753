"""What residents read of where a figure goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TRENDS = {
    ("up", "good"): _("It goes up, and that is good"),
    ("up", "bad"): _("It goes up, and that is not good"),
    ("up", ""): _("It goes up"),
    ("down", "good"): _("It goes down, and that is good"),
    ("down", "bad"): _("It goes down, and that is not good"),
    ("down", ""): _("It goes down"),
    ("same", "good"): _("It stays the same, and that is good"),
    ("same", "bad"): _("It stays the same, and that is not good"),
    ("same", ""): _("It stays the same"),
}
"""What a figure does and how to take that, in words: never an arrow or a colour alone."""
