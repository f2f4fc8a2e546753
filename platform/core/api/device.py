"""Which device this is: a random secret in a cookie that scripts cannot read, handed out when somebody first reports,
joins or votes.

For a limit a keyed hash counts, in the cache, for an hour. Of who joins or votes a keyed hash is stored, another one in
each municipality or poll; no network address and nothing of the browser.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from rest_framework.request import Request

COOKIE = "toestel"
COOKIE_AGE = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""
_given = Signer(salt="core.api.device.given")


@dataclass(frozen=True, slots=True)
class Device:
    """`known`: it brought along the cookie that we gave it; one that somebody made up is none."""

    secret: str
    known: bool

    def hash_in(self, gemeente_id: int) -> str:
        """What is stored: tells devices apart within one municipality only."""
        value = f"{gemeente_id}|{self.secret}"
        return salted_hmac("core.api.device", value, algorithm="sha256").hexdigest()


def device_of(request: HttpRequest | Request, key: UUID | None = None) -> Device:
    """The device that asks, or a new one.

    `key`: the idempotency key of what it asks. A new device follows from it, so that a request that is sent again
    because the answer was lost is the same device again.
    """
    try:
        return Device(_given.unsign(request.COOKIES.get(COOKIE, "")), known=True)
    except BadSignature:
        pass
    raw = salted_hmac("core.api.device.new", str(key), algorithm="sha256").digest()[:16] if key else None
    return Device(base64.urlsafe_b64encode(raw or secrets.token_bytes(16)).decode().rstrip("="), known=False)


def hand_out(response: HttpResponseBase, device: Device) -> None:
    """Let the device keep its secret."""
    if not device.known:
        response.set_cookie(
            COOKIE, _given.sign(device.secret), max_age=COOKIE_AGE, httponly=True, secure=settings.TLS, samesite="Lax"
        )
