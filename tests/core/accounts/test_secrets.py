"""A stolen database is not a stolen second factor."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.db import connection

from core.accounts.models import User

pytestmark = pytest.mark.django_db


def _stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        return json.dumps([row[0] for row in cursor.fetchall()], default=str)


def test_secrets_and_seeds_lie_encrypted(bram: User, secret: str) -> None:
    seed = bram.authenticator_set.get(type="recovery_codes").wrap()
    codes = seed.get_unused_codes()
    stored = _stored()
    assert secret not in stored
    assert all(code not in stored for code in codes)


def test_they_stay_readable_when_the_key_is_changed_with_the_old_one_kept(
    bram: User, secret: str, settings: Any
) -> None:
    from tests.core.accounts.conftest import code_for

    app = bram.authenticator_set.get(type="totp")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-whole-new-key-" + "9876543210" * 5
    assert app.wrap().validate_code(code_for(secret))
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        app.wrap().validate_code(code_for(secret))
