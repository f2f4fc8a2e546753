"""The event log and its gapless streams. Rows are only ever added; `record()` is the one writer."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Stream(models.Model):
    """A numbered sequence of events; `head` is the last number given out (0 = none yet)."""

    name = models.CharField(max_length=64, unique=True)
    head = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(head__gte=0), name="events_stream_head_positive")]


class Event(models.Model):
    """What happened to what. `payload` holds ids and codes, never text, names or contact data."""

    class Audience(models.TextChoices):
        RESIDENT = "resident"
        TEAM = "team"
        CONFIDENTIAL = "confidential"

    type = models.CharField(max_length=40)
    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", null=True)
    subject = models.CharField(max_length=64, help_text="Kind and reference: case/M-7K3Q9A")
    version = models.PositiveIntegerField(default=0)
    audience = models.CharField(max_length=12, choices=Audience)
    actor_kind = models.CharField(max_length=12)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="events_subject")]


class StreamEntry(models.Model):
    """Event number `seq` of a stream."""

    stream = models.ForeignKey(Stream, models.PROTECT, related_name="entries", db_index=False)
    seq = models.BigIntegerField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="entries", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="events_entry_seq_unique")]
