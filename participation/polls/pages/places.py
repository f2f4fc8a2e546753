"""Areas and themes to choose from in a form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.areas.queries import tree
from participation.routing.queries import themes_of
from participation.routing.wording import theme_name


def area_choices(gemeente_id: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """The municipality first, then the quarters grouped by wijk: (name of the group, [(code, name)])."""
    known = tree()
    town = known.by_id[gemeente_id]
    groups = [("", [(town.code, _("All of %(place)s") % {"place": town.name})])]
    for wijk in known.wijken(gemeente_id):
        whole = (wijk.code, _("All of %(place)s") % {"place": wijk.name})
        groups.append((wijk.name, [whole, *((one.code, one.name) for one in known.children(wijk.id))]))
    return groups


def theme_choices(gemeente_id: int) -> list[tuple[str, Any]]:
    return [(one.slug, theme_name(one)) for one in themes_of(gemeente_id)]
