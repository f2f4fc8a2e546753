"""Codes in letters to addresses in the area, where a municipality wants to know that supporters live there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from participation.initiatives.models.initiative import Initiative


class CodeBatch(models.Model):
    """Letters that go out together. `name`: which, and where they go."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="code_batches")
    name = models.CharField(max_length=80)
    count = models.PositiveIntegerField()
    created_by = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class SupportCode(models.Model):
    """One code. `number`: printed beside it, to replace it by, one row of numbers in an initiative; `hash`: keyed with
    the server's key, and all that is kept of it."""

    batch = models.ForeignKey(CodeBatch, models.CASCADE, related_name="codes", db_index=False)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=43, unique=True)
    voided_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", models.RESTRICT, related_name="replaced_by", null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="initiatives_code_numbers"),
            models.CheckConstraint(condition=~Q(hash=""), name="initiatives_code_has_hash"),
        ]
