"""A professional without a second factor, one with it, and the codes their app shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from core.accounts.models import User

PASSWORD = "vijf-paarden-op-de-dam"


def code_for(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture(autouse=True)
def _fresh_counts(settings: Any) -> Iterator[None]:
    """Attempts are counted in the cache; hashing a password need not take long here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def anna(db: None) -> User:
    """Has only a password."""
    return User.objects.create_user("anna", "anna@waterstad.test", PASSWORD, name="Anna de Vries", language="en")


@pytest.fixture
def secret() -> str:
    return generate_totp_secret()


@pytest.fixture
def bram(db: None, secret: str, rf: Any) -> User:
    """Has a password, an authenticator app and recovery codes."""
    from allauth.core import context

    user = User.objects.create_user("bram", "bram@waterstad.test", PASSWORD, name="Bram Bos", language="en")
    with context.request_context(rf.get("/")):
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
    return user


@pytest.fixture
def visitor() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """As the form does: password, and a code where one is asked."""

    def by_form(client: Client, name: str = "anna", password: str = PASSWORD, secret: str = "", **more: Any) -> Any:
        answer = client.post("/account/login/", {"login": name, "password": password} | more)
        if secret:
            assert answer.headers["Location"] == "/account/2fa/authenticate/"
            answer = client.post("/account/2fa/authenticate/", {"code": code_for(secret)})
        return answer

    return by_form
