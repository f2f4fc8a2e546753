"""Runs the whole production topology on this machine, without Docker: 2 web, 1 worker, PostgreSQL, Redis, nginx.

`topology.py run [--data FOLDER] [--port PORT]` starts it on loopback and stays; Ctrl-C or SIGTERM ends all of it.
`topology.py restart [--data FOLDER]` restarts the web processes of a running one, one after the other.

It reads what production reads: `platform/deploy/nginx.conf`, the commands in `platform/deploy/systemd/` and the
settings of `platform/deploy/.env.example`. What ends is started again after a second, as systemd does. Everything,
with a self-signed certificate, lives in FOLDER; `topology.json` there says which process has which pid and port.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suite import ROOT, Absent, await_port, free_port, identity, program, unprivileged

DEPLOY = ROOT / "platform" / "deploy"
HOME = "/opt/wijkplatform"
"""Where the systemd units expect the platform."""
START_SECONDS = 120
STOP_SECONDS = 30
RESTART_AFTER = 1.0
DRAIN_SECONDS = 3.0
"""What requests in hand get between nginx's reload and the end of a process."""
POSTGRES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


@dataclass
class Process:
    """One process that has to run; `port` is where it listens, 0 when it does not."""

    name: str
    command: list[str]
    log: Path
    port: int = 0
    environment: dict[str, str] | None = None
    stop_with: signal.Signals = signal.SIGTERM
    user: str | None = None
    running: subprocess.Popen[bytes] | None = None
    ended_at: float | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(  # type: ignore[call-overload]
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                cwd="/" if self.user else ROOT, env=self.environment, **identity(self.user),
            )  # fmt: skip
        self.ended_at = None

    def stop(self) -> None:
        if self.running is None or self.running.poll() is not None:
            return
        self.running.send_signal(self.stop_with)
        try:
            self.running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()


def command_of(unit: str, port: int = 0) -> list[str]:
    """What a systemd unit of ours starts, with this checkout and this Python in the place of the installed ones."""
    text = (DEPLOY / "systemd" / unit).read_text()
    found = re.search(r"^ExecStart=(.+)$", text, re.MULTILINE)
    assert found, unit
    line = found[1].replace(f"{HOME}/.venv/bin/python", sys.executable).replace(HOME, str(ROOT))
    return line.replace("800%i", str(port)).split()


def example_settings() -> dict[str, str]:
    """What `.env.example` sets, the empty ones left out."""
    lines = (DEPLOY / ".env.example").read_text().splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name: value for name, _is, value in pairs if value}


def fill_in(text: str, values: dict[str, str]) -> str:
    """`envsubst` for the names that begin with WIJK_; a name without a value stops the start."""
    return re.sub(r"\$\{(WIJK_[A-Z_0-9]+)\}", lambda found: values[found[1]], text)


