"""Photos that editors add: each says what it shows, for who cannot see it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm


class DescribedImageForm(BaseImageForm):
    """Asks for a description, or to say that there is nothing to describe: then it is kept empty, and read by nobody.

    Photos that came in another way (a small win from a report) get theirs when somebody opens them here.
    """

    decorative = forms.BooleanField(
        label=_("Only decoration"),
        required=False,
        help_text=_("The photo tells nothing that the text does not: then it needs no description."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" not in self.fields:  # uploading many at once: each is described in the next step
            del self.fields["decorative"]
            return
        self.fields["description"].label = _("What does it show?")
        self.fields["description"].help_text = _(
            "One sentence for people who cannot see the photo: who, what, where. Not “photo of”."
        )
        self.order_fields(["title", "file", "description", "decorative"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "description" in self.fields:
            if cleaned.get("decorative"):
                cleaned["description"] = ""
            elif not (cleaned.get("description") or "").strip():
                self.add_error("description", _("Say what the photo shows, or tick that it is only decoration."))
        return cleaned
