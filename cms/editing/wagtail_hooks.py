"""The back office of editors: who edits what, and what an editor of one wijk may not do to that wijk's own page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import GroupPagePermission
from wagtail.permissions import page_permission_policy

from cms.editing import starting, translating, views
from cms.editing.footer import show_next_step
from cms.editing.guarded import OVER_THE_WALL
from cms.editing.rights import ADDED, REMOVED

ORDER = {"workflow_objects_to_moderate": 20, "user_objects_in_workflow_moderation": 30, "recent_edits": 40}
"""Of panels that Wagtail gives; ours carry their own."""


class EditorsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return views.may_choose_editors(request.user)


class PagesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(page_permission_policy.user_has_permission(request.user, "change"))


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    return [*views.urlpatterns, *starting.urlpatterns, *translating.urlpatterns]


@hooks.register("construct_homepage_panels")
def begin_here(request: HttpRequest, panels: list[Any]) -> None:
    """And what waits for this editor before what may be done some day."""
    panels.append(starting.Start())
    for panel in panels:
        panel.order = ORDER.get(panel.name, panel.order)


@hooks.register("construct_page_action_menu")
def next_step_in_sight(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    show_next_step(menu_items)


@hooks.register("construct_main_menu")
def reports_are_not_the_residents(request: HttpRequest, menu_items: list[Any]) -> None:
    """With us a report is what a resident sends; here it is what Wagtail says of the pages."""
    for item in menu_items:
        if item.name == "reports":
            item.label = pgettext_lazy("about pages", "Reports")


@hooks.register("construct_help_menu")
def only_help_of_our_own(request: HttpRequest, menu_items: list[Any]) -> None:
    """Without news of Wagtail and its guide: in English, on another site, about screens we do not have."""
    menu_items[:] = [item for item in menu_items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("register_admin_menu_item")
def register_editors() -> MenuItem:
    return EditorsMenuItem(_("Who edits what"), reverse("editors"), name="editors", icon_name="group", order=810)


@hooks.register("register_reports_menu_item")
def register_broken_links() -> MenuItem:
    return PagesMenuItem(
        _("Links that lead nowhere"), reverse("broken_links"), name="broken-links", icon_name="link", order=50
    )


@hooks.register("construct_reports_menu")
def no_report_over_the_wall(request: HttpRequest, menu_items: list[Any]) -> None:
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in OVER_THE_WALL]


@hooks.register("register_page_header_buttons")
def more_about_this_page(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if views.may_choose_editors(user) and page.specific_class in _wijk_and_home():
        yield Button(_("Editors"), reverse("editors_of", args=[page.pk]), icon_name="group", priority=70)
    yield from translating.buttons(page, user)


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def keep_the_wijk(request: HttpRequest, page: Any) -> None:
    """The page of a wijk itself goes only by who edits more than that page: it holds what many people made."""
    if not may_take_away(request.user, page):
        raise PermissionDenied


@hooks.register("before_move_page")
def keep_the_wijk_in_its_place(request: HttpRequest, page: Any, destination: Any) -> None:
    """Before Wagtail shows the title of a page that may not be moved, too."""
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied
    keep_the_wijk(request, page)


@hooks.register("before_bulk_action")
def keep_the_wijken(request: HttpRequest, action_type: str, objects: Any, action_class_instance: Any) -> None:
    if action_type in {"delete", "unpublish", "move"}:
        for one in objects:
            if hasattr(one, "specific_class"):
                keep_the_wijk(request, one)


@hooks.register("register_log_actions")
def register_actions(actions: Any) -> None:
    actions.register_action(ADDED, _("Add an editor"), _("Got an editor more"))
    actions.register_action(REMOVED, _("Take off an editor"), _("Got an editor less"))


def may_take_away(user: Any, page: Any) -> bool:
    """Whether this account may delete, unpublish or move the page; Wagtail asked for its other rights already."""
    if user.is_superuser or page.specific_class not in _wijk_and_home():
        return True
    above = [page.path[: page.steplen * step] for step in range(1, page.depth)]
    return GroupPagePermission.objects.filter(
        group__user=user, page__path__in=above, permission__codename="change_page"
    ).exists()


def _wijk_and_home() -> set[Any]:
    return {apps.get_model("cms_wijken.WijkPage"), apps.get_model("cms_home.HomePage")}
