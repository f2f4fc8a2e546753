"""Guessing is slow: failures count per account and per address, and an account's owner hears of them.

allauth counts, in the shared cache (`ACCOUNT_RATE_LIMITS["login_failed"]`). Here: one count per account whichever of
its names or hosts is used, how long there is to wait, and the mail. A passkey is not guessed, so it always works.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Literal

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import ngettext

from core.accounts.models import User

APP, ACTION = "allauth.account", "login_failed"
TOLD_FOR = 3600
"""Seconds in which the owner gets one mail and no more."""

Guessed = Literal["password", "code"]
_mails: list[Callable[[int, str], object]] = []


def register_attempts_mail(mail: Callable[[int, str], object]) -> None:
    """`mail(user id or 0, what was guessed)` sees to it that the owner hears of it; 0 is nobody, and costs as much."""
    _mails[:] = [mail]


def account_of(login: str) -> int:
    """The account with this username or e-mail address; 0 when there is none. One query, found or not."""
    found = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).order_by("pk")
    return found.values_list("pk", flat=True).first() or 0


def password_key(login: str) -> str:
    """What wrong passwords count by."""
    account = account_of(login)
    return f"account:{account}" if account else f"login:{login.lower()}"


def code_key(user_id: int) -> str:
    """What wrong codes count by (allauth's own name)."""
    return f"mfa-auth-user-{user_id}"


def minutes_left(request: HttpRequest, key: str) -> int:
    """Whole minutes until one more try is allowed, at least 1."""
    now, longest = time.time(), 0.0
    for rate in ratelimit.get_rates(app=APP, action=ACTION):
        stamps = cache.get(ratelimit.get_cache_key(request, app=APP, action=ACTION, rate=rate, key=key), [])
        counting = [stamp for stamp in stamps if stamp > now - rate.duration]
        if len(counting) >= rate.amount:
            longest = max(longest, counting[rate.amount - 1] + rate.duration - now)
    return max(1, math.ceil(longest / 60))


def is_exhausted(request: HttpRequest, key: str) -> bool:
    """Whether the next try for this account will be refused, whatever is typed."""
    for rate in ratelimit.get_rates(app=APP, action=ACTION):
        if rate.per == "key":
            stamps = cache.get(ratelimit.get_cache_key(request, app=APP, action=ACTION, rate=rate, key=key), [])
            if sum(stamp > time.time() - rate.duration for stamp in stamps) >= rate.amount:
                return True
    return False


def tell_owner(request: HttpRequest, key: str, user_id: int, guessed: Guessed) -> None:
    """After a failure: a mail when it was the last one allowed, at most one an hour."""
    if is_exhausted(request, key) and cache.add(f"attempts-told:{key}", True, TOLD_FOR):
        for mail in _mails:
            mail(user_id, guessed)


def too_many(minutes: int) -> ValidationError:
    return ValidationError(
        ngettext(
            "Too many attempts. Wait %(minutes)d minute and try again. A passkey works at once.",
            "Too many attempts. Wait %(minutes)d minutes and try again. A passkey works at once.",
            minutes,
        )
        % {"minutes": minutes},
        code="too_many_login_attempts",
    )
