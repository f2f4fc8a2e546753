"""What neighbours are asked, where an editor wants to show it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.base.blocks.choosers import AreaChooserBlock
from cms.base.blocks.place import gemeente_shown
from cms.base.blocks.text import PEOPLE
from core.areas.queries import tree
from participation.polls.queries.listing import Line, open_in
from participation.polls.states import Stage


class PollsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80, required=False)
    area = AreaChooserBlock(label=_("Neighbourhood or quarter"), required=False)
    many = blocks.IntegerBlock(label=_("How many at most"), min_value=1, max_value=12, default=3)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """One query. Without an area: of the whole municipality."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        gemeente_id = gemeente_shown(context)
        area = tree().by_id.get(value.get("area") or gemeente_id)
        if value.get("example"):
            return context | {"polls": value["example"]}
        if area is None or area.gemeente_id != gemeente_id:
            return context | {"polls": []}
        return context | {"polls": open_in(area, many=value.get("many") or 3)}

    def get_preview_value(self) -> Any:
        value = super().get_preview_value()
        value["example"] = [
            Line(
                slug="voorbeeld",
                title="Welke boom komt er op het plein?",
                language="nl",
                about="De oude kastanje is ziek. We planten in maart een nieuwe boom.",
                stage=Stage.OPEN.value,
                stage_label=str(Stage.OPEN.label),
                place="Lindekwartier",
                wijk="",
                theme=None,
                opens_at=None,
                closes_at=timezone.now() + timedelta(days=9),
                answer_by=None,
                is_late=False,
            )
        ]
        return value

    class Meta:
        label = _("Polls")
        icon = "help"
        group = PEOPLE
        template = "cms/blocks/polls.html"
        description = _("What people can vote on now. It keeps itself up to date.")
        preview_value = {"title": "Praat mee", "many": 3}
