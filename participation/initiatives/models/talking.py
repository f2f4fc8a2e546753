"""What is said in public about an initiative, and keeping it decent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.initiatives.models.initiative import Initiative


class Comment(models.Model):
    """Something said or asked; `parent` for an answer to one that is no answer itself.

    Of a removed one (by its writer, or with them) the place stays, without its words.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("shown")
        HELD = "held", _("waits for a look")
        HIDDEN = "hidden", _("hidden")
        REMOVED = "removed", _("removed by its writer")

    class Why(models.TextChoices):
        RUDE = "rude", _("It insults or threatens somebody")
        PERSONAL = "personal", _("It tells something private about somebody")
        SPAM = "spam", _("It is advertising")
        OFF_TOPIC = "off-topic", _("It is about something else")
        OTHER = "other", _("Something else")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="comments", db_index=False)
    parent = models.ForeignKey("self", models.CASCADE, related_name="replies", null=True)
    resident = models.ForeignKey("residents.Resident", models.SET_NULL, related_name="+", null=True)
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    name = models.CharField(max_length=60, blank=True)
    is_question = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.SHOWN)
    why = models.CharField(max_length=10, choices=Why, blank=True, help_text="Why it was hidden or is held")
    remark = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["initiative", "state", "-id"], name="initiatives_comments"),
            models.Index(fields=["state", "created_at"], condition=Q(state="held"), name="initiatives_comments_held"),
        ]


class Complaint(models.Model):
    """Somebody finds that a comment does not belong here; once per person."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="complaints")
    resident = models.ForeignKey("residents.Resident", models.CASCADE, related_name="+")
    why = models.CharField(max_length=10, choices=Comment.Why)
    remark = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "resident"], name="initiatives_complaint_once")]


class Block(models.Model):
    """A resident who may not write here for a while (`permissions.COVERED`); they are told why and until when."""

    resident = models.ForeignKey("residents.Resident", models.CASCADE, related_name="+")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)


class KeptBlock(models.Model):
    """The rest of a block whose resident erased their account: no more than what makes it hold until it ends.

    `address_hash`: keyed, of an address they could sign in with; gone when the block is over.
    """

    gemeente = models.ForeignKey("areas.Area", models.CASCADE, related_name="+", db_index=False)
    address_hash = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gemeente", "address_hash"], name="initiatives_kept_block_once")]
