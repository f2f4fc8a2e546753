"""The editor's form of an event."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from core.areas.models import Area
from core.areas.queries import tree
from core.places.queries import lookup, suggest
from core.ui.languages import own_name
from participation.organisations.queries import roster
from participation.routing.queries import themes_of

PRECISE = ("address", "street", "postcode")
"""Kinds of places that make a pin on a map."""


class EventForm(WagtailAdminPageForm):
    """Offers what belongs to the municipality; below the page of a wijk the wijk is not asked for."""

    languages = forms.MultipleChoiceField(
        label=_("languages that are spoken"),
        required=False,
        choices=lambda: [(code, own_name(code)) for code in settings.RESIDENT_LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = (self.parent_page or self.instance.get_parent()).specific
        self.wijk_id: int | None = getattr(above, "area_id", None)
        home = above.get_parent().specific
        wijk = tree().by_id.get(self.wijk_id) if self.wijk_id else None
        self.gemeente_id = wijk.gemeente_id if wijk else getattr(home, "gemeente_id", None)
        if self.wijk_id and "area" in self.fields:
            del self.fields["area"]
        if "area" in self.fields:
            wijken = Area.objects.filter(level=Area.Level.WIJK).defer("geometry").order_by("name")
            self.fields["area"].queryset = wijken.filter(gemeente_id=self.gemeente_id)
        if "theme" in self.fields:
            themes = [one.pk for one in themes_of(self.gemeente_id)] if self.gemeente_id else []
            self.fields["theme"].queryset = self.fields["theme"].queryset.filter(pk__in=themes)
        if "professional" in self.fields:
            people = roster().people.values()
            own = [one.id for one in people if one.gemeente_id == self.gemeente_id and one.is_public]
            self.fields["professional"].queryset = self.fields["professional"].queryset.filter(pk__in=own)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.wijk_id:
            self.instance.area_id = self.wijk_id
        if "address" in self.changed_data:
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
