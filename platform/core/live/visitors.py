"""Who is at the other end of a socket, as far as the database knows. Everything here runs in a thread of the hub."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host

from core.accounts.second_factor import is_satisfied
from core.api.throttles import waiting_time
from core.areas.policies import workplace
from core.areas.tenancy import scope_for_host
from core.live import access
from core.live.request import Scope, cookies, header, network


@dataclass(slots=True)
class Visitor:
    """An account, or the holder of a token, and what they may follow."""

    streams: list[str]
    user: Any = None


def professional(scope: Scope) -> Visitor | None:
    """The signed-in account that may follow something, under the conditions that hold for a page.

    Its second factor is there, and the host is not one of another municipality.
    """
    key = cookies(scope).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    # After a change of SECRET_KEY Django renews the session's key; here nobody could tell the browser the new one.
    request.session.cycle_key = lambda: None  # type: ignore[method-assign]
    user = get_user(request)
    if not user.is_authenticated or not user.is_active or not is_satisfied(request, user):
        return None
    only = scope_for_host(header(scope, b"host")).only
    if only is not None and workplace(user) != only:
        return None
    streams = access.streams_of("inbox", user)
    return Visitor(streams, user) if streams else None


def resident(scope: Scope, token: str | None) -> Visitor | None:
    """The holder of a tracking token, or of the cookie that replaced it, of the host's own municipality."""
    only = scope_for_host(header(scope, b"host")).only
    streams = access.streams_of_token(token, only) if token else access.streams_of_cookies(cookies(scope), only)
    return Visitor(streams) if streams else None


def anybody(scope: Scope, names: list[str]) -> Visitor | None:
    """Whoever looks at a public page, with those of these streams that are for everybody here. From memory."""
    streams = access.public_streams(names, scope_for_host(header(scope, b"host")).only)
    return Visitor(streams) if streams else None


def tries_too_often(scope: Scope, limit: str) -> bool:
    """Counts one opening against this limit of settings.THROTTLES; true when this client's network made too many."""
    return waiting_time(limit, f"socket:{network(scope)}") is not None


def same_origin(scope: Scope) -> bool:
    """Browsers always send `Origin`; a page of another site must not use this visitor's cookies."""
    host = header(scope, b"host").lower()
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    origin = header(scope, b"origin").lower()
    if not origin:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https"):
        return False
    return parts.netloc == host or origin in settings.CSRF_TRUSTED_ORIGINS
