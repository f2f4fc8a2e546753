"""The first page of the back office: what could be celebrated, what waits for an editor, how much each wijk celebrates.

And a resident's photo is offered to no page as long as they did not agree.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.permissions import page_permission_policy

from cms.wins.queries import unagreed, wins_per_wijk
from core.areas.queries import tree
from participation.cases.wins import dismissed_by, proposals_in

WIJKEN_SHOWN = 30


class WaitingWins(Component):
    """Proposals of this editor's wijken, and the drafts they may finish, the oldest first."""

    name = "waiting-wins"
    template_name = "cms/waiting_wins.html"
    order = 110

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request, now = parent_context["request"], timezone.now()
        mine = page_permission_policy.instances_user_has_permission_for(request.user, "change")
        drafts = apps.get_model("cms_wins.SmallWinPage").objects.filter(live=False, pk__in=mine.values("pk"))
        wijken = own_wijken(request.user)
        below = {pk for wijk in wijken for pk in tree().descendants(wijk)}
        return {
            "request": request,
            "csrf_token": parent_context["csrf_token"],
            "wins": list(drafts.order_by("pk")[:10]),
            "proposals": proposals_in(below, now=now) if below else [],
            "dismissed": dismissed_by(request.user, below, now=now) if below else [],
        }


class CountedWins(Component):
    """Small wins beside what was solved, for each wijk this editor works on."""

    name = "counted-wins"
    template_name = "cms/counted_wins.html"
    order = 320

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        wijken = own_wijken(parent_context["request"].user)
        towns: dict[int, list[int]] = {}
        for pk in wijken:
            towns.setdefault(tree().by_id[pk].gemeente_id, []).append(pk)
        now = timezone.now()
        shares = [one for town, ids in towns.items() for one in wins_per_wijk(ids, town, now)]
        return {"shares": shares[:WIJKEN_SHOWN], "more": len(shares) > WIJKEN_SHOWN}


def own_wijken(user: Any) -> list[int]:
    """Areas of the wijk pages below which this account writes; somebody else may publish it. Two queries."""
    mine = page_permission_policy.instances_user_has_permission_for(user, "change")
    pages = apps.get_model("cms_wijken.WijkPage").objects.filter(pk__in=mine.values("pk"), area__isnull=False)
    return [pk for pk in pages.values_list("area_id", flat=True) if pk in tree().by_id]


@hooks.register("construct_homepage_panels")
def show_wins(request: HttpRequest, panels: list[Any]) -> None:
    panels += [WaitingWins(), CountedWins()]


@hooks.register("construct_image_chooser_queryset")
def only_agreed_photos(images: Any, request: HttpRequest) -> Any:
    """A photo that a resident made is chosen for another page only when they agreed."""
    made = apps.get_model("cms_wins.ResidentPhoto").objects.values_list("image_id", flat=True)
    return images.exclude(pk__in=unagreed(set(made), by_hand=False))
