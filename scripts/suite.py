"""The whole test suite: frontend, Python on SQLite, Python on PostgreSQL + Redis, browser.

PostgreSQL and Redis are started here, empty, on free loopback ports, and stopped again whatever happens.
A part whose program is not on this machine is skipped and named at the end; with REQUIRE_ALL=1 that is a failure.
Words after `--` go to pytest: `.venv/bin/python scripts/suite.py -- -k photos`.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIRE_ALL = os.environ.get("REQUIRE_ALL", "") not in {"", "0"}
NO_TESTS = 5  # pytest's exit code for "nothing collected"
# Each worker takes half of the files, whoever is done helps the other: a file's server or demonstration starts once.
PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *(["--require-all"] if REQUIRE_ALL else [])]
SERVICE_SECONDS = 30


class Absent(Exception):
    """A program that a part needs is not on this machine."""


@dataclass
class Part:
    name: str
    outcome: str = ""
    seconds: float = 0.0
    failed: bool = False
    skips: list[str] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, *places: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    candidates = sorted(path for place in places for path in glob.glob(f"{place}/{name}"))
    if not candidates:
        raise Absent(f"{name} was not found")
    return candidates[-1]


def await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + SERVICE_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit(f"{Path(str(process.args[0])).name} did not start:\n{log.read_text(errors='replace')}")  # type: ignore[index]


def identity(user: str | None) -> dict[str, object]:
    """What subprocess needs to run something as another account."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


@contextlib.contextmanager
def running(command: list[str], port: int, log: Path, *, stop: signal.Signals, user: str | None) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(  # type: ignore[call-overload]
            command, stdout=output, stderr=output, start_new_session=True, cwd="/", **identity(user)
        )
        try:
            await_port(process, port, log)
            yield
        finally:
            process.send_signal(stop)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: the account to run it as, or None for our own."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """An empty PostgreSQL cluster of our own; gives its DATABASE_URL."""
    places = (
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/usr/libexec/postgresql*",
        "/opt/homebrew/opt/postgresql*/bin",
    )
    initdb, server = program("initdb", *places), program("postgres", *places)
    user, password, port = unprivileged(), secrets.token_hex(16), free_port()
    home = folder / "postgres"
    home.mkdir()
    (home / "password").write_text(password)
    if user:
        for path in (home, home / "password"):
            shutil.chown(path, user)
        folder.chmod(0o711)
    made = subprocess.run(  # type: ignore[call-overload]
        [initdb, "-D", str(home / "data"), "-U", "wijk", "-A", "scram-sha-256", f"--pwfile={home / 'password'}",
         "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True, text=True, check=False, cwd="/", **identity(user),
    )  # fmt: skip
    if made.returncode:
        raise SystemExit(f"initdb failed:\n{made.stdout}{made.stderr}")
    options = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off",
        "full_page_writes": "off", "max_connections": 200, "autovacuum": "off", "synchronous_commit": "off",
        "wal_level": "minimal", "max_wal_senders": 0, "jit": "off",
    }  # fmt: skip
    command = [server, "-D", str(home / "data")]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with running(command, port, folder / "postgres.log", stop=signal.SIGINT, user=user):
        yield f"postgres://wijk:{password}@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """An empty Redis (or Valkey) of our own; gives its REDIS_URL."""
    try:
        server = program("redis-server")
    except Absent:
        server = program("valkey-server")
    port = free_port()
    command = [
        server,
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    with running(command, port, folder / "redis.log", stop=signal.SIGTERM, user=None):
        yield f"redis://127.0.0.1:{port}/0"


def chromium() -> str:
    if os.environ.get("CHROMIUM"):
        return os.environ["CHROMIUM"]
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        with contextlib.suppress(Absent):
            return program(name)
    raise Absent("chromium was not found")


def execute(part: Part, command: list[str], environment: dict[str, str], *, cwd: Path = ROOT) -> None:
    """Runs a command with its output on the terminal, and keeps its closing line and its skip reasons."""
    print(f"\n━━ {part.name} ━━", flush=True)
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=cwd, env=surroundings(environment), text=True, errors="replace", bufsize=1,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", line).strip()
        if re.match(r"(=+ )?(\d+ (passed|failed|skipped|error)|no tests ran)", plain) or plain.startswith("Tests "):
            part.outcome = plain.strip("= ")
        elif plain.startswith("SKIPPED"):
            part.skips.append(plain)
    code = process.wait()
    part.seconds = time.monotonic() - start
    part.outcome = part.outcome or ("passed" if code == 0 else f"exit code {code}")
    part.failed = code not in (0, NO_TESTS)


def absent(part: Part, reason: Absent) -> None:
    part.outcome, part.failed = f"SKIPPED: {reason}", REQUIRE_ALL


def run_frontend(part: Part) -> None:
    scripts = json.loads((ROOT / "frontend" / "package.json").read_text()).get("scripts", {})
    if "test" in scripts:
        execute(part, ["npm", "test", "--silent"], {"CI": "1"}, cwd=ROOT / "frontend")


def run_sqlite(part: Part, environment: dict[str, str], extra: list[str]) -> None:
    marks = "not postgres and not redis and not browser"
    execute(part, [*PYTEST, "-m", marks, *extra], environment)


def run_postgres(part: Part, environment: dict[str, str], extra: list[str]) -> None:
    """What ran on SQLite without a database needs not run again."""
    if environment:
        execute(part, [*PYTEST, "-m", "not browser", "--on-another-database", *extra], environment)


def start_services(part: Part, folder: Path, services: contextlib.ExitStack) -> dict[str, str]:
    try:
        return {
            "DATA_DIR": str(folder / "pg"),
            "DATABASE_URL": services.enter_context(postgres(folder)),
            "REDIS_URL": services.enter_context(redis(folder)),
        }
    except Absent as reason:
        absent(part, reason)
        return {}


def migrate_meanwhile(environment: dict[str, str], services: contextlib.ExitStack) -> None:
    """Half a minute on one core each, beside the parts before. Tests wait for it, or find out for themselves."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.tables"], cwd=ROOT, env=surroundings(environment),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    services.callback(process.wait)
    services.callback(process.terminate)


