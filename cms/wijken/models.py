"""The page of a wijk, and the list of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.base.blocks import FEATURES, BodyField
from cms.base.models import SitePage, photo_field
from cms.news.queries import latest_news
from cms.wijken.forms import WijkPageForm
from cms.wijken.queries import search_wijken
from cms.wins.queries import latest_wins
from core.areas.queries import tree
from participation.reports.overview import LINES, SHOWN, people_today, wijk_overview, wijk_reports

NEWS_ON_PAGE = 3
WINS_ON_PAGE = 3


class WijkIndexPage(SitePage):
    """`/wijken/`: every wijk of the municipality that has a page."""

    template = "cms/wijk_index.html"
    parent_page_types = ["cms_home.HomePage"]
    subpage_types = ["cms_wijken.WijkPage"]
    max_count_per_parent = 1
    page_description = _("The list of neighbourhoods. Each neighbourhood has its page below this one.")

    class Meta:
        verbose_name = _("list of neighbourhoods")
        verbose_name_plural = _("lists of neighbourhoods")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        query = request.GET.get("q", "").strip()[:100]
        wijken = search_wijken(self, query)
        return {**super().get_context(request, *args, **kwargs), "wijken": wijken, "query": query}


class WijkPage(SitePage):
    """One wijk: its people, what was reported and solved, its news.

    A copy starts without an area, and a page without one is not shown: one area, one page.
    """

    area = models.OneToOneField(
        "areas.Area",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        limit_choices_to={"level": "wijk"},
        verbose_name=_("neighbourhood"),
        help_text=_("People, reports and map follow from this. Every neighbourhood has one page."),
    )
    story = models.CharField(
        _("the story in one sentence"),
        max_length=160,
        blank=True,
        help_text=_("What makes people here proud? Stands under the name, also on the list of neighbourhoods."),
    )
    photo = photo_field()
    intro = RichTextField(_("introduction"), blank=True, features=FEATURES)
    body = BodyField(help_text=_("Stands at the bottom of the page, after people, map and news."))

    template = "cms/wijk.html"
    parent_page_types = ["cms_wijken.WijkIndexPage"]
    subpage_types = ["cms_wins.SmallWinPage"]
    base_form_class = WijkPageForm
    exclude_fields_in_copy = ["area"]
    page_description = _("The page of one neighbourhood, with its people, reports and news.")
    content_panels = [
        *Page.content_panels,
        FieldPanel("area"),
        MultiFieldPanel([FieldPanel("story"), FieldPanel("photo"), FieldPanel("intro")], heading=_("How it begins")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("neighbourhood page")
        verbose_name_plural = _("neighbourhood pages")

    def clean(self) -> None:
        super().clean()
        other = WijkPage.objects.filter(area_id=self.area_id).exclude(pk=self.pk).first() if self.area_id else None
        if other is not None:
            raise ValidationError(
                {"area": _("This neighbourhood already has a page: “%(title)s”. Change that one.") % {"title": other}}
            )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.area_id is None:
            raise Http404
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One query for the head of the wijk's stream; the rest of the domain from cache or memory."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        area = tree().by_id.get(self.area_id) if self.area_id else None
        if area is None:  # a preview before the area was chosen
            return context
        now = timezone.now()
        overview = wijk_overview(area, now)
        shown = request.GET.get("toon", "")
        shown = shown if shown in SHOWN else ""
        total = {"": overview.open + overview.resolved, "open": overview.open, "opgelost": overview.resolved}[shown]
        pages = Paginator(range(total), LINES)
        page = pages.get_page(request.GET.get("pagina"))
        first = page.number == 1 and not shown
        lines = overview.reports if first else wijk_reports(area, shown=shown, skip=(page.number - 1) * LINES)
        gemeente = tree().ancestors(area.id)[-1]
        return context | {
            "area": area,
            "gemeente": gemeente,
            "people": people_today(area, now),
            "overview": overview,
            "lines": lines,
            "shown": shown,
            "lines_page": page,
            "wins": latest_wins(self)[:WINS_ON_PAGE],
            "news": latest_news(self.get_parent().get_parent(), area_id=area.id)[:NEWS_ON_PAGE],
            "now": now,
        }
