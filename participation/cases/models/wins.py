"""What may be celebrated of a case: the proposal of a small win, and what the resident says to being shown."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from participation.cases.models.case import Case


class WinProposal(models.Model):
    """A solved case that is worth telling, once each; a person makes the draft or says no.

    `reasons` are codes with their numbers (`win_rules.in_words`), `points` how much they weigh together.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for a choice")
        DISMISSED = "dismissed", _("not this one")
        MADE = "made", _("draft made")

    case = models.OneToOneField(Case, models.CASCADE, related_name="win_proposal", primary_key=True)
    reasons = models.JSONField(default=list)
    points = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, related_name="+", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at"], condition=models.Q(state="open"), name="cases_wins_to_choose"),
        ]


class Consent(models.Model):
    """What the resident says to a public page about their case. A row: they were asked.

    `photos`: whether the photos they made may be shown; None as long as they did not answer. `name`: as whom they
    want to be thanked, empty for not by name. They may take both back at any moment.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="consent", primary_key=True)
    asked_at = models.DateTimeField()
    photos = models.BooleanField(null=True)
    name = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)
