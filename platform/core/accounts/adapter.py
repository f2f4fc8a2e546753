"""How allauth behaves here."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts import attempts, oidc
from core.api.client import UNKNOWN, client_network

MailReset = Callable[[int, str, int | None], object]
_mail_reset: list[MailReset] = []


def register_mail_reset(mail: MailReset) -> None:
    """`mail(user id, origin, gemeente id)` sees to it that the account gets a link to choose a new password."""
    _mail_reset[:] = [mail]


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator: nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_email_password_mismatch": _("That name or password is not right. Check both and try again."),
        "email_password_mismatch": _("That name or password is not right. Check both and try again."),
        "username_password_mismatch": _("That name or password is not right. Check both and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """As a switched-off account, a demo account outside demonstration mode is answered like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active and (settings.DEMO or not user.is_demo) else None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """allauth would count each name of an account, and each host, by itself."""
        return attempts.password_key(credentials.get("email") or credentials.get("username") or "")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            key = self._get_login_attempts_cache_key(request, **credentials)
            raise attempts.too_many(attempts.minutes_left(request, key)) from error

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        login = credentials.get("email") or credentials.get("username") or ""
        attempts.tell_owner(request, attempts.password_key(login), attempts.account_of(login), "password")

    def pre_login(self, request: HttpRequest, user: Any, **more: Any) -> Any:
        if sociallogin := (more.get("signal_kwargs") or {}).get("sociallogin"):
            oidc.remember(request, user, sociallogin)
        return super().pre_login(request, user, **more)

    def get_login_stages(self) -> list[str]:
        """Whoever showed a second factor at their own organisation need not show ours as well."""
        stages: list[str] = super().get_login_stages()
        shown = getattr(self.request, "oidc_second_factor", False)
        return [one for one in stages if not (shown and one == "allauth.mfa.stages.AuthenticateStage")]

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Who signed in a moment ago need not show it again, as in the first set-up of a second factor."""
        shown = get_authentication_records(self.request, self.request.user)
        recently = bool(shown) and time.time() - shown[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not recently and super().is_reauthentication_required(app=app, **more)

    def is_safe_url(self, url: str | None) -> bool:
        """Only this very host: allauth would allow every name in ALLOWED_HOSTS, wildcards included."""
        return url_has_allowed_host_and_scheme(url, {self.request.get_host()}, require_https=self.request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        """An address; of an IPv6 network its first, as one customer has all of it."""
        network = client_network(request)
        return "::" if network == UNKNOWN else network.partition("/")[0]

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """By a task, so that known and unknown addresses take the same time and no link lies about in a table."""
        for mail in _mail_reset:
            mail(user.pk, self.request.build_absolute_uri("/").rstrip("/"), self.request.scope.gemeente_id)


def _boxes() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor:" + key.encode()).digest())) for key in keys]
    )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Stores TOTP secrets and recovery seeds encrypted: a stolen database is not a stolen second factor."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Type the six digits that your app shows now."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  (allauth's name)
        number = user.authenticator_set.filter(type=type).count() + 1
        return gettext("My passkey") if number == 1 else gettext("Passkey {number}").format(number=number)

    def encrypt(self, text: str) -> str:
        return _boxes().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _boxes().decrypt(encrypted_text.encode()).decode()
