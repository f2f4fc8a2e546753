"""Short lists in a description: points, and places where it was done."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField


class PointsBlock(blocks.StreamBlock):
    point = blocks.CharBlock(label=_("Point"), max_length=300, icon="list-ul")


class PlaceBlock(blocks.StructBlock):
    """A wijk of this site, or a place elsewhere."""

    wijk = blocks.PageChooserBlock(label=_("Neighbourhood"), page_type="cms_wijken.WijkPage", required=False)
    place = blocks.CharBlock(label=_("Or elsewhere"), required=False, max_length=100)
    year = blocks.IntegerBlock(label=_("Year"), min_value=1900, max_value=2100)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned.get("wijk") and not cleaned.get("place"):
            said = ValidationError(_("Choose a neighbourhood, or write a place."))
            raise blocks.StructBlockValidationError(block_errors={"place": said})
        return cleaned

    class Meta:
        label = _("Place")
        icon = "site"


class PlacesBlock(blocks.StreamBlock):
    place = PlaceBlock()


class ListField(StreamField):
    """A `StreamField` of which migrations know only that it is one."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _blocks, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs

    def __init__(self, block: Any = None, **kwargs: Any) -> None:
        super().__init__(block or PointsBlock(), **{"blank": True, **kwargs})
