"""The back office: editors see their own municipality's pages, and hosts are set in one place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import page_permission_policy

from cms.home.actions import GIVEN, follow_tenant


@hooks.register("construct_page_chooser_queryset")
def only_own_pages(pages: Any, request: HttpRequest) -> Any:
    """An editor links to pages of the own municipality."""
    if request.user.is_superuser:
        return pages
    own = page_permission_policy.explorable_instances(request.user)
    return pages.filter(pk__in=own.values_list("pk", flat=True))


@hooks.register("construct_settings_menu")
def no_second_place_for_hosts(request: HttpRequest, menu_items: list[Any]) -> None:
    """A site follows its municipality (Areas → Municipalities): one place for host names."""
    menu_items[:] = [item for item in menu_items if item.name != "sites"]


@hooks.register("insert_global_admin_css")
def own_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("app/beheer.css"))


@hooks.register("register_log_actions")
def register_actions(actions: Any) -> None:
    actions.register_action(GIVEN, _("Give rights"), _("Got rights over new kinds of rows"))


hooks.register("after_tenant_saved", follow_tenant)
