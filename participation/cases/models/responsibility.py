"""How a case passes from one to another without falling between: offers, handovers and stand-ins."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from participation.cases.models.case import Case


class Forwarding(models.Model):
    """A case offered to another team, mostly of another organisation. The sender keeps it until it is accepted."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("waiting for an answer")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("given back")
        WITHDRAWN = "withdrawn", _("withdrawn")

    case = models.ForeignKey(Case, models.CASCADE, related_name="forwardings")
    from_team = models.ForeignKey("organisations.Team", models.PROTECT, related_name="+")
    to_team = models.ForeignKey("organisations.Team", models.PROTECT, related_name="+")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    reason = models.TextField()
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(outcome="pending"), name="cases_offered_once"),
            models.CheckConstraint(condition=~Q(from_team=F("to_team")), name="cases_forwarded_elsewhere"),
            models.CheckConstraint(
                condition=Q(outcome="pending", answered_at__isnull=True)
                | (~Q(outcome="pending") & Q(answered_at__isnull=False)),
                name="cases_forwarding_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_by"],
                condition=Q(outcome="pending", reminded_at__isnull=True),
                name="cases_offers_to_remind",
            ),
        ]


class Handover(models.Model):
    """One person's work offered to a colleague, or given back to the team (`to_professional` None: accepted at once).

    It is open while one of its items is; `remind_at` is when an unanswered one is brought to mind again.
    """

    class Why(models.TextChoices):
        ABSENCE = "absence", _("away for a while")
        LEAVING = "leaving", _("leaves the organisation")
        OTHER = "other", _("other")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    from_professional = models.ForeignKey("organisations.Professional", models.PROTECT, related_name="handed_over")
    to_professional = models.ForeignKey(
        "organisations.Professional", models.PROTECT, related_name="taken_over", null=True
    )
    professional = models.ForeignKey(
        "organisations.Professional", models.SET_NULL, related_name="+", null=True, help_text="Who arranged it"
    )
    why = models.CharField(max_length=8, choices=Why, default=Why.OTHER)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_professional=F("to_professional")), name="cases_handed_to_another")
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="cases_handovers_to_remind"),
        ]


class HandoverItem(models.Model):
    """One case of a handover. Until it is accepted it stays with who had it."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("waiting for an answer")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        PASSED = "passed", _("no longer needed")

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, related_name="handovers")
    note = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "case"], name="cases_handover_item_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(outcome="pending"), name="cases_handed_over_once"),
        ]


class StandIn(models.Model):
    """A case that came to a replacement because the person it was meant for is away; it goes back when they return."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="stand_ins")
    absence = models.ForeignKey("organisations.Absence", models.SET_NULL, related_name="+", null=True)
    absentee = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+")
    replacement = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="cases_one_stand_in"),
            models.CheckConstraint(condition=~Q(absentee=F("replacement")), name="cases_stand_in_for_another"),
        ]


class Reminder(models.Model):
    """Someone must hear that a case passed its deadline `due_at`; `digest` names the mail in which they do."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reminders")
    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+")
    step = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "professional", "due_at", "step"], name="cases_reminded_once"),
        ]
        indexes = [models.Index(fields=["professional"], condition=Q(digest=""), name="cases_reminders_to_send")]
