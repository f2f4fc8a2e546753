"""Who stands behind an initiative, and who wants to hear of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.notify.moments import Frequency
from core.snapshots.rows import ConfigurationRow
from participation.initiatives.models.codes import SupportCode
from participation.initiatives.models.initiative import Initiative

KEPT_IN = "initiatives"
"""The snapshot of what a municipality set."""


class Support(models.Model):
    """One per person, and one per code. `lives_here`: they say that they live there; `code`: of the letter that says
    so, which can be used again when the support is taken back."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="supports")
    resident = models.ForeignKey("residents.Resident", models.CASCADE, related_name="+")
    lives_here = models.BooleanField(default=False)
    code = models.OneToOneField(SupportCode, models.RESTRICT, related_name="support", null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "resident"], name="initiatives_one_support_per_person")
        ]


class PaperSheet(models.Model):
    """Signatures on paper, entered by a professional with a scan that only the desk sees."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="sheets")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    scan = models.OneToOneField("photos.Photo", models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    remark = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Taken back: it counts no more")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(count__gte=1), name="initiatives_sheet_counts")]


class Follow(models.Model):
    """Somebody who hears of it, never more often than they chose.

    `told_until`: what happened up to then was told; `next_at`: when the next mail may go.
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="follows")
    resident = models.ForeignKey("residents.Resident", models.CASCADE, related_name="+")
    often = models.CharField(max_length=8, choices=Frequency, default=Frequency.WEEKLY)
    told_until = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "resident"], name="initiatives_follow_once")]


class Digest(models.Model):
    """One mail to one resident about everything they follow that is due together; `follow_ids` says what.

    `seed`: of the link in it that stops all of it without signing in; only the hash of that token is stored.
    """

    class State(models.TextChoices):
        OWED = "owed"
        SENDING = "sending"  # stays when the worker died on the way: rather none than two
        SENT = "sent"
        EMPTY = "empty"
        REFUSED = "refused"

    resident = models.ForeignKey("residents.Resident", models.CASCADE, related_name="+")
    follow_ids = models.JSONField(default=list)
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OWED)
    seed = models.CharField(max_length=32)
    stop_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "day"], name="initiatives_one_digest_a_day")]


class Threshold(ConfigurationRow):
    """How many supporters an initiative needs, in an area and all below it; the nearest one holds."""

    kept_in = KEPT_IN

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("municipality"))
    area = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("area")
    )
    needed = models.PositiveIntegerField(_("supporters needed"))

    class Meta:
        verbose_name = _("threshold of support")
        verbose_name_plural = _("thresholds of support")
        constraints = [
            models.UniqueConstraint(
                F("gemeente"),
                Coalesce("area", 0),
                name="initiatives_one_threshold",
                violation_error_message=_("There is a threshold for this area already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.area or self.gemeente}: {self.needed}"


class InitiativeSettings(ConfigurationRow):
    """What a municipality chose; without a row the defaults hold."""

    kept_in = KEPT_IN

    class Moderation(models.TextChoices):
        AFTER = "after", _("Shown at once, looked at afterwards")
        BEFORE = "before", _("Shown when somebody has looked at it")

    class WhoSupports(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody, wherever they live")
        DECLARED = "declared", _("Who says that they live in the area")
        LETTER = "letter", _("Who has a code from a letter to the area")

    gemeente = models.OneToOneField(
        "areas.Area", models.CASCADE, related_name="+", primary_key=True, verbose_name=_("municipality")
    )
    moderation = models.CharField(_("comments"), max_length=8, choices=Moderation, default=Moderation.AFTER)
    who_supports = models.CharField(
        _("who may support"), max_length=10, choices=WhoSupports, default=WhoSupports.EVERYBODY
    )
    rhythm = models.PositiveSmallIntegerField(_("days between two signs of life"), default=30)
    house_rules = models.TextField(_("house rules"), blank=True)
    challenge_on = models.BooleanField(_("residents may use the right to challenge"), default=True)
    challenge_weeks = models.PositiveSmallIntegerField(_("weeks to decide on a challenge"), default=8)
    challenge_longer = models.PositiveSmallIntegerField(_("weeks it may take longer, once"), default=6)
    challenge_criteria = models.JSONField(
        _("criteria of a challenge"), default=list, blank=True, help_text='[{"key": "…", "label": "…"}]'
    )

    class Meta:
        verbose_name = _("settings of initiatives")
        verbose_name_plural = _("settings of initiatives")

    def __str__(self) -> str:
        return str(self.gemeente)
