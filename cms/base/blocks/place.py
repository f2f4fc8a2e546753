"""People and places: who works here, how to reach a team, and an area on the map."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.base.blocks.choosers import AreaChooserBlock, PersonChooserBlock
from cms.base.blocks.text import PEOPLE
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import scope_of
from participation.organisations.cards import PersonLine, chosen
from participation.reports.overview import wijk_reports


def gemeente_shown(context: dict[str, Any]) -> int:
    """Of whose site the page is: nothing of another municipality is shown on it. 0 where that is not known."""
    request = context.get("request")
    return (scope_of(request).gemeente_id if request is not None else None) or 0


class PeopleBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80, required=False)
    people = blocks.ListBlock(
        PersonChooserBlock(label=_("Person")),
        label=_("People"),
        help_text=_("Hours and photo come from their own card. Who leaves disappears here by itself."),
    )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        ids = [pk for pk in value.get("people") or () if pk]
        shown = chosen(ids, gemeente_shown(context), timezone.localdate()) if ids else ()
        return context | {"people": value.get("example") or shown}

    def get_preview_value(self) -> Any:
        value = super().get_preview_value()
        value["example"] = [
            PersonLine(
                name="Samira",
                role="Wijkbeheerder",
                organisation="Gemeente",
                photo_id=None,
                about="Ik loop elke dag door de wijk. Spreek me gerust aan.",
                reach="",
                today=(("10:00", "12:00"),),
                next_day=None,
                next_hours=(),
                stands_in_for="",
                away_until=None,
            )
        ]
        return value

    class Meta:
        label = _("People")
        icon = "group"
        group = PEOPLE
        template = "cms/blocks/people.html"
        description = _("Professionals by name and face, with when they are there today.")
        preview_value = {"title": "Bij wie kunt u terecht?", "people": []}


class HoursBlock(blocks.StructBlock):
    days = blocks.CharBlock(label=_("Days"), max_length=60)
    times = blocks.CharBlock(label=_("Times"), max_length=60)

    class Meta:
        label = _("Opening hours")
        icon = "time"
        label_format = "{days} {times}"


class ContactValue(blocks.StructValue):
    @property
    def dial(self) -> str:
        """The telephone number as it stands in an address; empty when it is none."""
        digits = re.sub(r"(?!^\+)\D", "", (self.get("phone") or "").replace("(0)", "").strip())
        return digits if len(digits.lstrip("+")) >= 3 else ""


class ContactBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Name of the team or organisation"), max_length=80)
    text = blocks.TextBlock(label=_("What for"), rows=2, max_length=200, required=False)
    phone = blocks.CharBlock(label=_("Telephone"), max_length=30, required=False)
    email = blocks.EmailBlock(label=_("E-mail"), required=False)
    address = blocks.TextBlock(label=_("Address"), rows=3, max_length=200, required=False)
    website = blocks.URLBlock(label=_("Website"), required=False)
    hours = blocks.ListBlock(HoursBlock(), label=_("Opening hours"), default=[])

    class Meta:
        label = _("Contact")
        icon = "mail"
        group = PEOPLE
        template = "cms/blocks/contact.html"
        description = _("How to reach a team or an organisation, and when.")
        value_class = ContactValue
        preview_value = {
            "name": "Buurthuis De Linde",
            "text": "Voor een kop koffie, hulp met formulieren en een luisterend oor.",
            "phone": "14 0123",
            "email": "delinde@voorbeeld.nl",
            "address": "Lindelaan 1\nVlietstede",
            "hours": [{"days": "Maandag tot en met vrijdag", "times": "9.00 tot 17.00 uur"}],
        }


class MapBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80, required=False)
    area = AreaChooserBlock(label=_("Neighbourhood or quarter"))
    show = blocks.ChoiceBlock(
        label=_("On the map"),
        choices=[
            ("area", _("The area and its parts")),
            ("open", _("Reports being handled")),
            ("all", _("Reports being handled and solved")),
        ],
        default="all",
    )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """One query when reports are shown, else none."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        known, gemeente_id = tree(), gemeente_shown(context)
        area = known.by_id.get(value.get("area") or 0)
        if value.get("example"):
            area = _first_wijk(gemeente_id)
        if area is None or area.gemeente_id != gemeente_id:
            return context | {"shown_area": None}
        show = value.get("show") or "area"
        lines = wijk_reports(area, shown="open" if show == "open" else "") if show != "area" else ()
        gemeente = known.ancestors(area.id)[-1]
        parts = known.children(area.id)
        return context | {"shown_area": area, "show": show, "lines": lines, "parts": parts, "gemeente": gemeente}

    def get_preview_value(self) -> Any:
        value = super().get_preview_value()
        value["example"] = True
        return value

    class Meta:
        label = _("Map")
        icon = "site"
        group = PEOPLE
        template = "cms/blocks/map.html"
        description = _("A neighbourhood or quarter on the map, with the same in a list beside it.")
        preview_value = {"title": "Onze wijk", "area": None, "show": "area"}


def _first_wijk(gemeente_id: int) -> AreaRow | None:
    return next((row for row in tree().by_code.values() if (row.gemeente_id, row.level) == (gemeente_id, "wijk")), None)
