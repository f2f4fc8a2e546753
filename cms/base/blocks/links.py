"""Where a button goes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from core.areas.queries import tree


class LinkBlock(blocks.StructBlock):
    """With `goes_to` "page" or "address": the field of that name must be filled in."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        wanted = cleaned.get("goes_to")
        if wanted in ("page", "address") and not cleaned.get(wanted) and not self.is_deferred_validation:
            said = _("Choose the page.") if wanted == "page" else _("Fill in the address.")
            raise StructBlockValidationError(block_errors={wanted: ValidationError(said)})
        return cleaned


def report_address(page: Any) -> str:
    """The page to report something; from a page about a wijk with that wijk chosen. No query."""
    area = tree().by_id.get(getattr(page, "area_id", None) or 0)
    return f"/melden/?wijk={area.code}" if area is not None and area.level == "wijk" else "/melden/"
