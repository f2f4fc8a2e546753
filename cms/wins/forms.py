"""The editor's form of a small win: it does not let private things become public."""

from __future__ import annotations

from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms.base.forms import SitePageForm, begin_with_text
from cms.base.translations import page_of
from cms.wins.privacy import leaks_in
from cms.wins.queries import agreed_by_hand, pictures_in, unagreed
from core.areas.policies import workplace
from participation.cases.wins import private_words
from participation.routing.queries import themes_of

SAID = {
    "email": _("There is an e-mail address in it. Take it out."),
    "phone": _("There is a phone number in it. Take it out."),
    "iban": _("There is a bank account in it. Take it out."),
    "bsn": _("There is a citizen service number (BSN) in it. Take it out."),
    "plate": _("There is a number plate in it. Take it out."),
    "house-number": _("There is a house number in it. Name the street or the quarter only."),
    "person": _("It holds the name or contact data of the resident. Take it out."),
    "quotation": _("This is word for word what the resident wrote. Say it in your own words."),
}
WORDED = ("title", "lead", "place", "category", "body", "seo_title", "search_description", "slug")


class ThankedForm(WagtailAdminModelForm):
    """One who is thanked; before it is published each has what it needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = workplace(self.for_user)
        if "professional" in self.fields and home is not None:
            people = self.fields["professional"].queryset
            self.fields["professional"].queryset = people.filter(gemeente_id=home).order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_deferred_validation:
            return cleaned
        match cleaned.get("kind"):
            case "professional" if not cleaned.get("professional"):
                self.add_error("professional", _("Choose who it is."))
            case "group" | "resident" if not cleaned.get("name"):
                self.add_error("name", _("Give the name."))
        if cleaned.get("kind") == "resident" and not cleaned.get("agreed"):
            self.add_error("agreed", _("Write down how and when they agreed to be named."))
        return cleaned


class SmallWinForm(SitePageForm):
    """A draft may be unfinished; what is published holds no contact data, house number or words of the resident."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_with_text(self)
        home = workplace(self.for_user)
        if "theme" in self.fields and home is not None:
            ids = [one.pk for one in themes_of(home)]
            self.fields["theme"].empty_label = _("No theme")
            self.fields["theme"].queryset = self.fields["theme"].queryset.filter(pk__in=ids)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_deferred_validation:  # saved as a draft
            return cleaned
        case_id = page_of(self.instance).case_id
        told, private = private_words(case_id) if case_id else ("", ())
        for name in WORDED:
            value = cleaned.get(name)
            text = strip_tags(str(value)) if value else ""
            for code in leaks_in(text, told=told, private=private):
                self.add_error(name, SAID[code])
        self._check_thanks(private)
        self._check_photos(cleaned)
        return cleaned

    def _check_thanks(self, private: tuple[str, ...]) -> None:
        """Contact data nowhere; the resident's name only where they asked for it, which is not written here."""
        formset = self.formsets.get("thanked")
        if formset is None:
            return
        for form in formset.forms:
            if form.is_valid() and not form.cleaned_data.get("DELETE"):
                agreed = form.cleaned_data.get("kind") == "resident" and bool(form.cleaned_data.get("agreed"))
                for code in leaks_in(form.cleaned_data.get("name", ""), private=() if agreed else private):
                    form.add_error("name", SAID[code])

    def _check_photos(self, cleaned: dict[str, Any]) -> None:
        pair = {one.pk for name in ("photo_before", "photo_after") if (one := cleaned.get(name))}
        if pair and not cleaned.get("photos_checked"):
            self.add_error(
                "photos_checked", _("Look at the photos first: are there faces or number plates? Then tick this box.")
            )
        shown = pair | {pk for block in cleaned.get("body") or () for pk in pictures_in(block)}
        by_hand = bool(cleaned.get("photo_consent") and cleaned.get("photo_consent_on"))
        if self.has_texts_alone:
            by_hand = agreed_by_hand(page_of(self.instance))
        if unagreed(shown, by_hand=by_hand):
            self.add_error(
                "photo_consent" if "photo_consent" in self.fields else None,
                _(
                    "A photo was made by the resident, who has not agreed yet. Wait for their answer, take the photo "
                    "away, or write down how and when they agreed."
                ),
            )
