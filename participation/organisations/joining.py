"""How people come in: invited, through the groups of their own organisation, or from a file."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class GroupRole(models.Model):
    """What a group at the sign-in provider gives here: a place in a team, or a mandate."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        LEAD = "lead", _("team lead")
        ORGANISATION_ADMIN = "organisation-admin", _("administers the organisation")
        MUNICIPALITY_ADMIN = "municipality-admin", _("administers the municipality")
        AUDITOR = "auditor", _("may read everything that is not confidential")

    IN_TEAM = ("member", "lead")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("municipality"))
    group = models.CharField(
        _("group"), max_length=200, help_text=_("The name or number of the group, exactly as the provider gives it.")
    )
    role = models.CharField(_("gives"), max_length=20, choices=Role, default=Role.MEMBER)
    team = models.ForeignKey(
        "organisations.Team",
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("team"),
        help_text=_("For a member or a team lead."),
    )
    confidential = models.BooleanField(_("handles confidential cases"), default=False)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
        help_text=_("Only for who administers an organisation."),
    )
    job = models.CharField(
        _("role of a new person"), max_length=80, blank=True, help_text=_("Neighbourhood manager, youth worker, …")
    )

    class Meta:
        verbose_name = _("group of the sign-in provider")
        verbose_name_plural = _("groups of the sign-in provider")
        ordering = ["group", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gemeente", "group", "team"],
                condition=Q(team__isnull=False),
                name="organisations_group_team_once",
                violation_error_message=_("This group has a place in this team already."),
            ),
            models.UniqueConstraint(
                fields=["gemeente", "group", "role"],
                condition=Q(role__in=["municipality-admin", "auditor"]),
                name="organisations_group_mandate_once",
                violation_error_message=_("This group has this mandate already."),
            ),
            models.UniqueConstraint(
                fields=["gemeente", "group", "organisation"],
                condition=Q(organisation__isnull=False),
                name="organisations_group_organisation_once",
                violation_error_message=_("This group administers this organisation already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["member", "lead"], team__isnull=False, organisation__isnull=True)
                | Q(role="organisation-admin", organisation__isnull=False, team__isnull=True, confidential=False)
                | Q(
                    role__in=["municipality-admin", "auditor"],
                    organisation__isnull=True,
                    team__isnull=True,
                    confidential=False,
                ),
                name="organisations_group_fits",
                violation_error_message=_(
                    "Choose a team for a member or team lead, an organisation for who administers one, and neither for"
                    " the other roles."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} → {self.team or self.organisation or self.get_role_display()}"

    def clean(self) -> None:
        self.group = self.group.strip()
        for name in ("team", "organisation"):
            chosen = getattr(self, name)
            if chosen is not None and self.gemeente_id and chosen.gemeente_id != self.gemeente_id:
                raise ValidationError({name: _("This belongs to another municipality.")})


class Invitation(models.Model):
    """A professional whose account waits for its owner. The account is switched off until then.

    The link in the mail holds a token that is derived anew for each `round` of sending; here lies its hash.
    """

    professional = models.OneToOneField("organisations.Professional", models.CASCADE, related_name="invitation")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    round = models.PositiveIntegerField(default=0)
    token_hash = models.CharField(max_length=64, blank=True)  # empty: no link works
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="organisations_invitation_token_unique"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(token_hash=""), name="organisations_accepted_once"
            ),
        ]


class PeopleImport(models.Model):
    """A file of professionals: what stands in it until it is carried out, then only how many rows did what."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("waits for you")
        RUNNING = "running", _("is being carried out")
        DONE = "done", _("carried out")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    rows = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    sends_invitations = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("import of professionals")
        verbose_name_plural = _("imports of professionals")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["preview", "running", "done"]), name="organisations_import_state_known"
            )
        ]
