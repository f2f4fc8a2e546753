"""Codes of letters between making them and the printer: encrypted, so that a copy of the database holds no codes.

The key follows from the server's. When somebody has the file for the printer the encrypted text goes as well
(`actions.batches.forget_codes`), and only hashes are left.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(code: str) -> str:
    return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(code.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises `cryptography.fernet.InvalidToken` for what was sealed by another server."""
    return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(sealed.encode()).decode()


@lru_cache(maxsize=2)
def _box(*keys: str) -> MultiFernet:
    digests = [salted_hmac("participation.polls.sealed", "letters", key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
