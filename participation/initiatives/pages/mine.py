"""My initiatives, as a card on `/mijn/`."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from participation.initiatives.queries.group import groups_of
from participation.initiatives.states import is_unsent
from participation.residents.holdings import Item, Section
from participation.residents.models import Resident


def groups_section(_request: HttpRequest, resident: Resident) -> Section | None:
    """The groups somebody is in, with drafts to go on with. One query."""
    items = []
    for one in groups_of(resident.pk):
        draft = is_unsent(one["stage"])
        address = reverse("initiative_look" if draft else "initiative_group", args=[one["slug"]])
        note = (
            _("You are asked to lead this group") if one["is_asked"] else f"{one['stage_label']} · {one['role_label']}"
        )
        items.append(Item(label=one["title"], address=address, note=note))
    return Section(
        title=_("My initiatives"),
        text="" if items else _("You are in no group yet."),
        items=items,
        address=reverse("initiative_begin"),
        link=_("Begin an initiative"),
    )
