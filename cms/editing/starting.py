"""The first thing an editor sees in `/beheer/`: what do you want to do? Each button opens the right form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Revision
from wagtail.permissions import page_permission_policy

from cms.editing.rights import home_of
from core.areas.policies import workplace
from core.areas.tenancy import scope_of

NEWS, EVENT, WIN, PAGE, LOOK = "news", "event", "win", "page", "look"
KINDS = {NEWS: "cms_news.NewsPage", EVENT: "cms_agenda.EventPage", WIN: "cms_wins.SmallWinPage"}
LABELS = {
    NEWS: _("Write news"),
    EVENT: _("Add an event"),
    WIN: _("Celebrate a small win"),
    PAGE: _("Change the page"),
    LOOK: _("Look at the page"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something may be made: the page of a wijk, or the home page for everybody."""

    page: Page
    label: str


def places_for(request: HttpRequest) -> list[Place]:
    """Everybody first, if this account may change the home page; then its wijken by name. Four queries at most."""
    user: Any = request.user
    gemeente_id = scope_of(request).gemeente_id if user.is_superuser else workplace(user)
    if gemeente_id is None or not apps.get_model("cms_home.HomePage").objects.filter(gemeente_id=gemeente_id).exists():
        return []
    home = home_of(gemeente_id)
    wijken = apps.get_model("cms_wijken.WijkPage").objects.descendant_of(home).filter(locale_id=home.locale_id)
    mine = page_permission_policy.instances_user_has_permission_for(user, "change").order_by().values("pk")
    pages = wijken.filter(pk__in=mine).defer_streamfields().order_by("title")
    everybody = [Place(home, gettext("everybody"))] if home.permissions_for_user(user).can_edit() else []
    return [*everybody, *(Place(page, page.title) for page in pages)]


class Start(Component):
    """Buttons; with more than one wijk after choosing which."""

    name = "start"
    template_name = "cms/editing/start.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        return {
            "places": places_for(request),
            "deeds": LABELS.items(),
            "address": reverse("start_editing"),
            "new_here": not Revision.objects.filter(user=request.user).exists(),
        }


@require_admin_access
def begin(request: HttpRequest) -> HttpResponse:
    """GET with `place` (a page) and `deed`: on to the form that makes it."""
    chosen = next((one.page for one in places_for(request) if str(one.page.pk) == request.GET.get("place")), None)
    deed = request.GET.get("deed", "")
    if chosen is None or deed not in LABELS:
        raise Http404
    if deed == LOOK:
        return redirect(chosen.get_url(request) or reverse("wagtailadmin_pages:edit", args=[chosen.pk]))
    if deed == PAGE:
        return redirect("wagtailadmin_pages:edit", chosen.pk)
    model = apps.get_model(KINDS[deed])
    parent = chosen if model.can_create_at(chosen) else _list_for(model, chosen)
    if parent is None:
        messages.warning(request, gettext("A small win belongs to a neighbourhood: choose one first."))
        return redirect("wagtailadmin_home")
    return redirect("wagtailadmin_pages:add", model._meta.app_label, model._meta.model_name, parent.pk)


def _list_for(model: Any, home: Page) -> Page | None:
    """The page below the home page that holds what is for everybody."""
    return next((one.specific for one in home.get_children() if model.can_create_at(one.specific)), None)


urlpatterns = [path("beginnen/", begin, name="start_editing")]
