"""Builders of residents (`tests/support/residents.py`), a gateway for text messages, and every test counted apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.support.live.sms_gateway import TOKEN, SmsGateway, sms_gateway
from tests.support.residents import resident, signed_in

__all__ = ["resident", "signed_in"]


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def gateway(settings: Any) -> Iterator[SmsGateway]:
    """A gateway for text messages that takes them, at any hour."""
    with sms_gateway() as one:
        settings.SMS_GATEWAY, settings.SMS_URL, settings.SMS_TOKEN = "http", one.url, TOKEN
        settings.SMS_TIMEOUT, settings.SMS_QUIET_HOURS = 0.5, None
        yield one
