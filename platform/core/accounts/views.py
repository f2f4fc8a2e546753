"""Ways in that lead to the one sign-in page."""

from __future__ import annotations

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.errors import NotAllowed


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Whatever another login page was asked for, `next` included. Who is signed in already may not go there."""
    if request.user.is_authenticated:
        raise NotAllowed(_("Your account has no access to this part. Ask your administrator if you need it."))
    return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, ""))
