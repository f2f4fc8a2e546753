"""Editors' forms that several page types share."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from core.areas.models import Area


class OwnWijkForm(WagtailAdminPageForm):
    """For a page two steps below the home page: offers the wijken of that home page's municipality."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "area" in self.fields:
            above = self.parent_page or self.instance.get_parent()
            home = above.get_parent().specific
            wijken = Area.objects.filter(level=Area.Level.WIJK).defer("geometry").order_by("name")
            self.fields["area"].queryset = wijken.filter(gemeente_id=getattr(home, "gemeente_id", None))
