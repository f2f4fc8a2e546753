"""What one person keeps at the desk: what they have seen, their views, deeds to undo, rounds and signals."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.cases.models.case import Case


class Seen(models.Model):
    """The version of a case that a person saw last; a higher one is unread."""

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="seen_by")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["professional", "case"], name="cases_seen_once")]


class SavedView(models.Model):
    """A named set of inbox filters: one's own, or shared with a team. `query` holds the inbox's parameters."""

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+")
    team = models.ForeignKey("organisations.Team", models.CASCADE, related_name="+", null=True)
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["professional", "name"], name="cases_view_name_once"),
        ]


class BulkDeed(models.Model):
    """One deed done to many cases, with what they were before, so that it can be undone for a while.

    `before`: per reference `{"version": …, "assignee": …, "team": …, "priority": …, "status": …}` as far as changed.
    """

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+")
    deed = models.CharField(max_length=12)
    before = models.JSONField(default=dict)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class Export(models.Model):
    """A list of cases as a file, made in the background for one person; removed after its term."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("removed")

    id = models.UUIDField(primary_key=True)
    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+")
    query = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    row_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class DeskSettings(models.Model):
    """How a person wants to be told of work."""

    class Digest(models.TextChoices):
        OFF = "off", _("no e-mail")
        DAILY = "daily", _("every working day")
        HOURLY = "hourly", _("every hour, when there is something")

    professional = models.OneToOneField(
        "organisations.Professional", models.CASCADE, related_name="desk_settings", primary_key=True
    )
    sound = models.BooleanField(default=False)
    digest = models.CharField(max_length=8, choices=Digest, default=Digest.DAILY)
    digest_sent_at = models.DateTimeField(null=True)
    mail_mentions = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="cases_quiet_hours_whole",
            )
        ]


class PushSubscription(models.Model):
    """A browser that shows our notifications (Push API)."""

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=500, unique=True)
    key = models.CharField(max_length=120)
    secret = models.CharField(max_length=60)
    created_at = models.DateTimeField()


class Round(models.Model):
    """A walk along cases, in order."""

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="rounds")
    name = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class RoundStop(models.Model):
    """A stop of a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="stops")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "case"], name="cases_stop_once"),
        ]
