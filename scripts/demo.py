"""Starts the demo and says where it is.

`demo.py port PORT` looks whether the port is free, `demo.py serve PORT` serves.

Runs on the standard library alone, because the port is looked at before anything is installed.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

START_SECONDS = 120
PASSWORD = "welkom-in-de-wijk"  # noqa: S105  (config.demo.world gives it to every demo account)
MANAGE = [sys.executable, "manage.py"]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def refuse_taken(port: int) -> None:
    if port_is_free(port):
        return
    free = next((other for other in range(port + 1, port + 200) if port_is_free(other)), 0)
    sys.exit(f"Port {port} is taken. Use another one:  make demo PORT={free}")


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def accounts() -> str:
    listing = subprocess.run([*MANAGE, "demo_session"], capture_output=True, text=True, check=False)
    if listing.returncode:
        return ""
    rows = json.loads(listing.stdout)
    shown: dict[str, dict[str, str]] = {}
    for row in rows:
        shown.setdefault(str(row["organisation"]), row)
    return "\n".join(f"    {row['username']:<20} {row['role']}, {row['organisation']}" for row in shown.values())


def serve(port: int) -> int:
    refuse_taken(port)
    start = time.monotonic()
    server = subprocess.Popen([*MANAGE, "serve", "--port", str(port)])
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server as well, which then ends by itself
    people = accounts()
    while not answers(port):
        if server.poll() is not None:
            sys.exit(f"The server stopped while starting (exit code {server.returncode}); its message is above.")
        if time.monotonic() - start > START_SECONDS:
            server.terminate()
            sys.exit(f"The server did not answer within {START_SECONDS} seconds.")
        time.sleep(0.1)
    here = f"http://localhost:{port}"
    print(f"""
  The demo is up ({time.monotonic() - start:.0f} s). Ctrl-C ends it; `make demo` goes on with the same data.

    Residents            {here}/
    Report something     {here}/melden/
    Professionals        {here}/werk/
    Editors              {here}/beheer/
    API description      {here}/api/v1/openapi.json

  Sign in at {here}/werk/ with password {PASSWORD} as, for example:
{people}

  E-mails and text messages go nowhere: they are printed here, with the codes and links in them.

  `DEMO=1 .venv/bin/python manage.py demo_session` lists all accounts; with a name it prints a session cookie.
""", flush=True)  # fmt: skip
    return server.wait()


if __name__ == "__main__":
    action, port = sys.argv[1], int(sys.argv[2])
    if action == "port":
        refuse_taken(port)
    else:
        sys.exit(serve(port))
