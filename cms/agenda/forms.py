"""The editor's form of an event."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cms.agenda.recurrence import dates
from cms.base.forms import OwnWijkForm
from core.areas.queries import tree
from core.places.queries import lookup, suggest
from core.ui.languages import own_name
from participation.organisations.queries import roster

PRECISE = ("address", "street", "postcode")
"""Kinds of places that make a pin on a map."""


class EventForm(OwnWijkForm):
    """Asks which languages are spoken, offers professionals of the municipality, and looks the address up."""

    languages = forms.MultipleChoiceField(
        label=capfirst(_("languages that are spoken")),
        required=False,
        choices=lambda: [(code, own_name(code)) for code in settings.RESIDENT_LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "professional" in self.fields:
            people = roster().people.values()
            own = [one.id for one in people if one.gemeente_id == self.gemeente_id and one.is_public]
            self.fields["professional"].queryset = self.fields["professional"].queryset.filter(pk__in=own)

        found = self.has_texts_alone or self.instance.lon is not None
        if "address" in self.fields and self.instance.address and not found:
            self.fields["address"].help_text = _(
                "We could not find this address, so the page has no map. Write the street, the number and the town."
            )

    def is_valid(self) -> bool:
        return bool(super().is_valid()) and self._dates_are_of_the_series()

    def _dates_are_of_the_series(self) -> bool:
        """A date that is different must be one of the series: else it would change nothing, and nobody would know."""
        rows = self.formsets.get("changes")
        given = [form for form in rows.forms if form.cleaned_data.get("on")] if rows else []
        changes = [form for form in given if not form.cleaned_data.get("DELETE")]
        if not changes:
            return True
        series = dates(self.instance.rule())
        for form in changes:
            if form.cleaned_data["on"] not in series:
                nearest = min(series, key=lambda day: abs(day - form.cleaned_data["on"]))
                said = _("This is not a date of the series. The nearest one is %(day)s.")
                form.add_error("on", said % {"day": date_format(nearest, "j F Y")})
        return not any(form.errors for form in changes)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "address" in self.changed_data and not self.has_texts_alone:
            self.instance.lon, self.instance.lat = self._point(cleaned.get("address", ""))
        return cleaned

    def _point(self, address: str) -> tuple[float, float] | tuple[None, None]:
        """Where the address is; nowhere when it is not found, or nobody answers in time. The page does without."""
        gemeente = tree().by_id.get(self.gemeente_id) if self.gemeente_id else None
        if not address.strip() or gemeente is None:
            return None, None
        for one in suggest(address, gemeente, limit=3).results:
            if one.kind in PRECISE:
                place = one if one.point else lookup(one.id).place
                if place is not None and place.point is not None:
                    return place.point
        return None, None
