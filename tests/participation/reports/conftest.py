"""A resident's browser, a gateway for text messages, and requests that every test counts for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.support.live.sms_gateway import TOKEN, SmsGateway, sms_gateway
from tests.support.world import HOST_A, World


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """These tests send more reports from one address than the limit per hour allows."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def anna(world: World) -> Client:
    """A resident's browser at the municipality's own address, in English, with CSRF really checked."""
    return Client(enforce_csrf_checks=True, HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def gateway(settings: Any) -> Iterator[SmsGateway]:
    """A gateway for text messages that takes them, at any hour."""
    with sms_gateway() as one:
        settings.SMS_GATEWAY, settings.SMS_URL, settings.SMS_TOKEN = "http", one.url, TOKEN
        settings.SMS_TIMEOUT, settings.SMS_QUIET_HOURS = 0.5, None
        yield one
