"""Ways in that lead to the one sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.accounts import oidc
from core.errors import NotAllowed

DemoAccounts = Callable[[HttpRequest], dict[str, Any]]
_demo_accounts: list[DemoAccounts] = []


def register_demo_accounts(of_request: DemoAccounts) -> None:
    """`of_request(request)` answers `{"password", "accounts": [{"username", "role", "organisation"}]}`, or nothing."""
    _demo_accounts[:] = [of_request]


class SignInView(LoginView):
    """The sign-in page; in demonstration mode it says with which accounts one may look around."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context = super().get_context_data(**more)
        context["sso"] = {"label": settings.OIDC_LABEL} if oidc.is_on() else None
        if settings.DEMO:
            for of_request in _demo_accounts:
                context["demonstration"] = of_request(self.request)
        return dict(context)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Whatever another login page was asked for, `next` included. Who is signed in already may not go there."""
    if request.user.is_authenticated:
        raise NotAllowed(_("Your account has no access to this part. Ask your administrator if you need it."))
    return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, ""))
