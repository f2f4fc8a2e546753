"""Every system check: what it refuses, and that mending it makes the check pass."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from config import checks
from core.areas.models import Area, Tenant
from core.events.models import Stream
from participation.organisations.models import Membership, Team
from participation.routing.models import Responsibility
from tests.support.world import World, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def sound(settings: Any, tmp_path: Path) -> None:
    """An installation of which nothing is to be said."""
    settings.BASE_URL = "https://waterstad.example"
    settings.TLS = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["waterstad.example"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.FRONTEND_DIST = tmp_path
    (tmp_path / "manifest.json").write_text("{}")


def _found() -> list[str]:
    return sorted(
        str(one.id).rpartition(".")[2]
        for one in run_checks(tags=["wijkplatform"], include_deployment_checks=True, databases=["default"])
    )


@dataclass(frozen=True)
class Wrong:
    """A setting that is wrong, alone or with others that make it matter."""

    check: str
    settings: dict[str, Any]


OIDC = {"OIDC_ISSUER": "https://login.example", "OIDC_CLIENT_ID": "wijk", "OIDC_CLIENT_SECRET": "s"}
SMS = {"SMS_GATEWAY": "http", "SMS_URL": "https://sms.example/send", "SMS_TOKEN": "s", "SMS_SENDER": "Waterstad"}
WRONG = [
    Wrong("E001", {"SECRET_KEY": "short"}),
    Wrong("E001", {"SECRET_KEY": "ab" * 40}),
    Wrong("E001", {"SECRET_KEY": "django-insecure-" + "0123456789abcdef" * 4}),
    Wrong("E002", {"DEBUG": True}),
    Wrong("E003", {"DEMO": True}),
    Wrong("E005", {"SECURE_PROXY_SSL_HEADER": None}),
    Wrong("E006", {"ALLOWED_HOSTS": ["waterstad.example", "*"]}),
    Wrong("E008", {"FRONTEND_DIST": Path("/nowhere")}),
    Wrong("W008", {"FRONTEND_DIST": Path("/nowhere"), "TLS": False, "BASE_URL": "http://localhost:8000"}),
    Wrong("E020", {"OIDC_ISSUER": "https://login.example"}),
    Wrong("E021", OIDC | {"OIDC_ISSUER": "http://login.example"}),
    Wrong("E022", OIDC | {"OIDC_SCOPES": ["email"]}),
    Wrong("W023", OIDC),
    Wrong("E030", {"SMS_GATEWAY": "carrier.Pigeon"}),
    Wrong("E030", {"SMS_GATEWAY": "core.notify.sms.segments"}),
    Wrong("E031", SMS | {"SMS_TOKEN": ""}),
    Wrong("E032", SMS | {"SMS_URL": "http://sms.example/send"}),
    Wrong("E033", SMS | {"SMS_SENDER": "Gemeente Waterstad"}),
    Wrong("E034", SMS | {"SMS_PREFIXES": ["06"]}),
    Wrong("E034", SMS | {"SMS_PREFIXES": []}),
    Wrong("W035", {"SMS_GATEWAY": "console"}),
    Wrong("W009", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
]


def test_a_sound_installation_is_not_remarked_upon(world: World) -> None:
    assert _found() == []


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.check}-{'-'.join(wrong.settings)}")
def test_a_wrong_setting_is_found_until_it_is_mended(settings: Any, wrong: Wrong) -> None:
    before = {name: getattr(settings, name) for name in wrong.settings}
    for name, value in wrong.settings.items():
        setattr(settings, name, value)
    assert _found() == [wrong.check]
    for name, value in before.items():
        setattr(settings, name, value)
    assert _found() == []


def test_a_whole_sms_gateway_is_not_remarked_upon(settings: Any) -> None:
    for name, value in SMS.items():
        setattr(settings, name, value)
    assert _found() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", True),
        ("DEMO", True),
        ("ALLOWED_HOSTS", ["*"]),
        ("EMAIL_BACKEND", "console"),
        ("TLS", False),
        ("SMS_GATEWAY", "console"),
    ],
)
def test_what_is_fine_on_ones_own_machine_is_not_refused_there(settings: Any, name: str, value: object) -> None:
    settings.BASE_URL, settings.TLS = "http://localhost:8000", False
    setattr(settings, name, value)
    assert _found() == []


def _real_tenant_beside_a_demo(world: World, settings: Any) -> Callable[[], object]:
    settings.DEMO, settings.BASE_URL, settings.TLS = True, "http://localhost", False
    return lambda: Tenant.objects.all().update(is_demo=True)


def _no_catch_all(world: World, settings: Any) -> Callable[[], object]:
    Team.objects.filter(pk=world.desk.pk).update(is_catch_all=False)
    return lambda: Team.objects.filter(pk=world.desk.pk).update(is_catch_all=True)


def _catch_all_without_people(world: World, settings: Any) -> Callable[[], object]:
    place = Membership.objects.get(team=world.desk)
    place.delete()
    return place.save


def _team_without_stream(world: World, settings: Any) -> Callable[[], object]:
    Stream.objects.filter(name=f"team:{world.care.pk}").delete()
    return lambda: Team.objects.get(pk=world.care.pk).save()


def _nobody_may_read(world: World, settings: Any) -> Callable[[], object]:
    """Carla is the only one of the team with the confidential role."""
    rule = Responsibility.objects.get(team=world.care)
    Membership.objects.filter(professional=world.carla).update(confidential=False)
    assert rule.category is not None
    return lambda: Membership.objects.filter(professional=world.carla).update(confidential=True)


@pytest.mark.parametrize(
    ("check", "spoil", "named"),
    [
        ("E004", _real_tenant_beside_a_demo, "Waterstad"),
        ("E007", _no_catch_all, "Waterstad"),
        ("W010", _catch_all_without_people, "Klantcontact (Gemeente Waterstad)"),
        ("W011", _team_without_stream, "Wijkteam"),
        ("W012", _nobody_may_read, "Wijkteam"),
    ],
)
def test_wrong_data_is_found_and_named_until_it_is_mended(
    world: World, settings: Any, check: str, spoil: Callable[[World, Any], Callable[[], object]], named: str
) -> None:
    mend = spoil(world, settings)
    messages = run_checks(tags=["wijkplatform"], include_deployment_checks=True, databases=["default"])
    assert [str(one.id).rpartition(".")[2] for one in messages] == [check]
    assert named in messages[0].msg
    assert messages[0].hint
    mend()
    assert _found() == []


def test_many_names_are_shortened(world: World) -> None:
    for number in range(8):
        area = Area.objects.get(pk=world.b.pk)
        area.pk, area.code, area.name = None, f"GM95{number:02d}", f"Stad {number}"
        area.save()
    [message] = run_checks(tags=["wijkplatform"], include_deployment_checks=True, databases=["default"])
    assert message.msg.count("Stad") == checks.SHOWN
    assert "…" in message.msg


def test_every_check_is_tried_here() -> None:
    source = Path(checks.__file__).read_text()
    ids = set(re.findall(r"wijkplatform\.([EW]\d{3})", source))
    assert ids == {wrong.check for wrong in WRONG} | {"E004", "E007", "W010", "W011", "W012"}


def test_check_works_before_there_is_a_table(tmp_path: Path) -> None:
    """Also when it is told to look in a database that is empty."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP",
    }
    for arguments in ([], ["--deploy", "--tag", "wijkplatform", "--database", "default"]):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "check", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
