"""A small win: something that was solved or reached in a wijk, worth telling."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page

from cms.base.blocks import BodyField
from cms.base.models import SitePage, photo_field
from cms.wins.forms import SmallWinForm


class SmallWinPage(SitePage):
    """Below the page of its wijk. Made by hand, or drafted from a solved case (`drafting`): then once per case."""

    case = models.OneToOneField("cases.Case", models.SET_NULL, related_name="+", null=True, blank=True, editable=False)
    date = models.DateField(_("solved on"), default=timezone.localdate)
    place = models.CharField(
        _("where"), max_length=80, blank=True, help_text=_("The quarter or the square, never a house number.")
    )
    category = models.CharField(_("what it was about"), max_length=120, blank=True)
    lead = models.CharField(
        _("in one or two sentences"), max_length=300, help_text=_("What is better now, and for whom?")
    )
    photo_before = photo_field()
    photo_after = photo_field()
    photos_checked = models.BooleanField(
        _("no faces or number plates in the photos, or the people in them agreed"), default=False
    )
    days = models.PositiveSmallIntegerField(_("days it took"), null=True, blank=True)
    supporters = models.PositiveIntegerField(_("people who saw it too"), default=0)
    thanks = models.CharField(
        _("with thanks to"), max_length=200, blank=True, help_text=_("Name residents only when they agreed.")
    )
    body = BodyField()

    template = "cms/win.html"
    parent_page_types = ["cms_wijken.WijkPage"]
    subpage_types: list[str] = []
    base_form_class = SmallWinForm
    exclude_fields_in_copy = ["case"]
    page_description = _("Something that succeeded here: what it was, what is better now, and thanks to whom.")
    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel(
            [FieldPanel("photo_before"), FieldPanel("photo_after"), FieldPanel("photos_checked")],
            heading=_("Before and after"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("date"), FieldPanel("days"), FieldPanel("supporters")]),
                FieldRowPanel([FieldPanel("category"), FieldPanel("place")]),
            ],
            heading=_("The facts"),
        ),
        FieldPanel("thanks"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("small win")
        verbose_name_plural = _("small wins")

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "wijk": self.get_parent()}
