"""Who handles things: organisations, their teams, and the professionals in them.

All of it is configuration that every report needs, so it is kept in memory (`queries.roster`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from core.events.log import open_streams
from core.snapshots.rows import ConfigurationQuerySet, ConfigurationRow
from participation.organisations import hours
from participation.organisations.joining import GroupRole, Invitation, PeopleImport

KEPT_IN = "organisations"


def team_streams(team_id: int) -> tuple[str, str]:
    """Names of a team's two streams: its ordinary and its confidential cases."""
    return f"team:{team_id}", f"team-confidential:{team_id}"


class Organisation(ConfigurationRow):
    """A municipality's department, a housing corporation, welfare, the police."""

    kept_in = KEPT_IN

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality")
        HOUSING = "housing", _("Housing corporation")
        WELFARE = "welfare", _("Welfare")
        POLICE = "police", _("Police")
        OTHER = "other", _("Other")

    gemeente = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="organisations", verbose_name=_("municipality")
    )
    slug = models.SlugField(_("short name for addresses"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MUNICIPALITY)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["gemeente", "slug"], name="organisations_slug_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=["municipality", "housing", "welfare", "police", "other"]),
                name="organisations_kind_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organisations_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamQuerySet(ConfigurationQuerySet["Team"]):
    def bulk_create(self, objs: Iterable[Team], *args: Any, **kwargs: Any) -> list[Team]:
        """Make the teams and their streams. Not with `ignore_conflicts`: then the ids are unknown."""
        with transaction.atomic():
            teams = super().bulk_create(objs, *args, **kwargs)
            open_streams(name for team in teams for name in team_streams(team.pk))
        return teams


class Team(ConfigurationRow):
    """Handles cases together. Exactly one team per municipality catches what no rule covers.

    A team has its streams from its first moment, however it was made: `save` and `bulk_create`
    are the only ways to make one, and both open them.
    """

    kept_in = KEPT_IN

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="teams", verbose_name=_("municipality"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams", verbose_name=_("organisation"))
    slug = models.SlugField(_("short name for addresses"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    is_catch_all = models.BooleanField(_("receives what no rule covers"), default=False)
    picks_person = models.BooleanField(
        _("assign to a person at once"),
        default=True,
        help_text=_("Off: new cases wait until someone of the team takes them."),
    )

    objects = TeamQuerySet.as_manager()  # type: ignore[misc]  # a narrower manager

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["gemeente", "slug"], name="organisations_team_slug_unique"),
            models.UniqueConstraint(
                fields=["gemeente"],
                condition=Q(is_catch_all=True),
                name="organisations_one_catch_all",
                violation_error_message=_("Another team of this municipality already receives what no rule covers."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organisations_team_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            open_streams(team_streams(self.pk))

    def clean(self) -> None:
        if self.organisation_id and self.gemeente_id and self.organisation.gemeente_id != self.gemeente_id:
            raise ValidationError({"organisation": _("This organisation works in another municipality.")})


class Professional(ConfigurationRow, ClusterableModel):
    """A frontline professional and their public face."""

    kept_in = KEPT_IN

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="professional", verbose_name=_("account")
    )
    gemeente = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="professionals", verbose_name=_("municipality")
    )
    name = models.CharField(_("first name, as residents know it"), max_length=80)
    role = models.CharField(_("role"), max_length=80, help_text=_("Neighbourhood manager, youth worker, …"))
    photo = models.ForeignKey(
        "photos.Photo", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("photo")
    )
    about = models.CharField(_("in one sentence"), max_length=200, blank=True)
    reach = models.CharField(_("how to reach them"), max_length=200, blank=True)
    place = models.CharField(_("where to find them"), max_length=120, blank=True)
    hours = models.JSONField(
        _("hours"), default=dict, blank=True, help_text=_('Per weekday: {"mon": [["09:00", "12:00"]]}')
    )
    languages = models.JSONField(_("languages"), default=list, blank=True, help_text=_('Codes: ["nl", "tr"]'))
    areas = models.ManyToManyField(
        "areas.Area",
        through="WorksIn",
        related_name="professionals_here",
        verbose_name=_("works in"),
        blank=True,
    )
    is_public = models.BooleanField(_("shown on neighbourhood pages"), default=True)
    today_on = models.DateField(null=True, blank=True, editable=False)
    """The one day that the three below hold for; forgotten after it (`actions.forget_passed_days`)."""
    today_from = models.CharField(max_length=5, blank=True, editable=False)
    today_until = models.CharField(max_length=5, blank=True, editable=False)
    today_place = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        verbose_name = _("professional")
        verbose_name_plural = _("professionals")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="organisations_professional_has_name"),
            models.CheckConstraint(
                condition=Q(today_on__isnull=True, today_from="", today_until="", today_place="")
                | Q(today_on__isnull=False, today_from__lt=F("today_until")),
                name="organisations_today_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"

    def clean(self) -> None:
        wrong = hours.faults(self.hours)
        if wrong:
            raise ValidationError({"hours": [HOURS_FAULTS[code] for code in wrong]})
        if not isinstance(self.languages, list) or not all(isinstance(one, str) and one for one in self.languages):
            raise ValidationError({"languages": _('Give a list of language codes, such as ["nl", "tr"].')})


HOURS_FAULTS = {
    "shape": _("Give every time from when until when."),
    "weekday": _("Use the weekdays mon, tue, wed, thu, fri, sat and sun."),
    "time": _("Write times as 09:00, from when until when."),
    "order": _("Every range must end later than it starts."),
    "overlap": _("Two ranges of one day overlap."),
}


class WorksIn(ConfigurationRow):
    """A professional knows this area. A table of its own, so that a change of it reaches the snapshot."""

    kept_in = KEPT_IN

    professional = models.ForeignKey(Professional, models.CASCADE, related_name="+")
    area = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("working area")
        verbose_name_plural = _("working areas")
        constraints = [models.UniqueConstraint(fields=["professional", "area"], name="organisations_works_in_once")]

    def __str__(self) -> str:
        return f"{self.professional} · {self.area}"


class Membership(ConfigurationRow):
    """A professional's place in a team."""

    kept_in = KEPT_IN

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        LEAD = "lead", _("team lead")

    professional = ParentalKey(Professional, related_name="memberships", verbose_name=_("professional"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships", verbose_name=_("team"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    confidential = models.BooleanField(_("handles confidential cases"), default=False)
    by_group = models.BooleanField(default=False, editable=False)  # follows the groups of the sign-in provider

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["professional", "team"], name="organisations_member_once"),
            models.CheckConstraint(condition=Q(role__in=["member", "lead"]), name="organisations_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.professional} · {self.team}"

    def clean(self) -> None:
        if self.team_id and self.professional_id and self.team.gemeente_id != self.professional.gemeente_id:
            raise ValidationError({"team": _("This team works in another municipality.")})


class Mandate(ConfigurationRow):
    """A role beyond one team: administering an organisation, or administering or auditing the municipality."""

    kept_in = KEPT_IN

    class Role(models.TextChoices):
        ORGANISATION_ADMIN = "organisation-admin", _("administers the organisation")
        MUNICIPALITY_ADMIN = "municipality-admin", _("administers the municipality")
        AUDITOR = "auditor", _("may read everything that is not confidential")

    professional = ParentalKey(Professional, related_name="mandates", verbose_name=_("professional"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="mandates",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
        help_text=_("Only for who administers an organisation."),
    )
    by_group = models.BooleanField(default=False, editable=False)  # follows the groups of the sign-in provider

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.UniqueConstraint(
                fields=["professional", "role"],
                condition=Q(organisation__isnull=True),
                name="organisations_mandate_once",
            ),
            models.UniqueConstraint(
                fields=["professional", "organisation"],
                condition=Q(organisation__isnull=False),
                name="organisations_administers_once",
            ),
            models.CheckConstraint(
                condition=Q(role="organisation-admin", organisation__isnull=False)
                | Q(role__in=["municipality-admin", "auditor"], organisation__isnull=True),
                name="organisations_mandate_fits",
                violation_error_message=_("Choose an organisation for its administrator, and none for the others."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.professional} · {self.get_role_display()}"

    def clean(self) -> None:
        if (
            self.organisation
            and self.professional_id
            and self.organisation.gemeente_id != self.professional.gemeente_id
        ):
            raise ValidationError({"organisation": _("This organisation works in another municipality.")})


class Absence(ConfigurationRow):
    """Away from `starts_on` to `ends_on`, both included; new work goes to the replacement."""

    kept_in = KEPT_IN

    professional = models.ForeignKey(
        Professional, models.CASCADE, related_name="absences", verbose_name=_("professional")
    )
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))
    replacement = models.ForeignKey(
        Professional, models.SET_NULL, related_name="replaces", null=True, blank=True, verbose_name=_("replacement")
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="organisations_absence_order",
                violation_error_message=_("The last day away cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(replacement=F("professional")),
                name="organisations_absence_other",
                violation_error_message=_("Someone else must replace them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.professional}: {self.starts_on} – {self.ends_on}"

    def clean(self) -> None:
        if self.replacement and self.professional_id and self.replacement.gemeente_id != self.professional.gemeente_id:
            raise ValidationError({"replacement": _("This professional works in another municipality.")})


__all__ = [
    "KEPT_IN",
    "Absence",
    "GroupRole",
    "Invitation",
    "Mandate",
    "Membership",
    "Organisation",
    "PeopleImport",
    "Professional",
    "Team",
    "WorksIn",
    "team_streams",
]
