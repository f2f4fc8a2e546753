"""Codes for letters: readable, handed out once, then only their hashes are kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from participation.polls.models.poll import Poll


class Batch(models.Model):
    """Letters that go out together. `name`: which; `area`: where they go.

    `wanted` of them are made in the background, `codes_made` are there. `handed_at`: since when somebody has the file
    for the printer, which can be fetched again until `exported_at`: from then on only hashes are kept.
    `replace_from`: the day from which who got no letter may ask for a new code; until then it may still come.
    `at_desk`: codes that are given at a desk, one by one, to people no letter goes to; one such batch in a poll.
    What was voted with a batch is counted in the roll.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="batches")
    name = models.CharField(max_length=80)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", null=True)
    wanted = models.PositiveIntegerField(default=0)
    codes_made = models.PositiveIntegerField(default=0)
    replace_from = models.DateField(null=True)
    at_desk = models.BooleanField(default=False)
    created_by = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["poll"], condition=Q(at_desk=True), name="polls_one_batch_at_a_desk"),
        ]
        indexes = [
            models.Index(
                fields=["handed_at"],
                condition=Q(handed_at__isnull=False, exported_at=None),
                name="polls_batch_to_forget",
            ),
        ]


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
