"""The library of approaches: ways of working that others can take over, with an honest word on how sure we are."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel

from cms.approaches.blocks import ListField, PlacesBlock
from cms.approaches.library import library, read_wish, related
from cms.approaches.states import HOW_SURE, Effort, Evidence
from cms.base.blocks import BodyField
from cms.base.forms import OwnAreaForm
from cms.base.kept import keep_under
from cms.base.models import SitePage, photo_field
from cms.base.publishing import gemeente_of, streams_of
from participation.initiatives.queries.around import following_approach
from participation.routing.wording import theme_name


class ApproachIndexPage(SitePage):
    """`/aanpakken/`: all of them, to search and narrow down."""

    lead = models.CharField(_("in one or two sentences"), max_length=300, blank=True)

    template = "cms/approach_index.html"
    parent_page_types = ["cms_home.HomePage"]
    subpage_types = ["cms_approaches.ApproachPage"]
    max_count_per_parent = 1
    page_description = _("The library of approaches. Each has its page below this one.")
    content_panels = [*SitePage.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("library of approaches")
        verbose_name_plural = _("libraries of approaches")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Kept as long as nothing changes; a search is made each time."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if not request.GET:
            keep_under(response, streams_of(self))
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        wish = read_wish(request.GET)
        return {**super().get_context(request, *args, **kwargs), "wish": wish, "found": library(self, wish)}


class ApproachPage(SitePage):
    """One way of working. Costs are in whole euros; without an upper one nobody knows."""

    goal = models.CharField(_("goal"), max_length=300, help_text=_("What gets better, in one or two sentences?"))
    theme = models.ForeignKey(
        "routing.Theme", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("theme")
    )
    photo = photo_field()
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    needed = models.CharField(
        _("who is needed"), max_length=300, blank=True, help_text=_("Residents, professionals, organisations.")
    )
    effort = models.CharField(_("how much work"), max_length=10, choices=Effort, default=Effort.MEDIUM)
    takes_people = models.CharField(_("people"), max_length=150, blank=True)
    takes_time = models.CharField(_("time"), max_length=150, blank=True)
    takes_place = models.CharField(_("place"), max_length=150, blank=True)
    cost_from = models.PositiveIntegerField(_("costs from (€)"), null=True, blank=True)
    cost_to = models.PositiveIntegerField(
        _("costs up to (€)"), null=True, blank=True, help_text=_("0 in both: it is free. Empty: nobody knows.")
    )
    cost_note = models.CharField(_("about the costs"), max_length=200, blank=True)
    steps = ListField(verbose_name=_("steps"))
    ingredients = ListField(verbose_name=_("what makes it work"))
    warnings = ListField(verbose_name=_("look out for"))
    evidence = models.CharField(_("how sure are we?"), max_length=10, choices=Evidence, default=Evidence.PRACTICE)
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("Who wrote or studied it, and when. As it can be found.")
    )
    source_link = models.URLField(_("address of the source"), blank=True)
    done = ListField(PlacesBlock(), verbose_name=_("where it was done"))
    contact = models.CharField(_("who knows more"), max_length=200, blank=True, help_text=_("Never a private number."))
    is_example = models.BooleanField(
        _("example"), default=False, help_text=_("Written for the start of this library; not done here yet.")
    )
    body = BodyField()
    initiative = models.OneToOneField(
        "initiatives.Initiative", models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )
    """Of which this is the description, if it was drafted from one (`drafting`)."""

    exclude_fields_in_copy = ["initiative"]
    template = "cms/approach.html"
    parent_page_types = ["cms_approaches.ApproachIndexPage"]
    subpage_types: list[str] = []
    base_form_class = OwnAreaForm
    page_description = _("A way of working that others can take over.")
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("goal"),
        FieldRowPanel([FieldPanel("theme"), FieldPanel("is_example")]),
        FieldPanel("photo"),
        MultiFieldPanel(
            [
                FieldPanel("audience"),
                FieldPanel("needed"),
                FieldPanel("effort"),
                FieldRowPanel([FieldPanel("takes_people"), FieldPanel("takes_time"), FieldPanel("takes_place")]),
                FieldRowPanel([FieldPanel("cost_from"), FieldPanel("cost_to")]),
                FieldPanel("cost_note"),
            ],
            heading=_("What it takes"),
        ),
        FieldPanel("steps"),
        FieldPanel("ingredients"),
        FieldPanel("warnings"),
        MultiFieldPanel(
            [
                HelpPanel(template="cms/approach_evidence_help.html"),
                FieldPanel("evidence"),
                FieldRowPanel([FieldPanel("source"), FieldPanel("source_link")]),
            ],
            heading=_("How sure are we?"),
        ),
        FieldPanel("done"),
        FieldPanel("contact"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if self.evidence == Evidence.STUDIED and not self.source:
            wrong["source"] = _("Name the study. Without one it is “described” or “from practice”.")
        if self.source_link and not self.source:
            wrong["source"] = _("Say what stands at this address.")
        if self.cost_from is not None and self.cost_to is not None and self.cost_to < self.cost_from:
            wrong["cost_to"] = _("This is less than the lowest costs.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def theme_label(self) -> str:
        """In the language of who looks."""
        return theme_name(self.theme) if self.theme else ""

    @property
    def how_sure(self) -> Any:
        return HOW_SURE[Evidence(self.evidence)]

    @property
    def effort_word(self) -> str:
        """The first word: "Small"."""
        return str(self.get_effort_display()).partition(":")[0]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        gemeente_id = gemeente_of(self) if self.pk else None
        here = following_approach(self.translation_key, gemeente_id=gemeente_id) if gemeente_id else []
        return context | {"related": related(self) if self.pk else [], "initiatives": here}
