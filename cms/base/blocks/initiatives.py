"""What residents do themselves, where an editor wants to show it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.base.blocks.choosers import AreaChooserBlock
from cms.base.blocks.place import gemeente_shown
from cms.base.blocks.text import PEOPLE
from core.areas.queries import tree
from participation.initiatives.queries.around import running_in
from participation.initiatives.queries.public import Bar, Line
from participation.initiatives.states import Stage


class InitiativesBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80, required=False)
    area = AreaChooserBlock(label=_("Neighbourhood or quarter"), required=False)
    needs_help = blocks.BooleanBlock(label=_("Only those that ask for help"), required=False)
    many = blocks.IntegerBlock(label=_("How many at most"), min_value=1, max_value=12, default=3)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """At most three queries. Without an area: of the whole municipality."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        gemeente_id = gemeente_shown(context)
        area = tree().by_id.get(value.get("area") or gemeente_id)
        if value.get("example"):
            return context | {"initiatives": value["example"], "shown_area": area}
        if area is None or area.gemeente_id != gemeente_id:
            return context | {"initiatives": []}
        found = running_in(area, many=value.get("many") or 3, needs_help=bool(value.get("needs_help")))
        return context | {"initiatives": found, "shown_area": area}

    def get_preview_value(self) -> Any:
        value = super().get_preview_value()
        value["example"] = [
            Line(
                slug="voorbeeld",
                title="Een moestuin achter de school",
                language="nl",
                what="We maken van het lege veld een tuin waar iedereen groente mag kweken.",
                stage=Stage.DOING.value,
                place="Lindekwartier",
                wijk="",
                photo_id=None,
                theme=None,
                bar=Bar(41, 0, 40),
                shows_support=False,
                help=(),
            )
        ]
        return value

    class Meta:
        label = _("Initiatives")
        icon = "group"
        group = PEOPLE
        template = "cms/blocks/initiatives.html"
        description = _("What residents are doing themselves now. It keeps itself up to date.")
        preview_value = {"title": "Wat bewoners doen", "many": 3}
