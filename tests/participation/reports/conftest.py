"""A resident's browser, and requests that every test counts for itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

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
