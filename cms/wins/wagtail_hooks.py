"""On the first page of the back office: small wins that wait for an editor."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.permissions import page_permission_policy


class WaitingWins(Component):
    """Drafts this editor may publish, the oldest first."""

    name = "waiting-wins"
    template_name = "cms/waiting_wins.html"
    order = 110

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        mine = page_permission_policy.instances_user_has_permission_for(parent_context["request"].user, "publish")
        drafts = apps.get_model("cms_wins.SmallWinPage").objects.filter(live=False, pk__in=mine.values("pk"))
        return {"wins": list(drafts.order_by("pk")[:10])}


@hooks.register("construct_homepage_panels")
def show_waiting_wins(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(WaitingWins())
