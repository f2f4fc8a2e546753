"""What is said, shown and looked at in a case."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.cases.models.case import Case


class Message(models.Model):
    """Between the resident (or a group of them) and the professionals; they read this.

    `resident`: who of a group wrote it; nobody of a report, whose writer has no account.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    from_resident = models.BooleanField(default=False)
    resident = models.ForeignKey("residents.Resident", models.SET_NULL, related_name="+", null=True)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Note(models.Model):
    """Among professionals; a resident never sees it. `part`: it is what the team of that part has to say."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    part = models.ForeignKey(Case, models.SET_NULL, related_name="words", null=True, db_index=False)
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["part"], condition=Q(part__isnull=False), name="cases_words_of_parts")]


class Mention(models.Model):
    """A colleague was named in a note; `seen_at` when they opened the case since."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions")
    case = models.ForeignKey(Case, models.CASCADE, related_name="mentions")
    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="mentions")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "professional"], name="cases_mentioned_once")]
        indexes = [models.Index(fields=["professional", "case"], condition=Q(seen_at=None), name="cases_mentions_new")]


class StandardAnswer(models.Model):
    """A text professionals need again and again, for one category (or its subcategories, or all) and one step.

    `move` is a name of `states.MOVES`, or empty for a message without a step. Placeholders stand between braces.
    """

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("municipality"))
    category = models.ForeignKey(
        "routing.Category", models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("category")
    )
    move = models.CharField(_("step"), max_length=12, blank=True)
    language = models.CharField(_("language"), max_length=10, default="nl")
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("standard answer")
        verbose_name_plural = _("standard answers")
        ordering = ["position", "title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gemeente", "category", "move", "language", "title"], name="cases_standard_answer_once"
            ),
            models.UniqueConstraint(
                fields=["gemeente", "move", "language", "title"],
                condition=Q(category__isnull=True),
                name="cases_general_answer_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        from participation.cases.answers import mistakes_in  # it reads this module

        super().clean()
        wrong = mistakes_in(self.text)
        if wrong:
            named = ", ".join(f"{{{one}}}" for one in wrong)
            raise ValidationError(
                {"text": _("These placeholders do not exist: %(names)s. Choose from the list.") % {"names": named}}
            )
        if self.category is not None and self.category.gemeente_id != self.gemeente_id:
            raise ValidationError({"category": _("This category belongs to another municipality.")})


class CasePhoto(models.Model):
    """A photo of a case. `stage`: taken before or after the work, where that is said.

    `for_resident`: the reporter sees it on the tracking page; without it only professionals do. `message` is the one
    it was sent with; `professional` who added it, nobody when the resident did. `from_supporter`: sent by somebody
    who saw it too, for professionals only.
    """

    class Stage(models.TextChoices):
        BEFORE = "before", _("before")
        AFTER = "after", _("after")

    case = models.ForeignKey(Case, models.CASCADE, related_name="photos")
    photo = models.OneToOneField("photos.Photo", models.PROTECT, related_name="+")
    from_resident = models.BooleanField(default=True)
    from_supporter = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=6, choices=Stage, blank=True)
    for_resident = models.BooleanField(default=True)
    message = models.ForeignKey(Message, models.SET_NULL, related_name="photos", null=True)
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(for_resident=True) | Q(from_resident=False), name="cases_photo_sender_sees_it"
            ),
            models.CheckConstraint(
                condition=Q(from_supporter=False) | Q(from_resident=False, for_resident=False),
                name="cases_photo_of_supporter_inside",
            ),
        ]


class View(models.Model):
    """Who looked at a confidential case, or at a resident's contact data; when and why. Never removed or changed.

    `why` is a code: how the case concerns them (`looking.Because`), or the reason they gave (`looking.Reason`), which
    `remark` explains in their own words.
    """

    class What(models.TextChoices):
        CASE = "case", _("opened the case")
        CONTACT = "contact", _("saw the contact data")
        PERSON = "person", _("looked for other cases of the same person")

    case = models.ForeignKey(Case, models.CASCADE, related_name="views")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    what = models.CharField(max_length=8, choices=What, default=What.CASE)
    why = models.CharField(max_length=12, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["-at", "-id"], name="cases_views_newest")]
