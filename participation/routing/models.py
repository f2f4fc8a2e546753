"""What residents can report, what we promise, and who is responsible where.

All of it is configuration that every report needs, so it is kept in memory (`queries.config`).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from core.snapshots.rows import ConfigurationRow

KEPT_IN = "routing"
THEMES = "themes"
"""The snapshot of themes."""


class Category(ConfigurationRow, ClusterableModel):
    """Two levels: a main category without a parent, and the subcategories one can report.

    `kind`: reports, or what an initiative is or asks for, or a poll (each a subcategory too, which gives it a promise).
    """

    kept_in = KEPT_IN

    class Kind(models.TextChoices):
        REPORT = "report", _("reports")
        INITIATIVE = "initiative", _("initiatives")
        HELP = "help-request", _("help that initiatives ask for")
        POLL = "poll", _("polls")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public: may be on the map")
        LIMITED = "limited", _("Limited: the reporter and those who handle it")
        CONFIDENTIAL = "confidential", _("Confidential: named roles only, every look is logged")

    gemeente = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="categories", verbose_name=_("municipality")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("main category")
    )
    kind = models.CharField(_("for"), max_length=12, choices=Kind, default=Kind.REPORT)
    slug = models.SlugField(_("short name for addresses"), max_length=60)
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
    near_metres = models.PositiveSmallIntegerField(
        _("the same thing within (metres)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(500)],
        help_text=_(
            "Reports this near are shown to who reports something alike. Empty: as the main category, or 100 metres."
        ),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["gemeente", "slug"], name="routing_category_slug_unique"),
            models.CheckConstraint(
                condition=Q(visibility__in=["public", "limited", "confidential"]), name="routing_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="report") | ~Q(visibility="public") | Q(parent__isnull=True),
                name="routing_only_reports_are_public",
                violation_error_message=_("Only reports can be public. An initiative has a page of its own for that."),
            ),
            models.CheckConstraint(
                condition=Q(resolve_days__isnull=True) | Q(resolve_days__gte=F("response_days")),
                name="routing_promise_order",
                violation_error_message=_("Handling cannot be promised sooner than the first reaction."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="routing_category_not_own_parent",
                violation_error_message=_("A category cannot be its own main category."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="routing_category_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if self.parent and (
            self.parent.parent_id or self.parent.gemeente_id != self.gemeente_id or self.parent_id == self.pk
        ):
            wrong["parent"] = _("Choose a main category of the same municipality.")
        elif self.parent and self.pk and self.children.exists():
            wrong["parent"] = _("This category has subcategories, so it stays a main category.")
        if not _is_list_of_texts(self.keywords):
            wrong["keywords"] = _("Give a list of words.")
        if not _is_list_of_objects(self.advice, {"kind", "phone", "text"}):
            wrong["advice"] = _("Every advice has a kind, a phone number and a text.")
        if wrong:
            raise ValidationError(wrong)


class Question(ConfigurationRow):
    """An extra question of a category."""

    kept_in = KEPT_IN

    class Type(models.TextChoices):
        TEXT = "text", _("text")
        CHOICE = "choice", _("one choice")
        MULTI = "multi", _("several choices")
        DATE = "date", _("date")
        NUMBER = "number", _("number")
        PHOTO = "photo", _("photo with the report")

    category = ParentalKey(Category, related_name="questions", verbose_name=_("category"))
    key = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("question"), max_length=160)
    help = models.CharField(_("explanation"), max_length=200, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=Type, default=Type.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True, help_text=_('[{"value": "…", "label": "…"}]'))
    required = models.BooleanField(_("required"), default=False)
    show_if = models.JSONField(
        _("only asked when"), null=True, blank=True, default=None, help_text='{"key": "…", "values": ["…"]}'
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["category", "key"], name="routing_question_key_unique"),
            models.CheckConstraint(
                condition=Q(type__in=["text", "choice", "multi", "date", "number", "photo"]),
                name="routing_question_type_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        chooses = self.type in {self.Type.CHOICE, self.Type.MULTI}
        if not _is_list_of_objects(self.choices, {"value", "label"}):
            raise ValidationError({"choices": _("Every choice has a value and a label.")})
        if chooses and not self.choices:
            raise ValidationError({"choices": _("Give at least one answer to choose from.")})
        if len({one["value"] for one in self.choices}) != len(self.choices):
            raise ValidationError({"choices": _("Every choice needs a value of its own.")})


class Theme(ConfigurationRow):
    """What a neighbourhood works on for years: news, small wins, events and the story of a neighbourhood hang on it."""

    kept_in = THEMES

    class Icon(models.TextChoices):
        SPARKLES = "sparkles", _("Sparkles")
        STAR = "star", _("Star")
        PEOPLE = "users", _("People")
        SHIELD = "shield", _("Shield")
        LEAF = "leaf", _("Leaf")
        HOUSE = "home", _("House")
        BUILDING = "building", _("Building")
        HEART = "heart", _("Heart")
        SUN = "sun", _("Sun")
        HAND = "hand", _("Hand")
        GLOBE = "globe", _("Globe")
        KEY = "key", _("Key")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="themes", verbose_name=_("municipality"))
    slug = models.SlugField(_("short name for addresses"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("explanation"), max_length=200, blank=True)
    icon = models.CharField(_("drawing"), max_length=20, choices=Icon, default=Icon.STAR)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["gemeente", "slug"],
                name="routing_theme_slug_unique",
                violation_error_message=_("There is a theme with this short name already."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="routing_theme_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Translation(ConfigurationRow):
    """A municipality's own words for a category in another language; what is empty is as `wording` has it.

    `advice`: `[{"kind": "police", "text": "…"}]`. `questions`: `[{"key": "what", "text": "…"}]`, where the key may also
    be "what.help" and, for a choice, "what=sofa".
    """

    kept_in = KEPT_IN

    category = ParentalKey(Category, related_name="translations", verbose_name=_("category"))
    language = models.CharField(_("language"), max_length=5)
    name = models.CharField(_("name"), max_length=80, blank=True)
    description = models.CharField(_("explanation"), max_length=200, blank=True)
    promise = models.CharField(_("what we promise"), max_length=200, blank=True)
    advice = models.JSONField(_("who to call first"), default=list, blank=True)
    questions = models.JSONField(_("questions"), default=list, blank=True)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "language"],
                name="routing_translation_once",
                violation_error_message=_("This category has a translation into this language already."),
            ),
        ]

    def __str__(self) -> str:
        return self.language

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if not _is_list_of_objects(self.advice, {"kind", "text"}):
            wrong["advice"] = _("Every advice has a kind and a text.")
        if not _is_list_of_objects(self.questions, {"key", "text"}):
            wrong["questions"] = _("Every line has a key and a text.")
        if wrong:
            raise ValidationError(wrong)


class Responsibility(ConfigurationRow):
    """A rule: this kind of thing, in this area, is this team's. Empty means "every"."""

    kept_in = KEPT_IN

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        INITIATIVE = "initiative", _("initiative")
        HELP = "help-request", _("help request")
        POLL = "poll", _("poll")

    gemeente = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="responsibilities", verbose_name=_("municipality")
    )
    area = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("area")
    )
    category = models.ForeignKey(
        Category, models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("category")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    team = models.ForeignKey(
        "organisations.Team", models.PROTECT, related_name="responsibilities", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [
            # Not `nulls_distinct=False`: SQLite does not know it and would leave the constraint out.
            models.UniqueConstraint(
                F("gemeente"),
                Coalesce("area", 0),
                Coalesce("category", 0),
                F("kind"),
                name="routing_rule_unique",
                violation_error_message=_("There is a rule for this already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(area__isnull=False) | Q(category__isnull=False) | ~Q(kind=""),
                name="routing_rule_says_something",
                violation_error_message=_(
                    "Choose an area, a category or a kind. What no rule covers goes to the catch-all team."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["", "report", "initiative", "help-request", "poll"]),
                name="routing_rule_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or self.get_kind_display() or '*'} · {self.area or '*'} → {self.team}"

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if self.area and self.area.gemeente_id != self.gemeente_id:
            wrong["area"] = _("This area lies in another municipality.")
        if self.category and self.category.gemeente_id != self.gemeente_id:
            wrong["category"] = _("This category belongs to another municipality.")
        if self.team_id and self.team.gemeente_id != self.gemeente_id:
            wrong["team"] = _("This team works in another municipality.")
        if wrong:
            raise ValidationError(wrong)


class ClosedDay(ConfigurationRow):
    """A day that does not count as a working day here, beside the national holidays (`deadlines`)."""

    kept_in = KEPT_IN

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("municipality"))
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["gemeente", "day"], name="routing_closed_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class LearnedModel(ConfigurationRow):
    """What was learned from a municipality's own reports, to propose categories with, and how well it does.

    `figures`: {"words": …, "learned": …}, as `proposals.measure.Figures.as_json`, both on the same reports that
    the model never saw. `weights` as `proposals.learned.Learned` reads them: numbers and features that at least
    five people used, no texts.
    """

    kept_in = KEPT_IN

    gemeente = models.OneToOneField(
        "areas.Area", models.CASCADE, related_name="+", verbose_name=_("municipality"), primary_key=True
    )
    trained_at = models.DateTimeField(_("trained on"))
    learned_from = models.PositiveIntegerField(_("reports it learned from"))
    learned_first = models.DateTimeField()
    learned_last = models.DateTimeField()
    measured_on = models.PositiveIntegerField(_("reports it was measured on"))
    measured_last = models.DateTimeField()
    figures = models.JSONField()
    weights = models.JSONField()
    is_better = models.BooleanField(_("better than the words alone"))
    is_on = models.BooleanField(_("may be used"), default=True)

    class Meta:
        verbose_name = _("learned proposals")
        verbose_name_plural = _("learned proposals")

    def __str__(self) -> str:
        return f"{self.gemeente} {self.trained_at:%Y-%m-%d}"

    @property
    def in_use(self) -> bool:
        return self.is_better and self.is_on


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _is_list_of_objects(value: Any, keys: set[str]) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and set(one) == keys and all(isinstance(text, str) for text in one.values())
        for one in value
    )
