"""For every test: no network but this machine, parts that need a program say so, and one way to demand them all."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.support import rows, tables

hypothesis_settings.register_profile("house", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis_settings.load_profile("house")

BROWSER_TESTS = Path(__file__).parent / "browser"
SERVICES = ("postgres", "redis", "browser", "processes")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-all", action="store_true", help="a test that needs a service fails when it is skipped")
    parser.addoption(
        "--on-another-database",
        action="store_true",
        help="leave out what the database cannot change: tests that pytest-django keeps from it",
    )


def _missing(marker: str) -> str:
    if marker == "postgres" and not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return "needs PostgreSQL: DATABASE_URL=postgres://…"
    if marker == "redis" and not settings.REDIS_URL:
        return "needs Redis: REDIS_URL=redis://…"
    if marker == "browser" and not (os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS))):
        return "needs Chromium"
    return ""


def _meets_the_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or any(item.get_closest_marker(marker) for marker in ("django_db", *SERVICES))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded stays: looking through all of it for garbage, again and again, took an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser") and BROWSER_TESTS not in item.path.parents:
            raise pytest.UsageError(f"{item.nodeid}: the suite looks for browser tests in {BROWSER_TESTS.name}/ only")
    if config.getoption("--on-another-database"):
        config.hook.pytest_deselected(items=[item for item in items if not _meets_the_database(item)])
        items[:] = filter(_meets_the_database, items)
    reasons = {marker: reason for marker in SERVICES if (reason := _missing(marker))}
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    wanted = any(item.get_closest_marker(marker) for marker in SERVICES)
    if report.skipped and wanted and item.config.getoption("--require-all") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"--require-all: {item.nodeid} was skipped: {reason}"
    return report


# --- the test database ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the test database is a copy we made; Django may use it and need not throw it away."""
    return settings.SQLITE


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    database = settings.DATABASES["default"]
    if settings.SQLITE:
        tables.lay_sqlite(Path(database["TEST"]["NAME"]))
    else:
        database.setdefault("TEST", {})["TEMPLATE"] = tables.lay_postgres(database)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Generator[None]:
    """What a test committed is taken away row by row, which spares the flush of all tables.

    A connection left in the thread of `sync_to_async` would keep PostgreSQL from dropping the database.
    """
    with django_db_blocker.unblock():
        rows.remember()
    TransactionTestCase._fixture_teardown = lambda _case: rows.put_back()  # type: ignore[attr-defined]
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


# --- what each Client would look up again -------------------------------------------------------

_find_files, _static_files = WhiteNoiseMiddleware.add_files_from_finders, {}


def _find_files_once(self: WhiteNoiseMiddleware) -> None:
    """Each `Client` makes the middleware anew, which looks at every static file: 20 ms; a run has one set of them."""
    if not _static_files:
        _find_files(self)
        _static_files.update(self.files)
    self.files.update(_static_files)


WhiteNoiseMiddleware.add_files_from_finders = _find_files_once  # type: ignore[method-assign]


# --- nothing leaves this machine --------------------------------------------------------------

ALLOWED = {"localhost", "", None, *filter(None, [urlsplit(settings.REDIS_URL or "").hostname])}
_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def _refuse_other_hosts(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in ALLOWED:
        return
    try:
        if ipaddress.ip_address(name).is_loopback or ipaddress.ip_address(name).is_unspecified:
            return
    except ValueError:
        pass
    raise OSError(f"Tests do not reach out to other machines: {name}")


def _checked_connect(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        _refuse_other_hosts(address[0])
    return _connect(self, address)


def _checked_connect_ex(self: socket.socket, address: Any) -> int:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        _refuse_other_hosts(address[0])
    return _connect_ex(self, address)


def _checked_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    _refuse_other_hosts(host)
    return _getaddrinfo(host, *args, **kwargs)


socket.socket.connect = _checked_connect  # type: ignore[method-assign]
socket.socket.connect_ex = _checked_connect_ex  # type: ignore[method-assign]
socket.getaddrinfo = _checked_getaddrinfo


@pytest.fixture(autouse=True)
def _fresh_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees another's configuration, and none looks at the revisions by the clock (query counts)."""
    from core.snapshots.snapshot import Snapshot  # models need Django, which is not ready when this file is read

    Snapshot.forget_all()
    monkeypatch.setattr(Snapshot, "look_every", float("inf"))
