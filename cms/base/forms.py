"""Editors' forms that several page types share."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from cms.base.publishing import gemeente_of, place_of
from cms.base.translations import is_translation, text_fields
from core.areas.models import Area
from participation.routing.queries import themes_of

OF_EVERY_PAGE = {"slug", "go_live_at", "expire_at", "comment_notifications"}


class OwnAreaForm(WagtailAdminPageForm):
    """Offers the areas and themes of the municipality whose site the page is part of."""

    levels: tuple[str, ...] = (Area.Level.WIJK,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_translation(self.instance):  # all but its texts is that of its page
            for name in self.fields.keys() - text_fields(type(self.instance)) - OF_EVERY_PAGE:
                del self.fields[name]
        above = self.parent_page or self.instance.get_parent()
        self.gemeente_id = gemeente_of(above)
        self.place_id = place_of(above)
        if "area" in self.fields:
            areas = Area.objects.filter(level__in=self.levels, gemeente_id=self.gemeente_id).defer("geometry")
            self.fields["area"].queryset = areas.order_by("name")
        if "theme" in self.fields:
            themes = [one.pk for one in themes_of(self.gemeente_id)] if self.gemeente_id else []
            self.fields["theme"].queryset = self.fields["theme"].queryset.filter(pk__in=themes)


class OwnWijkForm(OwnAreaForm):
    """For a page that may be one wijk's: below the page of a wijk there is nothing to choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.place_id and "area" in self.fields:
            del self.fields["area"]
            self.instance.area_id = self.place_id
