"""Who follows which wijk, and what they were told. All of it belongs to the follower and goes with them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core.notify.moments import Frequency

MOST_PUSHES = 3
"""Messages to one device on one day; what comes above it is told together with the next."""


class Wish(models.Model):
    """What somebody asked for an e-mail address. Nothing comes of it until its owner says yes.

    `mailed_by`: the task that sent the question last, so that the task may try again and another may not.
    """

    gemeente = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")
    email = models.EmailField()
    language = models.CharField(max_length=10)
    frequency = models.CharField(max_length=10, choices=Frequency)
    topics = models.JSONField(default=list)
    area_ids = models.JSONField(default=list)
    seed = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    mailed_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(F("gemeente"), Lower("email"), name="following_one_wish")]


class Follower(models.Model):
    """An address whose owner said yes. Tokens follow from `seed` and the server's key; only their hashes are stored.

    `told_until`: what was published up to then was told. `next_at`: when the next digest is due.
    `refusals`: how often in a row the mail server said that the address takes nothing.
    """

    gemeente = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")
    email = models.EmailField()
    language = models.CharField(max_length=10)
    frequency = models.CharField(max_length=10, choices=Frequency)
    topics = models.JSONField(default=list)
    areas = models.ManyToManyField("areas.Area", through="cms_following.FollowedWijk", related_name="+")
    seed = models.CharField(max_length=32)
    manage_hash = models.CharField(max_length=64, unique=True)
    stop_hash = models.CharField(max_length=64, unique=True)
    confirmed_at = models.DateTimeField()
    told_until = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    pause_from = models.DateField(null=True)
    pause_until = models.DateField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("gemeente"), Lower("email"), name="following_one_follower"),
            models.CheckConstraint(
                condition=Q(pause_from=None, pause_until=None) | Q(pause_until__gte=F("pause_from")),
                name="following_pause_runs_forward",
            ),
        ]


class FollowedWijk(models.Model):
    follower = models.ForeignKey(Follower, models.CASCADE)
    area = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follower", "area"], name="following_wijk_once")]


class Digest(models.Model):
    """One digest of one period ("2026-11-22", "2026-W47", "2026-11"): there is never a second."""

    class State(models.TextChoices):
        OWED = "owed"
        SENDING = "sending"  # stays when the worker died on the way: rather none than two
        SENT = "sent"
        EMPTY = "empty"
        SKIPPED = "skipped"
        REFUSED = "refused"

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="digests")
    period = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State, default=State.OWED)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follower", "period"], name="following_one_digest_per_period")]


class Device(models.Model):
    """A browser that shows a message when something new is published (Push API). `told`: how often on `day`."""

    endpoint = models.URLField(max_length=500, unique=True)
    key = models.CharField(max_length=120)
    secret = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    day = models.DateField(null=True)
    told = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(told__lte=MOST_PUSHES), name="following_no_more_pushes_a_day")
        ]


class DeviceWijk(models.Model):
    device = models.ForeignKey(Device, models.CASCADE, related_name="wijken")
    area = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")
    topics = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "area"], name="following_device_wijk_once")]


class Push(models.Model):
    """A page that a device is to be told of, once."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="pushes")
    page = models.ForeignKey("wagtailcore.Page", models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "page"], name="following_push_once")]
