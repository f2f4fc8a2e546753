"""Case: the unit of work behind a report, an initiative, a request for help of one, or a poll."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from participation.cases.cells import COLUMN, ROW
from participation.cases.permissions import TIES, WHOLE_CASES, Deed, reach
from participation.cases.states import CLOSED, Status


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """The cases this person may see (`permissions`): their teams', those offered to them, and parts of theirs."""
        return self.within(actor, Deed.SEE)

    def within(self, actor: Actor, deed: Deed) -> CaseQuerySet:
        """The cases with which this person may do `deed`."""
        return self.filter(self.allowed(actor, deed))

    @staticmethod
    def allowed(actor: Actor, deed: Deed) -> Q:
        """The same as a condition on `Case`."""
        if actor.kind == "system":
            return Q()
        ordinary, confidential = reach(actor, deed, confidential=False), reach(actor, deed, confidential=True)
        allowed = Q()
        for tie in TIES[deed]:
            allowed |= ~Q(visibility=Case.Visibility.CONFIDENTIAL) & ordinary.condition(tie)
            allowed |= Q(visibility=Case.Visibility.CONFIDENTIAL) & confidential.condition(tie)
        if deed in WHOLE_CASES:
            allowed &= Q(parent__isnull=True)
        return allowed & Q(gemeente_id=actor.gemeente_id)


class Case(models.Model):
    """One row per thing to handle. There is always a team.

    `summary` and `address` are copies of what the resident wrote, for lists; they are erased with it.
    `decision` is routing's answer to "why me?": team, person and the reasons, as codes.
    `parent`: this is a part of that case, done by another team as `instruction` says; the resident hears of the
    parent only. `duplicate_of`: the same thing was reported before; `status_before` is what undoing returns to.
    `due_at`: the next moment at which the case becomes late (None when closed or waiting for the resident), and
    `escalate_at` when the next reminder is due (`escalation` were sent for the deadline `escalated_for`).
    `waiting_since`: since when it waits for the resident; `waited_days`: working days it did before, in the term that
    began at `term_from` (None: when it was opened).
    `offered_to`: the team that was asked to take the case over, until it answers; `team` stays responsible.
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        INITIATIVE = "initiative", _("initiative")
        HELP = "help-request", _("help request")
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
    due_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    waited_days = models.PositiveSmallIntegerField(default=0)
    term_from = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    escalation = models.PositiveSmallIntegerField(default=0)
    escalated_for = models.DateTimeField(null=True)
    parent = models.ForeignKey("self", models.RESTRICT, related_name="parts", null=True, db_index=False)
    instruction = models.TextField(blank=True)
    duplicate_of = models.ForeignKey("self", models.RESTRICT, related_name="duplicates", null=True, db_index=False)
    status_before = models.CharField(max_length=12, blank=True)
    offered_to = models.ForeignKey(
        "organisations.Team", models.PROTECT, related_name="offered_cases", null=True, db_index=False
    )
    supporter_count = models.PositiveIntegerField(default=0)

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
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__isnull=False, lon__isnull=False, lat__range=(-90, 90), lon__range=(-180, 180)),
                name="cases_place_whole",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, duplicate_of__isnull=False)
                | (~Q(status=Status.MERGED) & Q(duplicate_of__isnull=True)),
                name="cases_merged_into_another",
            ),
            # What everybody may see of an initiative, its own page says.
            models.CheckConstraint(
                condition=Q(kind="report") | ~Q(visibility="public"), name="cases_only_reports_are_public"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="cases_not_its_own_part"),
            models.CheckConstraint(condition=~Q(duplicate_of=F("id")), name="cases_not_its_own_duplicate"),
            models.CheckConstraint(condition=~Q(offered_to=F("team")), name="cases_offered_elsewhere"),
        ]
        # An inbox page is merged from ordered scans of these (see `inbox`): by team, or by municipality for those who
        # see all of it. They end in the visibility, so that choosing the rows of a page needs no look at the table.
        indexes = [
            models.Index(
                fields=["team", "status", "-created_at", "-id", "visibility", "due_at"], name="cases_team_status"
            ),
            models.Index(
                fields=["gemeente", "status", "-created_at", "-id", "visibility", "due_at"], name="cases_town_status"
            ),
            models.Index(fields=["team", "area", "-created_at", "-id", "visibility"], name="cases_team_area"),
            models.Index(fields=["team", "category", "-created_at", "-id", "visibility"], name="cases_team_category"),
            models.Index(fields=["team", "-updated_at", "-id", "visibility"], name="cases_team_changed"),
            models.Index(
                fields=["team", "due_at", "id", "created_at", "visibility"],
                condition=Q(due_at__isnull=False),
                name="cases_team_due",
            ),
            models.Index(
                fields=["assignee", "status", "-created_at", "-id"],
                condition=Q(assignee__isnull=False),
                name="cases_assignee",
            ),
            # Of what most cases are not: these cost an ordinary report nothing.
            models.Index(
                fields=["team", "-created_at", "-id", "visibility"],
                condition=Q(assignee__isnull=True),
                name="cases_team_unassigned",
            ),
            models.Index(
                fields=["team", "-created_at", "-id", "visibility"],
                condition=~Q(kind="report"),
                name="cases_team_not_reports",
            ),
            models.Index(
                fields=["team", "priority", "-created_at", "-id", "visibility"],
                condition=~Q(priority="normal"),
                name="cases_team_priority",
            ),
            models.Index(
                fields=["team", "visibility", "-created_at", "-id"],
                condition=~Q(visibility="public"),
                name="cases_team_hidden",
            ),
            models.Index(
                fields=["team", "-created_at", "-id", "visibility"],
                condition=Q(photo_count__gt=0),
                name="cases_team_photos",
            ),
            models.Index(
                fields=["team", "-created_at", "-id", "visibility", "supporter_count"],
                condition=Q(supporter_count__gt=0),
                name="cases_team_supported",
            ),
            models.Index(
                fields=["team", "-created_at", "-id", "visibility"],
                condition=Q(parent__isnull=False),
                name="cases_team_parts",
            ),
            models.Index(
                fields=["team", "-created_at", "-id", "visibility"],
                condition=Q(duplicate_of__isnull=False),
                name="cases_team_duplicates",
            ),
            models.Index(fields=["team", "lat", "lon"], name="cases_team_place"),
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
            models.Index(
                F("gemeente"),
                ROW,
                COLUMN,
                F("category"),
                condition=Q(visibility="public", closed_at__isnull=True),
                name="cases_near_open",
            ),
            models.Index(
                F("gemeente"),
                ROW,
                COLUMN,
                F("closed_at"),
                condition=Q(visibility="public", status="resolved"),
                name="cases_near_solved",
            ),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="cases_parts"),
            models.Index(fields=["duplicate_of"], condition=Q(duplicate_of__isnull=False), name="cases_duplicates"),
            models.Index(fields=["offered_to"], condition=Q(offered_to__isnull=False), name="cases_offered"),
            models.Index(fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="cases_to_escalate"),
        ]

    def __str__(self) -> str:
        return self.reference
