"""A small win: something that was solved or reached in a wijk, worth telling; and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from cms.base.blocks import BodyField
from cms.base.models import BODY, THEME, SitePage, photo_field
from cms.wins.forms import SmallWinForm, ThankedForm
from cms.wins.queries import browse, consent_asked, pictures_in, refused_photos, thanked_on
from participation.cases.wins import spread_good_news
from participation.initiatives.queries.looking_back import public_of_case

PER_PAGE = 12


class ThanksPanel(InlinePanel):
    """Whoever is thanked, each checked by our own form."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"]["thanked"] |= {"form": ThankedForm, "inherit_kwargs": ["for_user"]}
        return options


class WinIndexPage(SitePage):
    """`/gelukt/`: everything that succeeded, newest first; by wijk, theme and year."""

    lead = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "cms/win_index.html"
    parent_page_types = ["cms_home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    page_description = _("The list of small wins. Each of them stands below the page of its neighbourhood.")
    content_panels = [*SitePage.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("list of small wins")
        verbose_name_plural = _("lists of small wins")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        home = self.get_parent().specific
        found = browse(home, **{name: request.GET.get(name, "") for name in ("wijk", "thema", "jaar")})
        return context | {
            "found": found,
            "query": found.query,
            "wins_page": Paginator(found.wins, PER_PAGE).get_page(request.GET.get("pagina")),
        }


class SmallWinPage(SitePage):
    """Below the page of its wijk. Made by hand, or drafted from a solved case (`drafting`): then once per case.

    However it is published, a photo of the resident goes along only if they agreed (`save`).
    """

    case = models.OneToOneField("cases.Case", models.SET_NULL, related_name="+", null=True, blank=True, editable=False)
    area = models.ForeignKey("areas.Area", models.SET_NULL, related_name="+", null=True, editable=False)
    date = models.DateField(_("solved on"), default=timezone.localdate)
    place = models.CharField(
        _("where"), max_length=80, blank=True, help_text=_("The quarter or the square, never a house number.")
    )
    category = models.CharField(_("what it was about"), max_length=120, blank=True)
    theme = models.ForeignKey(
        "routing.Theme", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("theme")
    )
    lead = models.CharField(
        _("in one or two sentences"), max_length=300, help_text=_("What is better now, and for whom?")
    )
    photo_before = photo_field()
    photo_after = photo_field()
    photos_checked = models.BooleanField(
        _("no faces or number plates in the photos, or the people in them agreed"), default=False
    )
    photo_consent = models.CharField(
        _("how the resident agreed to show their photo"),
        max_length=200,
        blank=True,
        help_text=_(
            "Only if they told you themselves: “said so to Bram on the phone”. Otherwise we ask them on their private "
            "page, and you read the answer here."
        ),
    )
    photo_consent_on = models.DateField(_("when they agreed"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days it took"), null=True, blank=True)
    supporters = models.PositiveIntegerField(_("people who saw it too"), default=0)
    body = BodyField()

    area_follows_place = True
    template = "cms/win.html"
    parent_page_types = ["cms_wijken.WijkPage"]
    subpage_types: list[str] = []
    base_form_class = SmallWinForm
    exclude_fields_in_copy = ["case", "photo_consent", "photo_consent_on", "photos_checked", "thanked"]
    page_description = _("Something that succeeded here: what it was, what is better now, and thanks to whom.")
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel(
            [
                FieldPanel("photo_before", heading=_("Before")),
                FieldPanel("photo_after", heading=_("After")),
                HelpPanel(template="cms/win_consent_panel.html"),
                FieldPanel("photos_checked"),
                FieldRowPanel([FieldPanel("photo_consent"), FieldPanel("photo_consent_on")]),
            ],
            heading=_("Before and after"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("date"), FieldPanel("days"), FieldPanel("supporters")]),
                FieldRowPanel([FieldPanel("category"), FieldPanel("place"), THEME]),
            ],
            heading=_("The facts"),
        ),
        ThanksPanel(
            "thanked",
            heading=_("With thanks to"),
            label=_("thanks"),
            help_text=_("Somebody who lives here is named only when they agreed; a professional as on their card."),
        ),
        BODY,
    ]

    class Meta:
        verbose_name = _("small win")
        verbose_name_plural = _("small wins")
        indexes = [models.Index(fields=["area", "-date"], name="wins_area_newest")]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        about = public_of_case(self.case_id) if self.case_id else None
        return {**context, "wijk": self.get_parent(), "thanked": thanked_on(self), "about": about}

    @property
    def consent_asked(self) -> Any:
        """For the editor: what the resident said when we asked for their photo; None when nobody was asked."""
        return consent_asked(self)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Whoever publishes it, a clock or many at once too: only what may be shown, and its people hear of it."""
        if not self.live or kwargs.get("update_fields") is not None:
            return super().save(*args, **kwargs)
        with transaction.atomic():
            self._leave_out(refused_photos(self))
            saved = super().save(*args, **kwargs)
            if self.case_id:
                spread_good_news(self.case_id)
        return saved

    def _leave_out(self, images: Iterable[int]) -> None:
        without = set(images)
        if self.photo_before_id in without:
            self.photo_before = None
        if self.photo_after_id in without:
            self.photo_after = None
        for place in reversed(range(len(self.body))):
            if not without.isdisjoint(pictures_in(self.body[place])):
                del self.body[place]


class Thanked(Orderable):
    """Somebody who is thanked for a small win.

    `REPORTER` is whoever reported the case: named as they asked for on their private page, else "the resident who
    reported it". Their name stands nowhere on the page itself, so that taking it back is enough.
    """

    class Kind(models.TextChoices):
        REPORTER = "reporter", _("the resident who reported it")
        PROFESSIONAL = "professional", _("a professional")
        GROUP = "group", _("a team, group or organisation")
        RESIDENT = "resident", _("a resident, by name")

    page = ParentalKey(SmallWinPage, on_delete=models.CASCADE, related_name="thanked")
    kind = models.CharField(_("who"), max_length=12, choices=Kind, default=Kind.GROUP)
    professional = models.ForeignKey(
        "organisations.Professional",
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        limit_choices_to={"is_public": True},
        verbose_name=_("professional"),
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    agreed = models.CharField(
        _("how and when they agreed"), max_length=160, blank=True, help_text=_("Of a resident who is named.")
    )

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("professional")]),
        FieldRowPanel([FieldPanel("name"), FieldPanel("agreed")]),
    ]


class ResidentPhoto(models.Model):
    """An image that is a copy of a photo a resident made: no page shows it without their word."""

    image = models.OneToOneField("wagtailimages.Image", models.CASCADE, related_name="of_resident", primary_key=True)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
