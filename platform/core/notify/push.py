"""Web push: a short message to a browser that asked for it (RFC 8030), encrypted for it alone (RFC 8291).

Called from background tasks. The push service of the browser's maker only passes the message on and cannot read
it; still nothing personal is sent. Whose service we talk to is a list (`PUSH_SERVICES`): the address comes from a
browser, and our server must not be led to other machines by it.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from py_vapid import Vapid

from core.errors import FieldError, Invalid
from core.work.worker import GiveUp

TIME_OUT = (5.0, 10.0)
"""Seconds to connect, and to wait for an answer."""
KEPT_FOR = 4 * 3600
"""Seconds after which a message to a colleague is no news."""
MOST_BYTES = 3000
GONE = {404, 410}
LATER = {408, 429, 500, 502, 503, 504}


class PushGone(Exception):
    """The browser no longer listens at this address: forget it."""


class PushFailed(Exception):
    """The push service did not take it this time. Holds no address."""


class PushRefused(GiveUp):
    """The push service will never take it. Holds no address."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where and how a browser is reached, as it said itself: `key` (p256dh) and `secret` (auth) in base64url."""

    endpoint: str
    key: str
    secret: str


def send_push(browser: Browser, message: dict[str, Any], *, topic: str, kept_for: int = KEPT_FOR) -> None:
    """Send one message, as JSON. `topic` (letters, digits, `-`, `_`; at most 32): a newer one takes its place.

    `kept_for`: seconds that the push service keeps it for a browser that is off.

    Raises PushGone, PushFailed (try again later) or PushRefused.
    """
    import requests  # these two bring an HTTP client more, of which a web process has no need
    from pywebpush import WebPusher, WebPushException

    if not is_known(browser.endpoint):
        raise PushRefused("this push service is not in PUSH_SERVICES")
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > MOST_BYTES:
        raise PushRefused("the message is too long")
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(browser.endpoint))
    signed: dict[str, str] = _vapid().sign({"aud": origin, "sub": settings.SECURITY_CONTACT})
    try:
        pusher = WebPusher({"endpoint": browser.endpoint, "keys": {"p256dh": browser.key, "auth": browser.secret}})
        sealed = pusher.encode(body)["body"]
    except (WebPushException, ValueError) as error:
        raise PushRefused(f"the keys of the browser are not right ({type(error).__name__})") from None
    headers = {**signed, "Content-Encoding": "aes128gcm", "TTL": str(kept_for), "Topic": topic, "Urgency": "normal"}
    try:
        # No redirects: the answer must come from the address that was checked.
        with requests.post(
            browser.endpoint, data=sealed, headers=headers, timeout=TIME_OUT, allow_redirects=False, stream=True
        ) as answer:
            status = answer.status_code
    except requests.RequestException as error:
        raise PushFailed(type(error).__name__) from None
    if status in GONE:
        raise PushGone
    if status in LATER:
        raise PushFailed(f"the push service answered {status}")
    if not 200 <= status < 300:
        raise PushRefused(f"the push service answered {status}")


def accept_browser(*, endpoint: str, key: str, secret: str) -> Browser:
    """What a browser said of itself; `Invalid` when we cannot or will not send there."""
    if not is_known(endpoint) or not is_browser_key(key, secret):
        refused = _("This browser cannot receive our messages. Try another browser.")
        raise Invalid(FieldError("endpoint", "unknown", refused))
    return Browser(endpoint, key, secret)


def is_known(endpoint: str) -> bool:
    """Whether this is an address of a push service that we trust (`PUSH_SERVICES`: origins, `*` for any subdomain)."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not re.fullmatch(r"[a-z0-9.-]+", host):
        return False
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    for one in settings.PUSH_SERVICES:
        before, star, after = one.partition("*")
        if origin == one or (star and origin.startswith(before) and origin.endswith(after) and len(origin) > len(one)):
            return True
    return False


def is_browser_key(key: str, secret: str) -> bool:
    """Whether a browser can have given these: a point on P-256, and 16 bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(key))
        return len(_decoded(secret)) == 16
    except ValueError:
        return False


_uses: list[Callable[[str], bool]] = []


def register_use(needs: Callable[[str], bool]) -> None:
    """Say whether a part of the site still tells the browser at this address of anything."""
    if needs not in _uses:
        _uses.append(needs)


def is_used(endpoint: str) -> bool:
    """Whether any part still needs this browser: only when none does may the browser stop listening altogether."""
    return any(needs(endpoint) for needs in _uses)


def public_key() -> str:
    """What a browser needs to accept messages from us and from nobody else, in base64url."""
    point = _vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _vapid() -> Vapid:
    return _key(settings.VAPID_PRIVATE_KEY, str(settings.DATA_DIR))


@lru_cache(maxsize=4)
def _key(given: str, folder: str) -> Vapid:
    """The installation's key (RFC 8292): from the environment, else made once and kept in DATA_DIR."""
    if given:
        try:
            return Vapid.from_string(given)
        except Exception as error:
            raise ImproperlyConfigured("VAPID_PRIVATE_KEY is wrong: expected 32 bytes in base64url.") from error
    path = Path(folder) / "vapid_key"
    if not path.exists():
        fresh = Vapid()
        fresh.generate_keys()
        # Written whole elsewhere and then given its name, so that of two processes at once one wins.
        handle, name = tempfile.mkstemp(dir=folder, prefix="vapid_key.")
        with os.fdopen(handle, "wb") as file:
            file.write(fresh.private_pem())
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()
    return Vapid.from_file(str(path))
