"""The back office: who comes stands one button away, and nobody takes an event away from under those who come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.viewsets.pages import page_viewset_registry
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cms.agenda import organisers
from cms.agenda.models import Attendance, EventPage
from cms.tone.panel import SitePageViewSet


@hooks.register("register_admin_urls")
def register_attendees() -> Sequence[URLPattern]:
    return organisers.urlpatterns


@hooks.register("register_page_header_buttons")
def show_who_comes(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if isinstance(page.specific, EventPage) and page.permissions_for_user(user).can_edit():
        yield Button(_("Who comes"), reverse("agenda_attendees", args=[page.pk]), icon_name="group", priority=5)


@hooks.register("register_log_actions")
def register_actions(actions: Any) -> None:
    actions.register_action(organisers.LOOKED, _("Look at sign-ups"), _("Saw who signed up"))
    actions.register_action(organisers.TAKEN, _("Export sign-ups"), _("Took a list of who signed up"))


@hooks.register("before_delete_page")
def keep_what_people_come_to(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refuse(request, [page], with_below=True)


@hooks.register("before_unpublish_page")
def leave_online_what_people_come_to(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refuse(request, [page], with_below="include_descendants" in request.POST)


class UnpublishEvent(UnpublishView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What will be refused is not asked first."""
        refused: HttpResponse | None = self.run_hook("before_unpublish_page", request, self.object)
        return refused or super().get(request, *args, **kwargs)


class EventViewSet(SitePageViewSet):
    unpublish_view_class = UnpublishEvent

    def on_register(self) -> None:
        page_viewset_registry.register(EventPage, self)


hooks.register("register_admin_viewset", EventViewSet)


@hooks.register("before_bulk_action")
def keep_all_that_people_come_to(
    request: HttpRequest, action_type: str, objects: Iterable[Any], _action: Any
) -> HttpResponse | None:
    pages = [one for one in objects if isinstance(one, Page)]
    return _refuse(request, pages, with_below=True) if action_type in ("delete", "unpublish") else None


def _refuse(request: HttpRequest, pages: list[Page], *, with_below: bool) -> HttpResponse | None:
    """Back to the event with an explanation, when people signed up for what is still to come; None: go ahead."""
    for page in pages:
        events = EventPage.objects.descendant_of(page, inclusive=True) if with_below else EventPage.objects.page(page)
        ahead = Attendance.objects.filter(event__in=events, ends_at__gt=timezone.now(), erased_at=None)
        first = ahead.filter(called_off=False).order_by("starts_at").first()
        if first is not None:
            number = ahead.filter(event_id=first.event_id).count()
            said = ngettext(
                "%(number)d person signed up for “%(title)s”. Cancel it first and publish: then they hear of it.",
                "%(number)d people signed up for “%(title)s”. Cancel it first and publish: then they hear of it.",
                number,
            )
            messages.error(request, said % {"number": number, "title": first.event.title})
            return redirect("wagtailadmin_pages:edit", first.event_id)
    return None
