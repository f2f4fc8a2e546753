"""Every test counts its own requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """These tests send more reports from one address than the limit per hour allows."""
    cache.clear()
    yield
    cache.clear()
