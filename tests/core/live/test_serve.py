"""`manage.py serve` refuses what is not ready."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.live.management.commands.serve import refuse_unready


@pytest.mark.django_db(transaction=True)
def test_serve_refuses_a_database_that_is_behind_the_code() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'work'")
    try:
        with pytest.raises(CommandError, match=r"work\.0001_initial.*manage\.py migrate"):
            call_command("serve")
    finally:
        call_command("migrate", "work", fake=True, verbosity=0)


@pytest.mark.django_db
def test_serve_refuses_what_a_check_refuses(settings: object, tmp_path: Path) -> None:
    settings.SECRET_KEY = "short"  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match=r"wijkplatform\.E001"):
        refuse_unready()
