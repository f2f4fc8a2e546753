"""A professional's account counts only with a second factor (passkey or TOTP).

allauth asks for it at sign-in once it is set up; this module covers the time before that. Demo
accounts are exempt while demonstration mode is on, and worthless while it is off.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

SESSION_FLAG = "second_factor"


def is_satisfied(user: Any, session: Any) -> bool:
    """Whether this session may act as `user`. Remembered in the session once it holds: no query after that."""
    if user.is_demo:
        return bool(settings.DEMO)
    if session.get(SESSION_FLAG):
        return True
    if Authenticator.objects.filter(
        user_id=user.pk, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists():
        session[SESSION_FLAG] = True
        return True
    return False
