"""What an editor keeps of a wijk besides its news: honest figures, and its story over the years."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable

from cms.base.models import photo_field
from cms.base.trends import TRENDS

FIRST_YEAR, LAST_YEAR = 1200, 2100


class Figure(Orderable):
    """A figure of a wijk that comes from elsewhere: what it means first, then the number and where it comes from."""

    class Trend(models.TextChoices):
        UP = "up", _("it goes up")
        SAME = "same", _("it stays the same")
        DOWN = "down", _("it goes down")

    class Meaning(models.TextChoices):
        GOOD = "good", _("that is good news")
        NEUTRAL = "neutral", _("neither good nor bad")
        BAD = "bad", _("that needs work")

    page = ParentalKey("cms_wijken.WijkPage", related_name="figures")
    words = models.CharField(
        _("what it means, in words"),
        max_length=160,
        help_text=_("For instance: more and more people feel at home here."),
    )
    value = models.CharField(_("the figure"), max_length=20)
    unit = models.CharField(_("of what"), max_length=60, blank=True, help_text=_("For instance: out of 10."))
    trend = models.CharField(_("trend"), max_length=4, choices=Trend, blank=True)
    meaning = models.CharField(_("what that says"), max_length=7, choices=Meaning, default=Meaning.NEUTRAL)
    source = models.CharField(_("source"), max_length=120)
    source_link = models.URLField(_("link to the source"), blank=True)
    measured_on = models.DateField(_("measured on"))

    panels = [
        FieldPanel("words"),
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]),
        FieldRowPanel([FieldPanel("trend"), FieldPanel("meaning")]),
        FieldRowPanel([FieldPanel("source"), FieldPanel("source_link")]),
        FieldPanel("measured_on"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.CheckConstraint(condition=Q(trend__in=["", "up", "same", "down"]), name="wijken_figure_trend_known"),
            models.CheckConstraint(
                condition=Q(meaning__in=["good", "neutral", "bad"]), name="wijken_figure_meaning_known"
            ),
        ]

    @property
    def said(self) -> str:
        """Where it goes and how to take that; empty without a trend."""
        meaning = "" if self.meaning == self.Meaning.NEUTRAL else self.meaning
        return str(TRENDS.get((self.trend, meaning), ""))

    def __str__(self) -> str:
        return f"{self.value} {self.unit}".strip()


class Moment(Orderable):
    """Something in the story of a wijk that happened, or is planned."""

    page = ParentalKey("cms_wijken.WijkPage", related_name="moments")
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    month = models.PositiveSmallIntegerField(
        _("month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("A number from 1 to 12. Leave empty when it took the whole year."),
    )
    title = models.CharField(_("what happened"), max_length=120)
    text = models.TextField(_("in a few sentences"), max_length=500, blank=True)
    photo = photo_field()
    theme = models.ForeignKey(
        "routing.Theme", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("theme")
    )
    is_planned = models.BooleanField(_("this is planned"), default=False)
    more = models.ForeignKey(
        "wagtailcore.Page", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("read more on")
    )

    panels = [
        FieldRowPanel([FieldPanel("year"), FieldPanel("month"), FieldPanel("is_planned")]),
        FieldPanel("title"),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("theme"), FieldPanel("photo")]),
        PageChooserPanel("more"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("moment")
        verbose_name_plural = _("moments")
        constraints = [
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__range=(1, 12)), name="wijken_moment_month_of_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"
