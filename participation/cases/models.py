"""Case: the unit of work behind a report, an initiative or a poll."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from participation.cases.states import CLOSED, Status


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """The cases of this person's teams; confidential ones only in teams where they hold that role."""
        if actor.kind == "system":
            return self
        return self.filter(
            Q(team_id__in=actor.confidential_team_ids) | ~Q(visibility=Case.Visibility.CONFIDENTIAL),
            team_id__in=actor.team_ids,
            gemeente_id=actor.gemeente_id,
        )


class Case(models.Model):
    """One row per thing to handle. There is always a team.

    `summary` and `address` are copies of what the resident wrote, for lists; they are erased with it.
    `decision` is routing's answer to "why me?": team, person and the reasons, as codes.
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        INITIATIVE = "initiative", _("initiative")
        POLL = "poll", _("poll")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("public")
        LIMITED = "limited", _("limited")
        CONFIDENTIAL = "confidential", _("confidential")

    class Priority(models.TextChoices):
        LOW = "low", _("low")
        NORMAL = "normal", _("normal")
        HIGH = "high", _("high")

    reference = models.CharField(max_length=16, unique=True)
    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    visibility = models.CharField(max_length=12, choices=Visibility)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    team = models.ForeignKey("organisations.Team", models.PROTECT, related_name="cases", db_index=False)
    assignee = models.ForeignKey(
        "organisations.Professional", models.SET_NULL, related_name="cases", null=True, db_index=False
    )
    category = models.ForeignKey("routing.Category", models.PROTECT, related_name="+", null=True, db_index=False)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    address = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="nl")
    photo_count = models.PositiveSmallIntegerField(default=0)
    decision = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    respond_by = models.DateTimeField(null=True)
    resolve_by = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=sorted(CLOSED), closed_at__isnull=False)
                | (~Q(status__in=sorted(CLOSED)) & Q(closed_at__isnull=True)),
                name="cases_closed_at_matches",
            ),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="cases_place_whole",
            ),
        ]
        # An inbox page is merged from one ordered index scan per team (and area, or category), see `queries.inbox`;
        # the others serve what the public sees, and the check that nothing still points at a row that goes.
        indexes = [
            models.Index(fields=["team", "-created_at", "-id"], name="cases_team_newest"),
            models.Index(
                fields=["team", "-created_at", "-id"], condition=Q(closed_at__isnull=True), name="cases_team_open"
            ),
            models.Index(
                fields=["team", "-created_at", "-id"], condition=~Q(kind="report"), name="cases_team_not_reports"
            ),
            models.Index(fields=["team", "area", "-created_at", "-id"], name="cases_team_area"),
            models.Index(fields=["team", "category", "-created_at", "-id"], name="cases_team_category"),
            models.Index(fields=["team", "assignee", "-created_at", "-id"], name="cases_team_assignee"),
            models.Index(fields=["team", "lat", "lon"], name="cases_team_place"),
            models.Index(fields=["assignee", "closed_at"], name="cases_assignee"),
            models.Index(fields=["area", "visibility", "-created_at", "-id", "status"], name="cases_area_newest"),
            models.Index(fields=["category", "visibility", "-created_at", "-id"], name="cases_category_newest"),
            models.Index(
                fields=["gemeente", "-created_at", "-id"], condition=Q(visibility="public"), name="cases_public_newest"
            ),
            models.Index(
                fields=["gemeente", "-created_at", "-id"],
                condition=Q(visibility="public", closed_at__isnull=True),
                name="cases_public_open",
            ),
            models.Index(
                fields=["gemeente", "-closed_at"],
                condition=Q(visibility="public", status="resolved"),
                name="cases_public_resolved",
            ),
            models.Index(
                fields=["gemeente", "lat", "lon"], condition=Q(visibility="public"), name="cases_public_place"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Message(models.Model):
    """Between the resident and the professionals; the resident reads this."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    from_resident = models.BooleanField(default=False)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Note(models.Model):
    """Among professionals; a resident never sees it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class CasePhoto(models.Model):
    """A photo of a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="photos")
    photo = models.OneToOneField("photos.Photo", models.PROTECT, related_name="+")
    from_resident = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]


class View(models.Model):
    """Who looked at a confidential case, and when."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="views")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
