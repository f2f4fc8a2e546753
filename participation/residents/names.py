"""What may be a name: others read it, in mails from us too."""

from __future__ import annotations

from unicodedata import category

from django.utils.translation import gettext as _

from core.errors import FieldError

LONGEST = 60


def mistake_in_name(name: str) -> FieldError | None:
    """What is wrong with how somebody likes to be called; an empty name is fine. Pure."""
    if len(name) > LONGEST:
        return FieldError("name", "too-long", _("Use at most 60 characters."))
    if "://" in name or "@" in name or any(category(sign) in ("Cc", "Cs") for sign in name):
        return FieldError("name", "invalid", _("A web address is not a name. Fill in your name."))
    return None
