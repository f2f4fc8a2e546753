"""Keeps a session without a second factor out of everything but its own account pages."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from core.accounts.second_factor import is_satisfied

STAFF_PAGES = ("/werk", "/beheer")
ACCOUNT_PAGES = "/account/"


class SecondFactorMiddleware:
    """Outside the account pages such a session is nobody; on staff pages it is sent to set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ACCOUNT_PAGES):
            return self.get_response(request)
        account = request.user
        if request.path.startswith(STAFF_PAGES):
            if account.is_authenticated and not is_satisfied(account, request.session):
                return redirect("account_logout" if account.is_demo else "mfa_index")
        else:
            request.user = SimpleLazyObject(  # type: ignore[assignment]
                lambda: (
                    account if account.is_authenticated and is_satisfied(account, request.session) else AnonymousUser()
                )
            )
        return self.get_response(request)
