"""Who an account is: found by username or e-mail address, and asked again at every request."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef

from core.accounts.models import User
from core.accounts.second_factor import FACTORS


class AccountBackend(AuthenticationBackend):
    """Brings along whether the account has a second factor, so that knowing it costs no query of its own."""

    def get_user(self, user_id: Any) -> User | None:
        factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
        user = User.objects.filter(pk=user_id).annotate(has_second_factor=Exists(factors)).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Not when switched off. A demo account is worth nothing without demonstration mode: nor is its session."""
        return bool(super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo))
