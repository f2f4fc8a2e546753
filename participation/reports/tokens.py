"""The private tracking token: 128 bits, whoever has it follows the report.

The database holds a random seed and the SHA-256 of the token. The token follows from the seed
and the server's secret key, so that a later e-mail or a repeated request can carry it again
while a stolen database opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def new_seed() -> str:
    """32 hexadecimal characters."""
    return secrets.token_hex(16)


def token_of(seed: str, *, key: str | None = None) -> str:
    """The token that belongs to a seed: 22 characters, safe in a URL."""
    secret = hashlib.sha256(b"tracking:" + (key or settings.SECRET_KEY).encode()).digest()
    return base64.urlsafe_b64encode(hmac.digest(secret, seed.encode(), "sha256")[:16]).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is stored, and looked up: finding a row by it takes as long for a wrong token as for a right one."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def token_matching(seed: str, stored_hash: str) -> str | None:
    """The token of an older report, also after the secret key was rotated; None when its key is gone."""
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        token = token_of(seed, key=key)
        if hmac.compare_digest(hash_of(token), stored_hash):
            return token
    return None
