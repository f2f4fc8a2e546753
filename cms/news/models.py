"""News: the list and its messages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.base.around import LEVELS
from cms.base.blocks import BodyField
from cms.base.forms import OwnWijkForm
from cms.base.models import BODY, THEME, SitePage, photo_field
from cms.news.queries import latest_news

PER_PAGE = 12


class NewsIndexPage(SitePage):
    """`/nieuws/`: everything, newest first; also what stands below the page of a wijk."""

    template = "cms/news_index.html"
    parent_page_types = ["cms_home.HomePage"]
    subpage_types = ["cms_news.NewsPage"]
    max_count_per_parent = 1
    page_description = _("The list of news. Each message has its page below this one.")

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(latest_news(self.get_parent()), PER_PAGE).get_page(request.GET.get("pagina"))
        return {**super().get_context(request, *args, **kwargs), "news_page": page}


class NewsPage(SitePage):
    """One message. With a wijk it also stands on that wijk's page."""

    date = models.DateField(_("date"), default=timezone.localdate)
    area = models.ForeignKey(
        "areas.Area",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        limit_choices_to={"level__in": LEVELS},
        verbose_name=_("neighbourhood"),
        help_text=_("Leave empty for news that is for everyone."),
    )
    theme = models.ForeignKey(
        "routing.Theme", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("theme")
    )
    lead = models.CharField(
        _("in one or two sentences"), max_length=300, help_text=_("What happened, and what does it mean for people?")
    )
    photo = photo_field()
    body = BodyField()

    area_follows_place = True
    template = "cms/news.html"
    parent_page_types = ["cms_news.NewsIndexPage", "cms_wijken.WijkPage"]
    subpage_types: list[str] = []
    base_form_class = OwnWijkForm
    page_description = _("A message, for one neighbourhood or for everyone.")
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("photo"),
        BODY,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("date"), THEME]), FieldPanel("area")],
            heading=_("When and about what"),
        ),
    ]

    class Meta:
        verbose_name = _("news message")
        verbose_name_plural = _("news messages")
        indexes = [models.Index(fields=["area", "-date"], name="news_area_newest")]
