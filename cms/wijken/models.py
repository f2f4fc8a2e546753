"""The page of a wijk, and the list of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Site

from cms.base.around import LEVELS
from cms.base.blocks import FEATURES, BodyField
from cms.base.kept import heads_seen, keep_under
from cms.base.models import SitePage, photo_field
from cms.wijken.forms import WijkPageForm
from cms.wijken.overview import overview_of, streams_of_page, theme_called
from cms.wijken.queries import search_wijken
from cms.wijken.story import Figure, Moment
from core.areas.queries import AreaRow, tree
from participation.organisations.forms import OwnInlinePanel
from participation.reports.overview import SHOWN

__all__ = ["Figure", "Moment", "WijkIndexPage", "WijkPage"]


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
        limit_choices_to={"level__in": LEVELS},
        verbose_name=_("area"),
        help_text=_("People, reports and map follow from this. Every area has one page."),
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
    parent_page_types = ["cms_wijken.WijkIndexPage", "cms_wijken.WijkPage"]
    subpage_types = ["cms_news.NewsPage", "cms_wins.SmallWinPage", "cms_agenda.EventPage", "cms_wijken.WijkPage"]
    base_form_class = WijkPageForm
    exclude_fields_in_copy = ["area"]
    page_description = _("The page of one neighbourhood, with its people, reports and news.")
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("area"),
        MultiFieldPanel([FieldPanel("story"), FieldPanel("photo"), FieldPanel("intro")], heading=_("How it begins")),
        HelpPanel(
            content=_(
                "People, map, reports, news, agenda and small wins come by themselves. "
                "Somebody changes their own card in the workplace: photo, role and hours."
            ),
            heading=_("What you need not type"),
        ),
        InlinePanel(
            "figures",
            heading=_("How it goes here"),
            label=_("Figure"),
            help_text=_("A few honest figures from elsewhere. Those of reports come by themselves."),
        ),
        OwnInlinePanel(
            "moments",
            heading=_("The story of the neighbourhood"),
            label=_("Moment"),
            help_text=_("What happened over the years, and what is planned. The page puts them in order of time."),
        ),
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
        """Kept under the heads of its streams, but for a further page of the list."""
        if self.area_id is None:
            raise Http404
        response: HttpResponse = super().serve(request, *args, **kwargs)
        area = tree().by_id[self.area_id]
        if _is_kept(request.GET.dict(), area):
            keep_under(response, streams_of_page(area))
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        area = tree().by_id.get(self.area_id) if self.area_id else None
        site = Site.find_for_request(request)
        if area is None or site is None:  # a preview before the area was chosen
            return context
        now = timezone.now()
        seen = heads_seen(request, streams_of_page(area))
        overview = overview_of(self, area, site.root_page, request.GET, now, seen)
        return context | {"overview": overview, "area": area, "streams": sorted(seen.items()), "now": now}


def _is_kept(asked: dict[str, str], area: AreaRow) -> bool:
    """Whether so many may ask for this that it is worth keeping: the page itself, a tab of the list, a theme."""
    match asked:
        case {"toon": shown} if len(asked) == 1:
            return shown in SHOWN
        case {"thema": slug} if len(asked) == 1:
            return theme_called(area, slug) is not None
        case _:
            return not asked
