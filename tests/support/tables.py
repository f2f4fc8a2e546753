"""The test database, migrated once: 230 migrations take half a minute, a copy of their outcome takes none.

The outcome is kept under a fingerprint of all migration files: as a file in `.pytest_cache` for SQLite, as a template
database inside the server for PostgreSQL. pytest still runs `migrate` on the copy, which then finds nothing to do.

`python -m tests.support.tables` makes them ready, for who knows before the tests start that they will be needed;
with the name of a file it also puts a copy of the SQLite one there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".pytest_cache" / "tables"
KEPT = 3


def fingerprint() -> str:
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        for path in sorted((Path(config.path) / "migrations").glob("*.py")):
            digest.update(f"{config.name}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _one_at_a_time(engine: str) -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{engine}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(address: str) -> None:
    environment = {**os.environ, "DATABASE_URL": address, "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The migrations do not run:\n{done.stdout}{done.stderr}")


def lay_sqlite(target: Path | None) -> None:
    """Puts a migrated database at `target`, in place of what was there; without one it is only made ready."""
    ready = CACHE / f"{fingerprint()}.sqlite3"
    with _one_at_a_time("sqlite"):
        if not ready.exists():
            making = CACHE / "making.sqlite3"
            _remove(making)
            _migrate(f"sqlite:///{making}")
            connection = sqlite3.connect(making)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            making.rename(ready)
            _remove(making)
            for old in sorted(CACHE.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
                old.unlink()
        ready.touch()
        if target is None:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove(target)
        shutil.copyfile(ready, target)


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)


def lay_postgres(database: dict[str, Any]) -> str:
    """The name of a migrated database in this server, to copy test databases from."""
    import psycopg

    name = f"tables_{fingerprint()}"
    place = {key: database[option] for key, option in PLACE.items() if database.get(option)}
    with _one_at_a_time("postgres"), psycopg.connect(dbname="postgres", autocommit=True, **place) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        making = f"{name}_making"
        connection.execute(f'DROP DATABASE IF EXISTS "{making}"')
        connection.execute(f'CREATE DATABASE "{making}"')
        login = f"{place.get('user', '')}:{place.get('password', '')}@" if place.get("user") else ""
        _migrate(f"postgres://{login}{place.get('host', '')}:{place.get('port', 5432)}/{making}")
        connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


PLACE = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}


def _make_ready(target: Path | None = None) -> None:
    import tests.support.environment  # noqa: F401 (before the settings, as pytest does)

    sys.path.insert(0, str(ROOT / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings

    django.setup()
    if settings.SQLITE:
        lay_sqlite(target)
    else:
        lay_postgres(settings.DATABASES["default"])


if __name__ == "__main__":
    _make_ready(*map(Path, sys.argv[1:]))
