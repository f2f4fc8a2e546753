"""What residents can report, what we promise, and who is responsible where."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """Two levels: a main category without a parent, and the subcategories one can report."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public: may be on the map")
        LIMITED = "limited", _("Limited: the reporter and those who handle it")
        CONFIDENTIAL = "confidential", _("Confidential: named roles only, every look is logged")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="categories", verbose_name=_("municipality"))
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    slug = models.SlugField(_("slug"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("explanation"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    visibility = models.CharField(_("visibility"), max_length=12, choices=Visibility, default=Visibility.LIMITED)
    response_days = models.PositiveSmallIntegerField(_("first reaction within (working days)"), default=2)
    resolve_days = models.PositiveSmallIntegerField(_("handled within (working days)"), null=True, blank=True)
    promise = models.CharField(_("what we promise"), max_length=200, blank=True)
    advice = models.JSONField(
        _("who to call first"), default=list, blank=True, help_text=_('[{"kind": "…", "phone": "…", "text": "…"}]')
    )
    keywords = models.JSONField(_("words that point here"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["gemeente", "slug"], name="routing_category_slug_unique")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.parent and (self.parent.parent_id or self.parent.gemeente_id != self.gemeente_id):
            raise ValidationError({"parent": _("Choose a main category of the same municipality.")})


class Question(models.Model):
    """An extra question of a category."""

    class Type(models.TextChoices):
        TEXT = "text", _("text")
        CHOICE = "choice", _("one choice")
        MULTI = "multi", _("several choices")
        DATE = "date", _("date")
        NUMBER = "number", _("number")

    category = models.ForeignKey(Category, models.CASCADE, related_name="questions")
    key = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("question"), max_length=160)
    help = models.CharField(_("explanation"), max_length=200, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=Type, default=Type.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True, help_text=_('[{"value": "…", "label": "…"}]'))
    required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["category", "key"], name="routing_question_key_unique")]

    def __str__(self) -> str:
        return self.label


class Responsibility(models.Model):
    """A rule: this kind of thing, in this area, is this team's. Empty means "every"."""

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        INITIATIVE = "initiative", _("initiative")
        POLL = "poll", _("poll")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="responsibilities", verbose_name=_("municipality"))
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("area"))
    category = models.ForeignKey(Category, models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("category"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    team = models.ForeignKey("organisations.Team", models.PROTECT, related_name="responsibilities", verbose_name=_("team"))

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [
            models.UniqueConstraint(
                fields=["gemeente", "area", "category", "kind"], name="routing_rule_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(area__isnull=False) | Q(category__isnull=False) | ~Q(kind=""), name="routing_rule_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or self.kind or '*'} · {self.area or '*'} → {self.team}"
