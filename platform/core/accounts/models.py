"""Accounts. What a person may do follows from their place in a team (`participation.organisations`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.accounts.leaving import after_deactivation, refuse_while_responsible

after_save: list[Callable[[], None]] = []
"""Called in the transaction that saves an account (a sign-in alone does not count)."""


class User(AbstractUser):
    """Someone who signs in. Residents who report need no account."""

    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, default="nl")
    is_demo = models.BooleanField(
        _("demo account"),
        default=False,
        help_text=_("May sign in without a second factor, and only while demonstration mode is on."),
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"), name="accounts_email_unique", condition=~models.Q(email="")
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Switching an account off is refused while work depends on it, and signs it out everywhere."""
        with transaction.atomic():
            fields = kwargs.get("update_fields")
            may_switch = fields is None or "is_active" in fields
            ends = may_switch and not self.is_active and not self._state.adding and _is_active(self.pk)
            if ends:
                refuse_while_responsible(self.pk)
            super().save(*args, **kwargs)
            for end in after_deactivation if ends else ():
                end(self.pk)
            for tell in after_save if may_switch else ():
                tell()

    def get_full_name(self) -> str:
        return self.name or super().get_full_name()


def _is_active(pk: int) -> bool:
    """As the row says, which is held until the transaction ends: two administrators end an account once."""
    return User.objects.select_for_update().filter(pk=pk, is_active=True).exists()
