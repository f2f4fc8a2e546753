"""The home page of a municipality: the root of its site."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from cms.base.blocks import BodyField
from cms.base.models import SitePage, photo_field
from cms.base.reading import language_read
from cms.base.translations import is_translation, translation_of
from cms.news.queries import latest_news
from cms.wijken.queries import search_wijken
from cms.wins.queries import latest_wins
from core.areas.queries import tree
from core.areas.tenancy import scope_of
from participation.reports.overview import town_overview

NEWS_ON_PAGE = 3
WINS_ON_PAGE = 3


class HomePage(SitePage):
    """One per gemeente. Every page of its site is reached through it, and only on its own host."""

    gemeente = models.OneToOneField(
        "areas.Area",
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        limit_choices_to={"level": "gemeente"},
        verbose_name=_("municipality"),
    )
    lead = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("One or two sentences under the title.")
    )
    photo = photo_field()
    body = BodyField(help_text=_("Stands at the bottom of the page, after the neighbourhoods and the news."))

    template = "cms/home.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms_wijken.WijkIndexPage",
        "cms_news.NewsIndexPage",
        "cms_wins.WinIndexPage",
        "cms_agenda.AgendaIndexPage",
        "cms_people.PeoplePage",
        "cms_approaches.ApproachIndexPage",
        "cms_base.InfoPage",
    ]
    is_creatable = False  # comes with its site: manage.py set_up_site
    exclude_fields_in_copy = ["gemeente"]
    content_panels = [
        *SitePage.content_panels,
        MultiFieldPanel([FieldPanel("lead"), FieldPanel("photo")], heading=_("How it begins")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def clean(self) -> None:
        super().clean()
        if self.gemeente_id is None and not is_translation(self):
            raise ValidationError(_("This home page belongs to no municipality. A site is made with set_up_site."))

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """The way to every page below: closed on a host that shows another municipality."""
        if self.gemeente_id is None or scope_of(request).gemeente_id != self.gemeente_id:
            raise Http404
        found = self._page_at(path_components) if path_components else None
        return found.route(request, []) if found else super().route(request, path_components)

    def _page_at(self, slugs: list[str]) -> Any:
        """The page at this address, found at once instead of step by step; None leaves it to the steps.

        That of a wijk, which is asked for most, comes whole in the same query.
        """
        near = Page.objects.filter(slug=slugs[-1], depth=self.depth + len(slugs), path__startswith=self.path)
        near = near.select_related("wijkpage")
        address = f"{self.url_path}{'/'.join(slugs)}/"
        found = next((one for one in near if one.url_path == address), None)
        return found and (getattr(found, "wijkpage", None) or found.specific)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """`/` in the language somebody chose, where the home page can be read in it: links lead on in it from there."""
        language = language_read()
        shown = self.shown_in or getattr(request, "is_preview", False)
        if language and not shown and translation_of(self, language) is not None:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"/{language}/{'?' if query else ''}{query}")
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        gemeente = tree().by_id.get(self.gemeente_id) if self.gemeente_id else None
        if gemeente is None:
            return context
        query = request.GET.get("q", "").strip()[:100]
        return context | {
            "query": query,
            "wijken": search_wijken(self, query),
            "wins": latest_wins(self)[:WINS_ON_PAGE],
            "news": latest_news(self)[:NEWS_ON_PAGE],
            "town": town_overview(gemeente, timezone.now()),
            "gemeente": gemeente,
        }
