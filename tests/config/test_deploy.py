"""What `platform/deploy/` ships fits the platform: settings, proxy, images and units say the same."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "platform" / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text()
EXAMPLE = dict(
    line.split("=", 1)
    for line in (DEPLOY / ".env.example").read_text().splitlines()
    if "=" in line and not line.startswith("#")
)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def _check(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPYCACHEPREFIX") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--tag", "wijkplatform", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=kept | EXAMPLE | {"DATA_DIR": str(folder)} | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_our_checks_have_nothing_to_say_of_the_example_settings_with_a_secret(tmp_path: Path) -> None:
    done = _check(tmp_path, SECRET_KEY=secrets.token_urlsafe(60))
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_example_settings_do_not_start_without_a_secret_of_ones_own(tmp_path: Path) -> None:
    done = _check(tmp_path)
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
    filled = {name for name in EXAMPLE if re.search("SECRET|TOKEN|PASSWORD", name) and EXAMPLE[name]}
    assert filled == set()


def test_the_example_settings_name_only_what_the_settings_read() -> None:
    rows = [line.split("|")[1] for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| `")]
    known = set(re.findall(r"`([A-Z_]+)`", "\n".join(rows)))
    assert set(EXAMPLE) - known == {"POSTGRES_PASSWORD"}


def test_the_proxy_takes_as_large_a_request_as_the_platform() -> None:
    (size,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert int(size) * 1024 * 1024 == settings.FORM_MAX_BYTES


def test_the_proxy_appends_once_what_trusted_proxies_counts() -> None:
    assert EXAMPLE["TRUSTED_PROXIES"] == "1"
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in NGINX
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in NGINX
    # A location with a header of its own inherits none of them.
    (sockets,) = re.findall(r"location /ws/ \{(.+?)\n        \}", NGINX, re.DOTALL)
    inherited = re.findall(r"^        proxy_set_header (\S+)", NGINX, re.MULTILINE)
    assert set(inherited) <= set(re.findall(r"proxy_set_header (\S+)", sockets))


def test_the_log_of_the_proxy_says_nothing_of_who_came_and_where_they_went() -> None:
    (shape,) = re.findall(r"log_format wijk '(.+)'", NGINX)
    assert not re.search(r"\$(remote_|request_uri|uri|args|request |http_)", shape + " ")


def test_docker_fills_in_every_name_of_the_proxys_configuration(compose: dict[str, Any]) -> None:
    given = set(compose["services"]["nginx"]["environment"])
    assert set(re.findall(r"\$\{(WIJK_\w+)\}", NGINX)) == {name for name in given if name.startswith("WIJK_")}


def test_every_service_that_stays_is_started_again_and_only_the_proxy_is_reachable(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name for name, one in services.items() if one.get("restart") != "unless-stopped"} == {"migrate"}
    assert [name for name, one in services.items() if "ports" in one] == ["nginx"]
    assert {"web1", "web2", "postgres", "valkey", "nginx"} <= {n for n, one in services.items() if "healthcheck" in one}


def test_the_image_installs_the_very_packages_that_are_tested() -> None:
    def packages(path: Path) -> dict[str, set[str]]:
        """`name==version` -> its hashes."""
        found = re.split(r"\n(?=[a-z])", path.read_text())
        names = (re.sub(r"\[.*?\]", "", one.split()[0]) for one in found)
        return dict(zip(names, (set(re.findall("sha256:[0-9a-f]{64}", one)) for one in found), strict=True))

    image, tested = packages(DEPLOY / "requirements.lock"), packages(ROOT / "requirements.lock")
    assert len(image) > 30
    assert all(image.values())
    assert {name for name, hashes in image.items() if not hashes <= tested.get(name, set())} == set()


@pytest.mark.parametrize(
    "unit", ["wijkplatform-web@.service", "wijkplatform-worker.service", "wijkplatform-backup.service"]
)
def test_a_unit_may_do_little_and_runs_as_nobody_special(unit: str) -> None:
    text = (DEPLOY / "systemd" / unit).read_text()
    for line in ("User=wijkplatform", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert f"{line}\n" in text
