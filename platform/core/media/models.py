"""Photos: re-encoded, without metadata, each size a file under PRIVATE_ROOT."""

from __future__ import annotations

import uuid

from django.db import models


class Photo(models.Model):
    """One picture. Unclaimed ones (`claimed_at` empty) are swept after 24 hours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", null=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], condition=models.Q(claimed_at=None), name="photos_unclaimed")]
