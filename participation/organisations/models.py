"""Who handles things: organisations, their teams, and the professionals in them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A municipality's department, a housing corporation, welfare, the police."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality")
        HOUSING = "housing", _("Housing corporation")
        WELFARE = "welfare", _("Welfare")
        POLICE = "police", _("Police")
        OTHER = "other", _("Other")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="organisations", verbose_name=_("municipality"))
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MUNICIPALITY)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["gemeente", "slug"], name="organisations_slug_unique")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Handles cases together. Exactly one team per municipality catches what no rule covers."""

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="teams", verbose_name=_("municipality"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams", verbose_name=_("organisation"))
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=120)
    is_catch_all = models.BooleanField(_("receives what no rule covers"), default=False)
    picks_person = models.BooleanField(
        _("assign to a person at once"),
        default=True,
        help_text=_("Off: new cases wait until someone of the team takes them."),
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["gemeente", "slug"], name="organisations_team_slug_unique"),
            models.UniqueConstraint(
                fields=["gemeente"], condition=Q(is_catch_all=True), name="organisations_one_catch_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"

    def clean(self) -> None:
        if self.organisation_id and self.gemeente_id and self.organisation.gemeente_id != self.gemeente_id:
            raise ValidationError({"organisation": _("This organisation works in another municipality.")})


class Professional(models.Model):
    """A frontline professional and their public face."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="professional")
    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="professionals", verbose_name=_("municipality"))
    name = models.CharField(_("first name, as residents know it"), max_length=80)
    role = models.CharField(_("role"), max_length=80, help_text=_("Neighbourhood manager, youth worker, …"))
    photo = models.ForeignKey("photos.Photo", models.SET_NULL, related_name="+", null=True, blank=True)
    about = models.CharField(_("in one sentence"), max_length=200, blank=True)
    reach = models.CharField(_("how to reach them"), max_length=200, blank=True)
    hours = models.JSONField(
        _("hours"), default=dict, blank=True, help_text=_('Per weekday: {"mon": [["09:00", "12:00"]]}')
    )
    languages = models.JSONField(_("languages"), default=list, blank=True)
    areas = models.ManyToManyField("areas.Area", related_name="professionals_here", verbose_name=_("works in"), blank=True)
    is_public = models.BooleanField(_("shown on wijk pages"), default=True)

    class Meta:
        verbose_name = _("professional")
        verbose_name_plural = _("professionals")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"


class Membership(models.Model):
    """A professional's place in a team."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        LEAD = "lead", _("team lead")

    professional = models.ForeignKey(Professional, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    confidential = models.BooleanField(_("handles confidential cases"), default=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["professional", "team"], name="organisations_member_once")]

    def __str__(self) -> str:
        return f"{self.professional} · {self.team}"


class Absence(models.Model):
    """Away from `starts_on` to `ends_on`, both included; new work goes to the replacement."""

    professional = models.ForeignKey(Professional, models.CASCADE, related_name="absences")
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))
    replacement = models.ForeignKey(
        Professional, models.SET_NULL, related_name="replaces", null=True, blank=True, verbose_name=_("replacement")
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="organisations_absence_order"),
            models.CheckConstraint(condition=~Q(replacement=F("professional")), name="organisations_absence_other"),
        ]

    def __str__(self) -> str:
        return f"{self.professional}: {self.starts_on} – {self.ends_on}"
