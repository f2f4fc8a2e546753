"""Where an account is signed in: look, sign out one or all others. A new password or factor ends the others."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View

from core.accounts.models import after_save

BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|Chromium/|CriOS/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)


def device(user_agent: str) -> str:
    """ "Firefox on Windows", as far as a browser says what it is."""
    browser = next((name for name, mark in BROWSERS if re.search(mark, user_agent)), "")
    system = next((name for name, mark in SYSTEMS if re.search(mark, user_agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Also tells open sockets to look again at who they belong to."""

    def end_sessions(self, sessions: Any) -> None:
        sessions = list(sessions)
        with transaction.atomic():
            super().end_sessions(sessions)
            for tell in after_save if sessions else ():
                tell()


def end_others(request: HttpRequest, user: Any) -> None:
    """Sign this account out everywhere but here."""
    others = UserSession.objects.filter(user_id=user.pk).exclude(session_key=request.session.session_key)
    SessionsAdapter().end_sessions(others)


def end_all(user_id: int) -> None:
    """Sign this account out everywhere at once (it was switched off)."""
    SessionsAdapter().end_sessions(UserSession.objects.filter(user_id=user_id))


def end_others_of_changed(*, request: HttpRequest, user: Any, **_more: Any) -> None:
    """A password was changed (allauth's signals)."""
    end_others(request, user)


class SessionsView(ListUserSessionsView):
    """The list; its form ends all others."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**more)
        context["sessions"] = sorted(
            (
                {
                    "pk": one.pk,
                    "device": device(one.user_agent),
                    "since": one.created_at,
                    "ip": one.ip,
                    "here": one.session_key == self.request.session.session_key,
                }
                for one in context["sessions"]
            ),
            key=lambda one: (not one["here"], -one["since"].timestamp()),
        )
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        end_others(self.request, self.request.user)
        messages.success(self.request, _("You are signed out everywhere else."))
        return redirect("usersessions_list")


class EndSessionView(LoginRequiredMixin, View):
    """Ends one of one's own sessions; this one too, which is signing out."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        session = get_object_or_404(UserSession, pk=pk, user_id=request.user.pk)
        if session.session_key == request.session.session_key:
            account_adapter(request).logout(request)
            return redirect("account_login")
        SessionsAdapter().end_sessions([session])
        messages.success(request, _("That device is signed out."))
        return redirect("usersessions_list")
