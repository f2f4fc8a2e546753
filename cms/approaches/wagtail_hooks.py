"""The first page of the back office: descriptions for the library that wait for an editor."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.permissions import page_permission_policy


class WaitingApproaches(Component):
    """Drafts made from initiatives that this editor may finish, the oldest first."""

    name = "waiting-approaches"
    template_name = "cms/waiting_approaches.html"
    order = 115

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        mine = page_permission_policy.instances_user_has_permission_for(parent_context["request"].user, "change")
        drafts = apps.get_model("cms_approaches.ApproachPage").objects.filter(live=False, pk__in=mine.values("pk"))
        return {"approaches": list(drafts.exclude(initiative_id=None).order_by("pk")[:10])}


@hooks.register("construct_homepage_panels")
def show_approaches(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(WaitingApproaches())
