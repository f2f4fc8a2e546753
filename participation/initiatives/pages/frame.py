"""The group's own side: who may be in it, and the frame with its tabs that every page there stands in.

A part's page is `/initiatieven/<slug>/groep/<word>/`. Its view takes `inside(request, slug)`, gives its own context to
`frame(inside, "<key of its tab>", …)`, and its template extends `initiatives/group/frame.html` with the block `part`
(and `title`). A tab shows as soon as an address of that name exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from core.accounts.actor import Actor
from core.areas.tenancy import scope_of
from core.errors import NotFound
from participation.initiatives.models import Initiative
from participation.initiatives.permissions import Deed, Role, may
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries.overview import why_closed
from participation.initiatives.states import is_unsent
from participation.organisations.access import actor_of
from participation.residents.access import actor_of_resident, resident_of, to_sign_in
from participation.texts.forms import SeeOther

TABS: tuple[tuple[str, Any, str, bool], ...] = (
    ("overview", _("Overview"), "initiative_group", True),
    ("members", _("Group"), "initiative_members", True),
    ("talk", _("Conversation"), "initiative_talk", False),
    ("help", _("Help"), "initiative_help", False),
    ("diary", _("Diary"), "initiative_diary", False),
    ("support", _("Support"), "initiative_group_support", False),
    ("settings", _("Settings"), "initiative_group_settings", True),
)
"""Key, words, the name of its address, and whether a draft has it too."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody who is on the inside of an initiative: a member, or who helps them."""

    initiative: Initiative
    actor: Actor
    roles: frozenset[Role]

    @property
    def is_member(self) -> bool:
        return not self.roles.isdisjoint({Role.MEMBER, Role.CONTACT, Role.STARTER})

    def may(self, deed: Deed) -> bool:
        return may(self.roles, deed, self.initiative.stage)


def viewer_of(request: HttpRequest) -> Actor | None:
    """A resident who is signed in, else a professional; None for a visitor."""
    return actor_of_resident(request) if resident_of(request) is not None else actor_of(request)


def inside(request: HttpRequest, slug: str, deed: Deed = Deed.SEE_INSIDE) -> Inside:
    """The initiative for somebody on the inside; `NotFound` for others. May they not do `deed` now: as in `policies`.

    Who is both a neighbour and a professional here is what opens the door.
    """
    found: Inside | None = None
    for actor in (actor_of_resident(request) if resident_of(request) else None, actor_of(request)):
        if actor is None or actor.gemeente_id != scope_of(request).gemeente_id:
            continue
        try:
            initiative = get_initiative_for(actor, slug)
        except NotFound:
            continue
        roles = roles_of(actor, initiative)
        if may(roles, Deed.SEE_INSIDE, initiative.stage):
            found = Inside(initiative, actor, roles)
            if found.may(deed):
                return found
    if found is None:
        raise NotFound
    get_initiative_for(found.actor, slug, deed)
    return found


def insiders(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the group's own side: never kept, and whoever is not signed in does so first."""

    @never_cache
    @wraps(view)
    def signed_in_only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return to_sign_in(request) if viewer_of(request) is None else view(request, *args, **kwargs)

    return signed_in_only


def frame(here: Inside, tab: str, **context: Any) -> dict[str, Any]:
    """What a page inside the frame needs, with what it gives itself."""
    initiative = here.initiative
    return {
        "initiative": initiative,
        "inside": here,
        "is_draft": is_unsent(initiative.stage),
        "why_closed": why_closed(initiative.stage),
        "tabs": _tabs(initiative, tab),
        "tab": tab,
        **context,
    }


def _tabs(initiative: Initiative, current: str) -> list[dict[str, Any]]:
    found = []
    for key, label, name, also_draft in TABS:
        if is_unsent(initiative.stage) and not also_draft:
            continue
        try:
            address = reverse(name, args=[initiative.slug])
        except NoReverseMatch:
            continue
        found.append({"key": key, "label": label, "address": address, "current": key == current})
    return found


def go(name: str, *args: Any, anchor: str = "") -> HttpResponse:
    return SeeOther(reverse(name, args=args) + (f"#{anchor}" if anchor else ""))
