from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core.accounts.models import User
from core.api import throttles


@pytest.fixture(autouse=True)
def own_addresses(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.core.api.urls"
    settings.CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"  # ours links to pages that are not there
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "api-tests"}}
    cache.clear()
    throttles._own_counters.clear()
    throttles._cache_down_until = 0.0
    yield
    throttles._cache_down_until = 0.0


@pytest.fixture
def api() -> Client:
    """An anonymous client that gets a 500 instead of our exception, as people do."""
    return Client(raise_request_exception=False, headers={"Accept-Language": "en"})


@pytest.fixture
def signed_in(db: None, settings: Any) -> Client:
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    settings.DEMO = True  # demo accounts need no second factor
    client.force_login(User.objects.create_user(username="anna", is_demo=True))
    return client
