"""Editors' forms that several page types share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamValue

from cms.base.around import LEVELS, whole_name
from cms.base.publishing import gemeente_of, place_of
from cms.base.translations import is_translation, text_fields
from core.areas.models import Area
from core.areas.queries import AreaRow, tree
from participation.routing.queries import themes_of


def begin_with_text(form: Any) -> None:
    """The form of a new page opens with a place to type; one that stays empty shows nothing."""
    if form.instance.pk is None and "body" in form.fields and not form.instance.body:
        block = form.instance.body.stream_block
        form.initial["body"] = StreamValue(block, [("text", block.child_blocks["text"].get_default())])


OF_EVERY_PAGE = {"go_live_at", "expire_at", "comment_notifications"}


class SitePageForm(WagtailAdminPageForm):
    """Of a translation it holds the texts alone: all else is that of its page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_texts_alone = is_translation(self.instance)
        if self.has_texts_alone:
            for name in self.fields.keys() - text_fields(type(self.instance)) - OF_EVERY_PAGE:
                del self.fields[name]
            for name in self.formsets.keys() - {"comments"}:
                del self.formsets[name]

    def add_error(self, field: Any, error: Any) -> None:
        """What is wrong with the page is no concern of who writes its texts."""
        found = getattr(error, "error_dict", None)
        if self.has_texts_alone and field is None and found is not None:
            found = {name: said for name, said in found.items() if name in self.fields or name == NON_FIELD_ERRORS}
            if not found:
                return
            error = ValidationError(found)
        super().add_error(field, error)


class OwnAreaForm(SitePageForm):
    """Offers the areas and themes of the municipality whose site the page is part of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = self.parent_page or self.instance.get_parent()
        self.gemeente_id = gemeente_of(above)
        self.place_id = place_of(above)
        begin_with_text(self)
        if "area" in self.fields:
            self.offer(one for one in tree().by_id.values() if one.gemeente_id == self.gemeente_id)
        if "theme" in self.fields:
            self.fields["theme"].empty_label = _("No theme")
            themes = [one.pk for one in themes_of(self.gemeente_id)] if self.gemeente_id else []
            self.fields["theme"].queryset = self.fields["theme"].queryset.filter(pk__in=themes)

    def offer(self, areas: Iterable[AreaRow]) -> None:
        """These areas to choose from, each quarter after its wijk."""
        chains = {one: [row.name for row in reversed(tree().ancestors(one.id))] for one in areas if one.level in LEVELS}
        offered = sorted(chains, key=lambda one: chains[one])
        field = self.fields["area"]
        field.queryset = Area.objects.filter(pk__in=[one.id for one in offered]).defer("geometry")
        field.choices = [("", field.empty_label), *((one.id, whole_name(one)) for one in offered)]


class OwnWijkForm(OwnAreaForm):
    """For a page that may be one wijk's: below the page of a wijk there is nothing to choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.place_id and "area" in self.fields:
            del self.fields["area"]
            self.instance.area_id = self.place_id