@dataclass
class Topology:
    data: Path
    port: int
    processes: list[Process] = field(default_factory=list)
    ending: bool = False
    empty: bool = False
    """Without the demonstration's municipalities."""

    def __post_init__(self) -> None:
        self.database_port, self.redis_port = free_port(), free_port()
        self.web_ports = (free_port(), free_port())
        self.http_port = free_port()
        self.certificate, self.key = self.data / "certificate.pem", self.data / "key.pem"

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"

    # --- what has to be there ---------------------------------------------------------------------

    def settings(self) -> dict[str, str]:
        """The example's settings with this machine's addresses. Nothing leaves the machine: mails become files."""
        return example_settings() | {
            "SECRET_KEY": self._secret("secret_key"),
            "DATABASE_URL": self._database_url("wijkplatform"),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "ALLOWED_HOSTS": "localhost,.localhost,127.0.0.1",
            "BASE_URL": self.address,
            "DATA_DIR": str(self.data / "data"),
            "EMAIL_URL": f"filemail://{self.data / 'mail'}",
            "DEFAULT_FROM_EMAIL": "Wijkplatform <noreply@localhost>",
            "PLACES_URL": "",
            "TILES_URL": "",
            "LINK_CHECKS": "0",
        }

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        bytecode = {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
        return kept | bytecode | self.settings() | _limits() | more

    def _secret(self, name: str) -> str:
        path = self.data / name
        if not path.exists():
            path.write_text(secrets.token_hex(32))
            path.chmod(0o600)
        return path.read_text()

    def _database_url(self, name: str) -> str:
        return f"postgres://wijk:{self._secret('database_password')}@127.0.0.1:{self.database_port}/{name}"

    def _make_certificate(self) -> None:
        if self.certificate.exists():
            return
        names = "subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1"
        subprocess.run(
            [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "825", "-subj", "/CN=localhost", "-addext", names,
             "-keyout", str(self.key), "-out", str(self.certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
        self.key.chmod(0o600)

    # --- the processes ----------------------------------------------------------------------------

    def _postgres(self) -> Process:
        user, home = unprivileged(), self.data / "postgres"
        password = self._secret("database_password")
        if not (home / "data" / "PG_VERSION").exists():
            home.mkdir(exist_ok=True)
            (home / "password").write_text(password)
            if user:
                self.data.chmod(0o711)
                for path in (home, home / "password"):
                    shutil.chown(path, user)
            made = subprocess.run(  # type: ignore[call-overload]
                [program("initdb", *POSTGRES), "-D", str(home / "data"), "-U", "wijk", "-A", "scram-sha-256",
                 f"--pwfile={home / 'password'}", "-E", "UTF8", "--locale=C", "--no-sync"],
                capture_output=True, text=True, check=False, cwd="/", **identity(user),
            )  # fmt: skip
            (home / "password").unlink()
            if made.returncode:
                sys.exit(f"initdb failed:\n{made.stdout}{made.stderr}")
        command = [program("postgres", *POSTGRES), "-D", str(home / "data")]
        options = {"listen_addresses": "127.0.0.1", "port": self.database_port, "unix_socket_directories": ""}
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return Process("postgres", command, self.data / "postgres.log", self.database_port,
                       stop_with=signal.SIGINT, user=user)  # fmt: skip

    def _redis(self) -> Process:
        try:
            server = program("redis-server")
        except Absent:
            server = program("valkey-server")
        command = [server, "--bind", "127.0.0.1", "--port", str(self.redis_port), "--dir", str(self.data)]
        command += ["--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]
        return Process("redis", command, self.data / "redis.log", self.redis_port)

    def _nginx(self) -> Process:
        cache = self.data / "nginx"
        cache.mkdir(exist_ok=True)
        config = self.data / "nginx.conf"
        config.write_text(fill_in((DEPLOY / "nginx.conf").read_text(), {
            "WIJK_USER": "user root;" if os.geteuid() == 0 else "",
            "WIJK_PID": str(self.data / "nginx.pid"),
            "WIJK_CACHE": str(cache),
            "WIJK_LOG_ERROR": str(self.data / "nginx-error.log"),
            "WIJK_LOG_ACCESS": str(self.data / "nginx-access.log"),
            "WIJK_ACME": str(cache),
            "WIJK_HTTP": f"127.0.0.1:{self.http_port}",
            "WIJK_HTTPS": f"127.0.0.1:{self.port}",
            "WIJK_HTTPS_SUFFIX": f":{self.port}",
            "WIJK_CERTIFICATE": str(self.certificate),
            "WIJK_KEY": str(self.key),
            "WIJK_WEB_1": f"127.0.0.1:{self.web_ports[0]}",
            "WIJK_WEB_2": f"127.0.0.1:{self.web_ports[1]}",
        }))  # fmt: skip
        command = [program("nginx", "/usr/sbin", "/usr/local/sbin"), "-e", str(self.data / "nginx-error.log")]
        command += ["-c", str(config), "-g", "daemon off;"]
        return Process("nginx", command, self.data / "nginx.log", self.port)

    def _ours(self) -> list[Process]:
        environment = self.environment()
        found = [
            Process(f"web{number}", command_of("wijkplatform-web@.service", port), self.data / f"web{number}.log",
                    port, environment)
            for number, port in enumerate(self.web_ports, 1)
        ]  # fmt: skip
        worker = command_of("wijkplatform-worker.service")
        return [*found, Process("worker", worker, self.data / "worker.log", environment=environment)]

    # --- start, watch, stop -----------------------------------------------------------------------

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        for folder in ("data", "mail"):
            (self.data / folder).mkdir(exist_ok=True)
        for name in ("nginx", "openssl"):
            program(name, "/usr/sbin", "/usr/local/sbin")
        self._make_certificate()
        for process in (self._postgres(), self._redis()):
            self._begin(process)
        self._fill_database()
        for process in [*self._ours(), self._nginx()]:
            self._begin(process)
        self._write_down()
        self._await_ready()

    def _begin(self, process: Process) -> None:
        self._say(f"{process.name} …")
        process.start()
        self.processes.append(process)
        if process.name in ("postgres", "redis"):
            assert process.running is not None
            await_port(process.running, process.port, process.log)

    def _fill_database(self) -> None:
        import psycopg

        with psycopg.connect(self._database_url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'wijkplatform'").fetchone():
                connection.execute("CREATE DATABASE wijkplatform")
        self._say("tables …")
        self.manage("migrate", "--verbosity", "0")
        if not self.empty and not (self.data / "demo-loaded").exists():
            self._say("the demonstration's municipalities …")
            self.manage("load_demo", DEMO="1", TLS="0", BASE_URL="http://localhost")
            (self.data / "demo-loaded").touch()

    def manage(self, *arguments: str, **more: str) -> None:
        with (self.data / "manage.log").open("ab") as output:
            done = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), *arguments], cwd=ROOT, env=self.environment(**more),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
            try:
                code = done.wait()
            except BaseException:
                done.terminate()
                done.wait()
                raise
        if code:
            sys.exit(f"manage.py {arguments[0]} failed; see {self.data / 'manage.log'}")

    def _await_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not all(answers(port, "/readyz") for port in self.web_ports) or not self.ready():
            for process in self.processes:
                if process.running is not None and process.running.poll() is not None:
                    sys.exit(f"{process.name} stopped while starting; see {process.log}")
            if time.monotonic() > end:
                sys.exit(f"{self.address}/readyz was not fine within {START_SECONDS} seconds; see {self.data}")
            time.sleep(0.2)

    def ready(self) -> bool:
        trusting = ssl.create_default_context(cafile=str(self.certificate))
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5, context=trusting) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def watch(self, until: Callable[[], bool]) -> None:
        """Starts again what ended, a second later; says so."""
        while not until():
            for process in self.processes:
                assert process.running is not None
                if process.running.poll() is None:
                    continue
                if process.ended_at is None:
                    process.ended_at = time.monotonic()
                    self._say(f"{process.name} ended ({process.running.returncode}) and is started again")
                elif time.monotonic() - process.ended_at > RESTART_AFTER:
                    process.start()
                    self._write_down()
            time.sleep(0.1)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()
        (self.data / "topology.json").unlink(missing_ok=True)

    def _write_down(self) -> None:
        rows = {
            process.name: {"pid": process.running.pid, "port": process.port}
            for process in self.processes
            if process.running is not None
        }
        facts: dict[str, Any] = {"pid": os.getpid(), "address": self.address, "http": self.http_port}
        facts |= {"certificate": str(self.certificate), "settings": self.settings(), "processes": rows}
        path = self.data / "topology.json.new"
        path.touch(mode=0o600)
        path.write_text(json.dumps(facts, indent=2))
        path.replace(self.data / "topology.json")

    def _say(self, text: str) -> None:
        print(f"  {text}", flush=True)


def _limits() -> dict[str, str]:
    """Limits that whoever starts it sets: a measurement comes from one address."""
    return {name: value for name, value in os.environ.items() if name.startswith(("THROTTLE_", "PRESSURE"))}


def answers(port: int, path: str) -> bool:
    """Whether a web process says that it is fine, asked as nginx asks it."""
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=5
        ) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def run(data: Path, port: int, *, empty: bool) -> int:
    data.mkdir(parents=True, exist_ok=True)
    topology = Topology(data, port, empty=empty)

    def end(_number: int, _frame: object) -> None:
        if not topology.ending:
            topology.ending = True
            raise KeyboardInterrupt

    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"A topology runs already in {data}.")
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        start = time.monotonic()
        try:
            topology.start()
            shown = "\n".join(f"    {p.name:<10} pid {p.running.pid:<8} {'port ' + str(p.port) if p.port else ''}"
                              for p in topology.processes if p.running)  # fmt: skip
            print(f"""
  The topology is up ({time.monotonic() - start:.0f} s). Ctrl-C ends it; the same command goes on with the same data.

    Residents            {topology.address}/
    Professionals        {topology.address}/werk/
    Is it fine           {topology.address}/readyz

{shown}

    Certificate          {topology.certificate}
    Logs and mails       {data}
""", flush=True)  # fmt: skip
            topology.watch(lambda: False)
        except KeyboardInterrupt:
            topology.ending = True
            print("  Stopping …", flush=True)
        except Absent as reason:
            sys.exit(f"{reason}. On Debian: apt-get install postgresql redis-server nginx-light openssl")
        finally:
            topology.ending = True
            topology.stop()
        print("  Stopped.", flush=True)
        return 0


def restart(data: Path) -> int:
    """As `platform/deploy/restart`: nginx sends nothing there, it restarts, and only when it is fine the next."""
    place, config = data / "topology.json", data / "nginx.conf"
    for name in ("web1", "web2"):
        processes = json.loads(place.read_text())["processes"]
        before, nginx = processes[name], processes["nginx"]["pid"]
        line = f"server 127.0.0.1:{before['port']} "
        whole = config.read_text()
        config.write_text(whole.replace(line, f"{line}down "))
        os.kill(nginx, signal.SIGHUP)
        time.sleep(DRAIN_SECONDS)
        os.kill(before["pid"], signal.SIGTERM)
        end = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError, ValueError):
                now = json.loads(place.read_text())["processes"][name]
                if now["pid"] != before["pid"] and answers(now["port"], "/readyz"):
                    break
            if time.monotonic() > end:
                sys.exit(f"{name} was not fine within {START_SECONDS} seconds; nginx sends nothing there.")
            time.sleep(0.1)
        config.write_text(whole)
        os.kill(nginx, signal.SIGHUP)
        time.sleep(DRAIN_SECONDS)
        print(f"  {name} runs anew, pid {now['pid']}.", flush=True)
    return 0


if __name__ == "__main__":
    reading = argparse.ArgumentParser(description="The whole production topology on this machine.")
    reading.add_argument("action", choices=("run", "restart"))
    reading.add_argument("--data", type=Path, default=ROOT / "var" / "topology")
    reading.add_argument("--port", type=int, default=8443, help="of https (default: %(default)s)")
    reading.add_argument("--empty", action="store_true", help="without the demonstration's municipalities")
    chosen = reading.parse_args()
    place = chosen.data.resolve()
    sys.exit(run(place, chosen.port, empty=chosen.empty) if chosen.action == "run" else restart(place))
