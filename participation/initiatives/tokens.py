"""Secrets in links that we mail: they follow from a seed and the server's key, and only their hash is stored.

So a mail that is sent again carries the same link, while a stolen database opens nothing. Codes of letters are
random; of those too only a hash is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac


def new_seed() -> str:
    """32 hexadecimal characters."""
    return secrets.token_hex(16)


def token_of(seed: str, purpose: str, *, key: str | None = None) -> str:
    """The token of a seed for one purpose ("invitation"): 22 characters, safe in an address."""
    secret = hashlib.sha256(f"initiatives:{purpose}:{key or settings.SECRET_KEY}".encode()).digest()
    return base64.urlsafe_b64encode(hmac.digest(secret, seed.encode(), "sha256")[:16]).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is stored, and looked up."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def hash_of_address(address: str, purpose: str, *, key: str | None = None) -> str:
    """Keyed, so that it tells one address from another and nothing else; for one purpose."""
    salt = f"participation.initiatives.{purpose}"
    return salted_hmac(salt, address.lower(), secret=key or settings.SECRET_KEY, algorithm="sha256").hexdigest()


def hash_of_code(code: str, *, key: str | None = None) -> str:
    """What is stored of the code in a letter (as `letter_codes.tidy` writes it). 43 characters, keyed, so that the
    table alone cannot be tried out."""
    secret = key or settings.SECRET_KEY
    digest = salted_hmac("participation.initiatives.code", code, secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hashes_of_code(code: str) -> list[str]:
    """The same, also under the keys before this one: letters outlive a rotation."""
    return [hash_of_code(code, key=key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def token_matching(seed: str, stored_hash: str, purpose: str) -> str | None:
    """The token of an older link, also after the secret key was rotated; None when its key is gone."""
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        token = token_of(seed, purpose, key=key)
        if hmac.compare_digest(hash_of(token), stored_hash):
            return token
    return None
