"""A professional's account counts only with a second factor (passkey or TOTP), used in this very session.

Both must hold: the account has one now (a removed one locks every session out at once), and this session showed
it (one that only ever knew the password stays outside when its owner sets a factor up elsewhere, and no other way
of signing in can pass it by). Demo accounts are exempt; `backend` makes them worthless outside demonstration mode.
A second factor that the account's own organisation checked counts in this session when the settings say which claim
proves it (`OIDC_SECOND_FACTOR`). A change of factors ends the account's other sessions.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from core.accounts.models import after_save
from core.accounts.sessions import end_others

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_satisfied(request: HttpRequest, user: Any) -> bool:
    """Whether this request's session may act as `user`, who came from `AccountBackend.get_user`. No query."""
    return user.is_demo or (user.has_second_factor and was_shown(request, user)) or was_shown_elsewhere(request, user)


def was_shown(request: HttpRequest, user: Any) -> bool:
    """Whether a second factor of this account was used or set up in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def was_shown_elsewhere(request: HttpRequest, user: Any) -> bool:
    """Whether this session began at the provider of the settings, which checked a second factor itself."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_SECOND_FACTOR) and any(
        record.get("method") == "oidc" and record.get("second_factor") is True
        for record in get_authentication_records(request, user)
    )


def remember_set_up(*, request: HttpRequest, user: Any, authenticator: Authenticator, **_more: Any) -> None:
    """Whoever sets one up has shown it (allauth's signal `authenticator_added`)."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        end_others(request, user)


def tell_removed(*, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Open sockets look again at who they belong to (allauth's signal `authenticator_removed`)."""
    end_others(request, user)
    with transaction.atomic():
        for tell in after_save:
            tell()
