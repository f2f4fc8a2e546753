"""Who of the residents sends a request: a cookie with a secret of 128 bits, whose hash is with the sign-in.

Read at most once per request, at first use: a page that does not ask costs nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.accounts.actor import Actor
from core.api.views import ApiView, Session
from core.areas.tenancy import scope_of
from participation.residents.models import Resident, SignIn
from participation.texts.keeping import keep_typed

COOKIE = "mijn"
COOKIE_AGE = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""
UNSEEN_FOR = timedelta(days=90)
"""A device that was not seen for so long is signed out."""
NOTE_SEEN = timedelta(days=1)
"""How exactly is known when a device was seen."""
LONGEST_NEXT = 500


def new_secret() -> str:
    return secrets.token_urlsafe(16)


def hash_of(secret: str) -> str:
    """What is stored, and looked up: finding a row by it takes as long for a wrong secret as for a right one."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def sign_in_of(request: HttpRequest | Request) -> SignIn | None:
    """The sign-in of this browser with its resident, of the municipality of this host; one query, once."""
    inner: Any = request._request if isinstance(request, Request) else request
    if not hasattr(inner, "resident_sign_in"):
        inner.resident_sign_in = _read(inner, now=timezone.now())
    found: SignIn | None = inner.resident_sign_in
    return found


def _read(request: HttpRequest, *, now: datetime) -> SignIn | None:
    secret, gemeente_id = request.COOKIES.get(COOKIE, ""), scope_of(request).gemeente_id
    if not secret or gemeente_id is None:
        return None
    there = SignIn.objects.select_related("resident").filter(token_hash=hash_of(secret), seen_at__gt=now - UNSEEN_FOR)
    found = there.filter(resident__gemeente_id=gemeente_id).first()
    if found is not None and found.seen_at < now - NOTE_SEEN:
        SignIn.objects.filter(pk=found.pk).update(seen_at=now)
    return found


def resident_of(request: HttpRequest | Request) -> Resident | None:
    """The resident who is signed in here, or None."""
    found = sign_in_of(request)
    return None if found is None else found.resident


def actor_of_resident(request: HttpRequest | Request) -> Actor:
    """The one who does what this request asks: a resident, with their id when they are signed in."""
    resident = resident_of(request)
    return Actor(
        kind="resident",
        gemeente_id=scope_of(request).gemeente_id,
        resident_id=None if resident is None else resident.pk,
    )


def hand_out(request: HttpRequest | Request, response: HttpResponseBase, secret: str) -> None:
    """Sign this browser in. What it proved its forms with before works no more."""
    rotate_token(request._request if isinstance(request, Request) else request)
    response.set_cookie(COOKIE, secret, max_age=COOKIE_AGE, httponly=True, secure=settings.TLS, samesite="Lax")


def take_back(response: HttpResponseBase) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


# --- pages ------------------------------------------------------------------------------------


def safe_next(given: str) -> str:
    """Where to go on after signing in: a page of this site, or nowhere in particular (empty)."""
    own = given.startswith("/") and len(given) <= LONGEST_NEXT and given.isprintable()
    if not own or not url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        return ""
    return "" if given.startswith(("/api/", reverse("resident_sign_in"))) else given


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """To the page to sign in, and from there back to where this person was; what they typed is kept for that page."""
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD"):  # the page whose form this was
        came_from = urlsplit(request.headers.get("Referer", ""))
        if came_from.netloc == request.get_host():
            back = f"{came_from.path}?{came_from.query}".rstrip("?")
        keep_typed(request, urlsplit(back).path)
    back = safe_next(back)
    return HttpResponseRedirect(reverse("resident_sign_in") + (f"?{urlencode({'next': back})}" if back else ""))


def needs_resident(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for who is signed in; others sign in first. Behind it `resident_of(request)` is somebody."""

    @wraps(view)
    def signed_in_only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return to_sign_in(request) if resident_of(request) is None else view(request, *args, **kwargs)

    return signed_in_only


# --- API --------------------------------------------------------------------------------------


class ResidentSession(Session):
    """The resident's cookie, with CSRF checked on every change. `request.auth` is the `Resident`; `user` is nobody."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        resident = resident_of(request)
        if resident is None:
            return None
        self.enforce_csrf(request)
        return AnonymousUser(), resident

    def authenticate_header(self, request: Request) -> str:
        return "Resident"


class SignedIn(BasePermission):
    """A resident; a professional too where the view says `staff_too`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Resident) or (view.staff_too and bool(request.user.is_authenticated))


class ResidentView(ApiView):
    """For residents who are signed in; others get 401.

    `optional`: True, or the methods that others may use too; who is signed in is known there all the same.
    `staff_too`: professionals may as well, with their own session, which goes before a resident's in the same browser.
    """

    optional: ClassVar[bool | Collection[str]] = False
    staff_too: ClassVar[bool] = False

    @property
    def resident(self) -> Resident:
        """Who is signed in, where nobody else comes."""
        resident = self.request.auth
        assert isinstance(resident, Resident)
        return resident

    def get_authenticators(self) -> list[BaseAuthentication]:
        request = getattr(self, "request", None)  # None while the schema is made
        if request is not None and self.is_public(request.method):
            return []
        return [*([Session()] if self.staff_too else []), ResidentSession()]

    def get_permissions(self) -> list[Any]:
        method = "GET" if self.request.method in {"HEAD", "OPTIONS"} else self.request.method
        free = self.optional if isinstance(self.optional, bool) else method in self.optional
        return [] if free or self.is_public(self.request.method) else [SignedIn()]


class ResidentScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "participation.residents.access.ResidentSession"
    name = "resident"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "A resident who signed in with a code. Changes need the X-CSRFToken header as well.",
        }
