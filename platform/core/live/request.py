"""What the head of an ASGI request or socket says, without Django's own request."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.http import HttpRequest

from core.api.client import client_network

Scope = dict[str, Any]


def header(scope: Scope, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


def cookies(scope: Scope) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header(scope, b"cookie")).items()}
    except CookieError:
        return {}


def network(scope: Scope) -> str:
    """What limits count by (see `core.api.client`)."""
    request = HttpRequest()
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    request.META = {
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "HTTP_X_FORWARDED_FOR": forwarded.decode("latin-1"),
    }
    return client_network(request)
