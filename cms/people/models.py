"""Who works here: everybody in a municipality who shows their face."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.base.blocks import BodyField
from cms.base.kept import keep_under
from cms.base.models import SitePage
from cms.base.publishing import gemeente_of, streams_of
from cms.people.directory import directory, read_search


class PeoplePage(SitePage):
    """`/mensen/`: the people of all wijken, from memory. Who is on it, each decides on their own card."""

    lead = models.CharField(_("in one sentence"), max_length=300, blank=True)
    body = BodyField(help_text=_("Stands at the bottom of the page, after the people."))

    template = "cms/people.html"
    parent_page_types = ["cms_home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    page_description = _("Everybody who works in the neighbourhoods, by themselves from their own cards.")
    content_panels = [*SitePage.content_panels, FieldPanel("lead"), FieldPanel("body")]

    class Meta:
        verbose_name = _("page of people")
        verbose_name_plural = _("pages of people")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Kept as long as nothing changes (nor the day); a search is made each time."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if not request.GET:
            keep_under(response, streams_of(self))
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        gemeente_id = gemeente_of(self) if self.pk else None
        if gemeente_id is None:  # a preview of a page that is nowhere yet
            return context
        search = read_search(request.GET)
        return context | {"search": search, "found": directory(gemeente_id, search, timezone.localdate())}
