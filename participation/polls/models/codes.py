"""Codes for letters: readable, handed out once, then only their hashes are kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from participation.polls.models.poll import Poll


class Batch(models.Model):
    """Letters that go out together. `name`: which; `area`: where they go. `exported_at`: the printer has them.

    `codes_made` stays what it was; `voided` are those that were replaced or withdrawn. What was voted with a batch is
    counted in the roll.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="batches")
    name = models.CharField(max_length=80)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", null=True)
    codes_made = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField()
    exported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Code(models.Model):
    """One code. `number`: what is printed beside it, to replace it by; `hash`: keyed with the server's key.

    `sealed`: the code itself, encrypted, until the batch was exported; then empty.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="codes", db_index=False)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=43, unique=True)
    sealed = models.CharField(max_length=200, blank=True)
    voided_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replaced_by", null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="polls_code_numbers"),
            models.CheckConstraint(condition=~Q(hash=""), name="polls_code_has_hash"),
        ]
