"""The area tree: gemeente, stadsdeel, wijk, buurt."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.snapshots.rows import ConfigurationRow


class Area(ConfigurationRow):
    """A node of the tree. `gemeente` is its root (a root points at itself) and owns all that lies in it."""

    kept_in = "areas"

    class Level(models.TextChoices):
        GEMEENTE = "gemeente", _("municipality")
        STADSDEEL = "stadsdeel", _("district")
        WIJK = "wijk", _("neighbourhood")
        BUURT = "buurt", _("quarter")

    code = models.CharField(_("code"), max_length=16, unique=True, help_text=_("CBS code where it has one"))
    name = models.CharField(_("name"), max_length=120)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    year = models.PositiveSmallIntegerField(_("year"), help_text=_("Year of the CBS division"))
    inhabitants = models.PositiveIntegerField(
        _("inhabitants"), null=True, blank=True, help_text=_("As CBS counts them; an import fills it.")
    )
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    gemeente = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)
    geometry = models.BinaryField(_("outline"), help_text=_("MultiPolygon, WGS 84, as WKB"))
    is_derived = models.BooleanField(
        _("outline made of its parts"), default=False, help_text=_("Grows with its parts until an outline is imported.")
    )
    west, south, east, north = (models.FloatField() for _unused in range(4))
    point_lon, point_lat = (models.FloatField() for _unused in range(2))

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Tenant(ConfigurationRow):
    """What a municipality sets for its own installation: its host name, sender address and language."""

    kept_in = "tenants"

    gemeente = models.OneToOneField(
        Area,
        models.CASCADE,
        related_name="tenant",
        limit_choices_to={"level": "gemeente"},
        verbose_name=_("municipality"),
    )
    hostname = models.CharField(_("host name"), max_length=200, unique=True, null=True, blank=True)
    is_default = models.BooleanField(_("answers on every other host name"), default=False)
    sender = models.CharField(_("sender of e-mails"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="areas_one_default_tenant"
            )
        ]

    def __str__(self) -> str:
        return self.gemeente.name

    def clean(self) -> None:
        self.hostname = (self.hostname or "").strip().lower().rstrip(".") or None
        if self.hostname and not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", self.hostname):
            raise ValidationError(
                {"hostname": _("Only the host name, such as wijk.example.nl: no https:// and no port.")}
            )
