"""The frame of the workplace, the same on every page of it: `{% load desk %}{% desk_nav %}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import gettext as _

from participation.cases.permissions import Deed, reach
from participation.cases.shapes import person
from participation.organisations.access import actor_of

register = template.Library()


@dataclass(frozen=True, slots=True)
class Place:
    """One of the workplace's places. `key`: after `g` it leads here; `tab`: under the thumb on a phone."""

    address: str
    name: str
    icon: str
    key: str
    current: bool
    tab: bool = False


@register.inclusion_tag("desk/nav.html", takes_context=True)
def desk_nav(context: Context) -> dict[str, Any]:
    """The places of the workplace and the person's own menu; which one is current follows from the address."""
    request: HttpRequest = context["request"]
    actor = actor_of(request)
    leads = reach(actor, Deed.SEE_TEAM, confidential=False) if actor else None
    manages = reach(actor, Deed.MANAGE, confidential=False) if actor else None
    found = [
        ("/werk/", _("Inbox"), "inbox", "i", True),
        ("/werk/kaart/", _("Map"), "map", "k", True),
        ("/werk/ronde/", _("Round"), "route", "r", True),
        *([("/werk/team/", _("Team"), "users", "t", False)] if leads and (leads.everywhere or leads.ids) else []),
        ("/werk/peilingen/", _("Polls"), "message", "p", False),
        ("/werk/rooster/", _("Duty"), "calendar", "d", False),
        ("/werk/overdracht/", _("Handover"), "handover", "h", False),
    ]
    inside = [address for address, *_rest in found[1:]] + ["/werk/instellingen/", "/werk/mijn-kaart/"]
    elsewhere = next((address for address in inside if request.path.startswith(address)), None)
    return {
        "request": request,
        "places": [
            Place(address, name, icon, key, address == (elsewhere or "/werk/"), tab)
            for address, name, icon, key, tab in found
        ],
        "in_settings": elsewhere == "/werk/instellingen/",
        "in_card": elsewhere == "/werk/mijn-kaart/",
        "me": person(actor.professional_id) if actor else None,
        "municipality": context.get("municipality"),
        "languages": context.get("languages"),
        "csrf_token": context.get("csrf_token"),
        "may_invite": manages is not None and (manages.everywhere or bool(manages.ids)),
        "may_administer": request.user.has_perm("wagtailadmin.access_admin"),
    }