def surroundings(environment: dict[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**inherited, **environment}


def run_browser(part: Part, folder: Path, extra: list[str]) -> None:
    try:
        binary = chromium()
    except Absent as reason:
        absent(part, reason)
        return
    environment = {"DATA_DIR": str(folder / "browser"), "CHROMIUM": binary}
    command = [*PYTEST, "tests/browser", "-m", "browser", "-o", f"cache_dir={folder / 'browser-cache'}", *extra]
    execute(part, command, environment)
    if part.failed:
        # Browsers, servers and tests share a few cores: what one slow moment broke is tried once more, by itself.
        # What fails twice has failed.
        again = Part(part.name)
        execute(again, [*command, "--last-failed", "--last-failed-no-failures", "none", "-n", "0"], environment)
        part.failed = again.failed or "passed" not in again.outcome
        part.outcome, part.seconds = f"{part.outcome}; once more: {again.outcome}", part.seconds + again.seconds


def main(extra: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    frontend, sqlite, pg, browser = parts = [
        Part("Frontend"), Part("Python on SQLite"), Part("Python on PostgreSQL and Redis"), Part("Browser"),
    ]  # fmt: skip
    with (
        tempfile.TemporaryDirectory(prefix="wijkplatform-suite-", ignore_cleanup_errors=True) as place,
        contextlib.ExitStack() as services,
    ):
        folder = Path(place)
        if sys.dont_write_bytecode:  # dozens of processes start, and compiling everything takes each five seconds
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        on_sqlite = {"DATA_DIR": str(folder / "sqlite")}
        on_postgres = start_services(pg, folder, services)
        for environment in filter(None, (on_sqlite, on_postgres)):
            migrate_meanwhile(environment, services)
        run_frontend(frontend)
        run_sqlite(sqlite, on_sqlite, extra)
        run_postgres(pg, on_postgres, extra)
        run_browser(browser, folder, extra)

    print("\n━━ Together ━━")
    for part in parts:
        print(f"  {'FAILED' if part.failed else 'ok':<7} {part.name:<32} {part.seconds:4.0f} s  {part.outcome}")
        for skip in part.skips:
            print(f"            {skip}")
    return 1 if any(part.failed for part in parts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:] if sys.argv[1:2] == ["--"] else []))
