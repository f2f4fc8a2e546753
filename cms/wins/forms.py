"""The editor's form of a small win: it does not let private things become public."""

from __future__ import annotations

from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from cms.wins.privacy import leaks_in
from participation.cases.wins import private_words

SAID = {
    "email": _("There is an e-mail address in it. Take it out."),
    "phone": _("There is a phone number in it. Take it out."),
    "house-number": _("There is a house number in it. Name the street or the quarter only."),
    "person": _("It holds the name or contact data of the resident. Take it out."),
    "quotation": _("This is word for word what the resident wrote. Say it in your own words."),
}
WORDED = ("title", "lead", "place", "category", "thanks", "body")


class SmallWinForm(WagtailAdminPageForm):
    """A draft may be unfinished; what is published holds no contact data, house number or words of the resident."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_deferred_validation:  # saved as a draft
            return cleaned
        told, private = private_words(self.instance.case_id) if self.instance.case_id else ("", ())
        for name in WORDED:
            value = cleaned.get(name)
            text = strip_tags(str(value)) if value else ""
            # Somebody may be thanked by name when they agreed.
            for code in leaks_in(text, told=told, private=() if name == "thanks" else private):
                self.add_error(name, SAID[code])
        photos = cleaned.get("photo_before") or cleaned.get("photo_after")
        if photos and not cleaned.get("photos_checked"):
            self.add_error(
                "photos_checked", _("Look at the photos first: are there faces or number plates? Then tick this box.")
            )
        return cleaned
