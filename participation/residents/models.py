"""Residents who want to be known here again: without a password, with as little of them as can be."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Resident(models.Model):
    """Somebody who proved that an e-mail address or a mobile number (E.164) is theirs.

    `name`: as they like to be called; empty until they say so.
    """

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("municipality"))
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("mobile number"), max_length=20, blank=True)
    phone_refused = models.BooleanField(default=False, help_text="The gateway says: no text message reaches it")
    name = models.CharField(_("name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10, default="nl")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.UniqueConstraint(F("gemeente"), Lower("email"), condition=~Q(email=""), name="residents_email_once"),
            models.UniqueConstraint(fields=["gemeente", "phone"], condition=~Q(phone=""), name="residents_phone_once"),
            models.CheckConstraint(condition=~Q(email="", phone=""), name="residents_can_be_reached"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class SignIn(models.Model):
    """A device on which a resident is signed in. `token_hash`: of the secret in that device's cookie."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="sign_ins")
    token_hash = models.CharField(max_length=64, unique=True)
    device = models.CharField(max_length=80, blank=True, help_text="In words: “Firefox on Android”")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)


class Code(models.Model):
    """Six digits for an address, that prove it is somebody's; forgotten soon after it is used up.

    `address` is an e-mail address or a mobile number (E.164). `purpose`: see `codes`; `about`: what in particular.

    The digits follow from `seed` and the secret key: the table alone opens nothing.
    """

    gemeente = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20)
    address = models.CharField(max_length=254)
    about = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10)
    seed = models.CharField(max_length=32)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("address"), F("gemeente"), F("purpose"), F("about"), name="residents_one_code_at_a_time"
            ),
        ]
