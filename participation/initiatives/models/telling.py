"""How it goes: the diary, milestones, and money in the open."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.initiatives.models.initiative import Initiative, Member


class Update(models.Model):
    """A page of the diary, by the group or by who helps it."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="updates", db_index=False)
    member = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    title = models.CharField(max_length=100, blank=True)
    text = models.TextField()
    hidden_at = models.DateTimeField(null=True)
    why_hidden = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["initiative", "-id"], name="initiatives_updates")]


class UpdatePhoto(models.Model):
    update = models.ForeignKey(Update, models.CASCADE, related_name="photos")
    photo = models.OneToOneField("photos.Photo", models.PROTECT, related_name="+")
    alt = models.CharField(max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]


class Milestone(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=100)
    on = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["on", "id"]


class Entry(models.Model):
    """Money that came in or went out, or (`planned`) is expected to. In cents."""

    class Direction(models.TextChoices):
        IN = "in", _("in")
        OUT = "out", _("out")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="entries")
    direction = models.CharField(max_length=3, choices=Direction)
    planned = models.BooleanField(default=False)
    label = models.CharField(max_length=120)
    cents = models.PositiveBigIntegerField()
    on = models.DateField(null=True)
    request = models.ForeignKey("initiatives.HelpRequest", models.SET_NULL, related_name="+", null=True)
    member = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(condition=Q(cents__gte=1), name="initiatives_entry_says_something")]


class LookingBack(models.Model):
    """What the group says of it afterwards, and who carries it on; read by everybody.

    `photos_agreed`: its photos may be shown on the page of a small win. `asked_at`: when the coach was asked to look
    again, because `until` had come.
    """

    class Again(models.TextChoices):
        YES = "yes", _("Yes, the same way")
        OTHERWISE = "otherwise", _("Yes, but differently")
        NO = "no", _("No")

    initiative = models.OneToOneField(Initiative, models.CASCADE, related_name="looking_back", primary_key=True)
    worked = models.TextField(blank=True)
    for_whom = models.TextField(blank=True)
    otherwise = models.TextField(blank=True)
    again = models.CharField(max_length=10, choices=Again, blank=True)
    thanks = models.TextField(blank=True)
    carried_on_by = models.CharField(max_length=200, blank=True)
    money_after = models.TextField(blank=True)
    until = models.DateField(null=True, help_text="When the money or the promise ends, and the coach asks again")
    photos_agreed = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["until"], condition=Q(until__isnull=False, asked_at=None), name="initiatives_look_again"
            )
        ]
