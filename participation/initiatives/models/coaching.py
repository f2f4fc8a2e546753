"""The professional who helps the group, and who else takes part."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.initiatives.models.initiative import Initiative
from participation.initiatives.states import Stage


class Coaching(models.Model):
    """Who coached from when until when; the last one without an end is the coach now.

    `given_by`: the colleague who gave them the case, where it was not they who took it; `instead_of`: whom they
    replace for a while.
    """

    class Role(models.TextChoices):
        STIMULATE = "stimulate", _("Stimulate: encourage, from a distance")
        FACILITATE = "facilitate", _("Facilitate: arrange what the group cannot")
        CO_PRODUCE = "co-produce", _("Co-produce: do it together")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="coachings")
    professional = models.ForeignKey("organisations.Professional", models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role, default=Role.FACILITATE)
    given_by = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    instead_of = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["initiative"], condition=Q(until=None), name="initiatives_one_coach")
        ]


class Check(models.Model):
    """How the group stands in a stage, by the five questions of ACTIE (Denters e.a., Platform31 2013), 1 to 5 each.

    For the desk only.
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="checks")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    stage = models.CharField(max_length=10, choices=Stage)
    energy = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    contacts = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    equipment = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    embedding = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    empathy = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    remark = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Partner(models.Model):
    """A team that takes part, with its own contact and promise. `sees`: what it may see beyond what is public."""

    class Sees(models.TextChoices):
        PUBLIC = "public", _("what everybody sees")
        INSIDE = "inside", _("also the conversation and the help that was asked")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="partners")
    team = models.ForeignKey("organisations.Team", models.PROTECT, related_name="+")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    role = models.CharField(max_length=120, blank=True)
    promise = models.TextField(blank=True)
    promised_by = models.DateField(null=True)
    kept_at = models.DateTimeField(null=True)
    sees = models.CharField(max_length=8, choices=Sees, default=Sees.PUBLIC)
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "team"], condition=Q(ended_at=None), name="initiatives_partner_once"
            )
        ]
