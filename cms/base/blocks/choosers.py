"""Blocks to choose somebody or a place with (`cms.base.choosers` says from which rows)."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from wagtail.blocks import ChooserBlock


class RowChooserBlock(ChooserBlock):
    """Its value is the number of a row: what is shown of that comes from memory, without a query."""

    def to_python(self, value: Any) -> int | None:
        return value if value is None or isinstance(value, int) else int(value.pk)

    def bulk_to_python(self, values: Any) -> list[int | None]:
        return [self.to_python(value) for value in values]

    def normalize(self, value: Any) -> int | None:
        return self.to_python(value)

    def value_from_form(self, value: Any) -> int | None:
        return int(value) if str(value or "").isdecimal() else None

    def get_prep_value(self, value: Any) -> int | None:
        return self.to_python(value)

    def get_form_state(self, value: Any) -> Any:
        """Nothing chosen, for a row that is no longer there."""
        there = value is not None and self.model_class._default_manager.filter(pk=value).exists()
        return super().get_form_state(value if there else None)

    def clean(self, value: Any) -> int | None:
        return self.to_python(super().clean(value))

    def extract_references(self, value: Any) -> Any:
        if value is not None:
            yield self.model_class, str(value), "", ""


class PersonChooserBlock(RowChooserBlock):
    target_model = "organisations.Professional"

    @cached_property
    def widget(self) -> Any:
        from cms.base.choosers import people  # needs every model, and this module stands below them

        return people.widget_class()

    class Meta:
        icon = "user"


class AreaChooserBlock(RowChooserBlock):
    target_model = "areas.Area"

    @cached_property
    def widget(self) -> Any:
        from cms.base.choosers import areas

        return areas.widget_class()

    class Meta:
        icon = "site"
