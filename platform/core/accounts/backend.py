"""Who an account is: found by username or e-mail address, and asked again at every request."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from core.accounts.models import User
from core.accounts.second_factor import FACTORS
from core.rows import Given, Reading

_COLUMNS = [field.attname for field in User._meta.concrete_fields]


def _with_factors() -> QuerySet[User]:
    factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
    return User.objects.filter(pk=Given("pk", User._meta.pk)).annotate(has_second_factor=Exists(factors))


_accounts = Reading([*_COLUMNS, "has_second_factor"], _with_factors)


class AccountBackend(AuthenticationBackend):
    """Brings along whether the account has a second factor, so that knowing it costs no query of its own."""

    def get_user(self, user_id: Any) -> User | None:
        for *values, has_second_factor in _accounts.rows(pk=user_id):
            user = User.from_db(connection.alias, _COLUMNS, values)
            user.has_second_factor = has_second_factor  # type: ignore[attr-defined]
            return user if self.user_can_authenticate(user) else None
        return None

    def user_can_authenticate(self, user: Any) -> bool:
        """Not when switched off. A demo account is worth nothing without demonstration mode: nor is its session."""
        return bool(super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo))
