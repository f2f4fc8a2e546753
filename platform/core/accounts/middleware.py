"""Keeps a session without a second factor out of everything but its own account pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from core.accounts.second_factor import is_satisfied

STAFF_PAGES = ("/werk", "/beheer")
ACCOUNT_PAGES = "/account/"


class SecondFactorMiddleware:
    """Such a session is nobody, except where an account sets up its first factor; staff pages send it there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.user
        may_set_up = request.path.startswith(ACCOUNT_PAGES)

        def person() -> Any:
            if not account.is_authenticated or is_satisfied(request, account):
                return account
            return account if may_set_up and _has_none(account) else AnonymousUser()

        request.user = SimpleLazyObject(person)  # type: ignore[assignment]
        if request.path.startswith(STAFF_PAGES) and account.is_authenticated and not request.user.is_authenticated:
            return redirect("mfa_index") if _has_none(account) else redirect_to_login(request.get_full_path())
        return self.get_response(request)


def _has_none(account: Any) -> bool:
    return not account.has_second_factor
