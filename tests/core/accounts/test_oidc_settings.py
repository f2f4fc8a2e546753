"""A half-configured sign-in is refused before anybody meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from participation.organisations.models import GroupRole
from tests.support.world import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
WHOLE = {"OIDC_ISSUER": "https://login.example", "OIDC_CLIENT_ID": "wijk", "OIDC_CLIENT_SECRET": "s"}


def _found() -> set[str]:
    messages = run_checks(tags=["wijkplatform"], include_deployment_checks=True, databases=["default"])
    assert all(one.hint for one in messages)
    return {str(one.id).rpartition(".")[2] for one in messages} & {"E020", "E021", "E022", "W023"}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, set()),
        (WHOLE, {"W023"}),
        (WHOLE | {"OIDC_CLIENT_SECRET": ""}, {"E020"}),
        ({"OIDC_CLIENT_ID": "wijk"}, {"E020"}),
        (WHOLE | {"OIDC_ISSUER": "http://login.example"}, {"E021"}),
        (WHOLE | {"OIDC_ISSUER": "http://localhost:9000"}, {"W023"}),
        (WHOLE | {"OIDC_SCOPES": ["email"]}, {"E022"}),
    ],
)
def test_what_is_missing_or_unsafe_is_named(values: dict[str, Any], found: set[str], settings: Any) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    assert _found() == found


def test_a_group_that_gives_something_makes_it_whole(world: World, settings: Any) -> None:
    for name, value in WHOLE.items():
        setattr(settings, name, value)
    GroupRole.objects.create(gemeente=world.a, group="wijk", team=world.cleaning)
    assert _found() == set()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"OIDC_ISSUER": "login.example"}, "OIDC_ISSUER is wrong: expected an address that starts with"),
        ({"OIDC_SECOND_FACTOR": "mfa"}, "OIDC_SECOND_FACTOR is wrong: expected claims and values such as amr:mfa"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
    ],
)
def test_a_wrong_value_stops_the_start_in_one_line(values: dict[str, str], said: str, tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check"],
        env=os.environ | {"DATA_DIR": str(tmp_path)} | values,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith(said) and len(answer.stderr.strip().splitlines()) == 1
