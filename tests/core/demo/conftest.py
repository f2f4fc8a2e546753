"""The demonstration, loaded once for all tests of this folder and taken out again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from config.demo import removal
from core.snapshots.snapshot import Snapshot
from tests.support import rows


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), override_settings(DEMO=True):
        call_command("load_demo")
        yield
        removal.remove()
        rows.put_back()  # Wagtail owes work for its deleted files, and its own first page went
        Snapshot.forget_all()


@pytest.fixture
def demo(loaded: None, db: None, settings: Any) -> None:
    """Demonstration mode with everything in place; what a test changes is undone."""
    settings.DEMO = True
