"""Keys of requests that may be repeated."""

from __future__ import annotations

from django.db import models


class IdempotencyKey(models.Model):
    """One request that was carried out, and its answer. Written by `core.api.idempotency` only."""

    scope = models.CharField(max_length=100)
    key = models.UUIDField()
    fingerprint = models.BinaryField(max_length=32)
    answer = models.TextField()
    """The answer's body as JSON text, without secrets."""
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
