"""What one person keeps at the desk: what they have seen, their views, deeds to undo, rounds and signals."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.snapshots.rows import ConfigurationRow
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

    `before`: of each case its reference, the version the deed made, and the columns as they were that it changed;
    `undone` once it was given those back. Written with each case, so that a deed that broke off can be undone.
    """

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+")
    deed = models.CharField(max_length=12)
    before = models.JSONField(default=list)
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
    """How a person wants to be told of work. `digest_sent_at`: until when they were told by e-mail."""

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


class PushSubscription(ConfigurationRow):
    """A browser that shows our notifications (Push API). Who has one is kept in memory: a report must not ask."""

    kept_in = "push"

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=500, unique=True)
    key = models.CharField(max_length=120)
    secret = models.CharField(max_length=60)
    device = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()


class Signal(models.Model):
    """Something a person is told outside the desk, once; waits until `due_at` in their quiet hours. Kept for a week."""

    class Why(models.TextChoices):
        NEW_FOR_ME = "new", _("new case for me")
        NEW_FOR_TEAM = "new-team", _("new case nobody has yet")
        ASSIGNED = "assigned", _("given to me")
        ANSWERED = "answered", _("the resident answered")
        MENTIONED = "mentioned", _("named in a note")
        LATE = "late", _("became late")
        OFFERED = "offered", _("offered to my team")

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="+", db_index=False)
    why = models.CharField(max_length=10, choices=Why)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["professional", "event"], name="cases_told_once")]
        indexes = [models.Index(fields=["professional"], condition=Q(sent_at=None), name="cases_signals_waiting")]


class Round(models.Model):
    """A walk along cases, in order."""

    professional = models.ForeignKey("organisations.Professional", models.CASCADE, related_name="rounds")
    name = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class RoundStop(models.Model):
    """A stop of a round; `at`: when it was last marked."""

    class State(models.TextChoices):
        OPEN = "open", _("to do")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("skipped")

    round = models.ForeignKey(Round, models.CASCADE, related_name="stops")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["round", "case"], name="cases_stop_once")]
