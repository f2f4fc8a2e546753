"""Secrets in links that we mail: they follow from a seed and the server's key, and only their hash is stored.

So a mail that is sent again carries the same link, while a stolen database opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.utils.crypto import salted_hmac


def new_seed() -> str:
    """32 hexadecimal characters."""
    return secrets.token_hex(16)


def token_of(seed: str) -> str:
    """The token of a seed: 22 characters, safe in an address."""
    digest = salted_hmac("participation.polls.listener", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is stored, and looked up."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
