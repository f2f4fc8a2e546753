"""The languages professionals speak: more than the site itself has."""

from __future__ import annotations

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from core.ui.languages import own_name

NAMES = {
    "nl": _("Dutch"),
    "en": _("English"),
    "tr": _("Turkish"),
    "ar": _("Arabic"),
    "zgh": _("Tamazight"),
    "pl": _("Polish"),
    "uk": _("Ukrainian"),
    "ti": _("Tigrinya"),
    "so": _("Somali"),
    "pap": _("Papiamento"),
}
"""Those of the site, and those whose name Django does not know."""
OFFERED = (*NAMES, "bg", "de", "es", "fa", "fr", "pt", "ro")


def translated(code: str) -> str:
    """Its name in the language of the page; the code itself when nobody told us."""
    try:
        return str(NAMES.get(code) or get_language_info(code)["name_translated"])
    except KeyError:
        return code


def label(code: str) -> str:
    """For who chooses one: what its speakers call it, and what readers of this page do where that differs."""
    own, here = own_name(code), translated(code)
    return own if own.casefold() == here.casefold() else f"{own} ({here})"
