"""Signed in as a professional is: with a second factor that the account has and this session showed."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client

from core.accounts.models import User
from core.accounts.second_factor import FACTORS


def sign_in(client: Client, user: User) -> Client:
    """Give the test browser a session of the account, made an account with a second factor if it was not."""
    client.cookies["sessionid"] = session_for(user)
    return client


def session_for(user: User, *, second_factor: bool = True) -> str:
    """The session cookie's value."""
    session: Any = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "core.accounts.backend.AccountBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if second_factor:
        factor = Authenticator.objects.filter(user=user, type__in=FACTORS).first() or Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": "unread"}
        )
        request = HttpRequest()
        request.session = session
        record_authentication(request, user, "mfa", id=factor.pk, type=factor.type)
    session.create()
    return str(session.session_key)
