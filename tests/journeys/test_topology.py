"""The whole production topology of this machine: two web processes, a worker, PostgreSQL, Redis and nginx with TLS."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.support.live.servers import ROOT, free_port, hello, receive, until

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.processes,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()), reason="needs nginx"),
]
LIMITS = ("PRESSURE", "PRESSURE_NETWORK", "THROTTLE_REPORT", "THROTTLE_REPORT_NETWORK", "THROTTLE_REPORT_DEVICE")
WIJK = {
    "type": "Feature",
    "properties": {"wijkcode": "WK051801", "wijknaam": "West", "gemeentecode": "GM0518", "gemeentenaam": "Den Haag"},
    "geometry": {"type": "Polygon", "coordinates": [[[4.3, 52], [4.4, 52], [4.4, 52.1], [4.3, 52.1], [4.3, 52]]]},
}


@dataclass
class Running:
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def facts(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / "topology.json").read_text())
        return loaded

    @property
    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.facts["certificate"])

    def pid(self, name: str) -> int:
        return int(self.facts["processes"][name]["pid"])

    def ask(self, path: str, content: Any = None) -> tuple[int, bytes, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.facts["address"] + path, data, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30, context=self.trusting) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers

    def report(self) -> dict[str, Any]:
        place = {"type": "Point", "coordinates": [4.35, 52.05]}
        status, body, _headers = self.ask("/api/v1/reports", {"text": "Er ligt grofvuil", "location": place})
        assert status == 201
        return dict(json.loads(body))

    def upstreams_of(self, method: str) -> list[str]:
        lines = (self.folder / "nginx-access.log").read_text().splitlines()
        return [line.split()[4] for line in lines if line.split()[1] == method]


def _fine(state: dict[str, Any]) -> dict[str, Any] | None:
    return state if state["status"] == "ok" else None


@pytest.fixture(scope="module")
def topology() -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="wijkplatform-topology-"))
    command = [sys.executable, "-W", "ignore", str(ROOT / "scripts" / "topology.py"), "run", "--empty"]
    output = folder / "output"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data", str(folder), "--port", str(free_port())],
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=os.environ | dict.fromkeys(LIMITS, "1000000/hour"),
        )

    def up() -> bool:
        assert process.poll() is None, output.read_text()
        return "The topology is up" in output.read_text()

    try:
        until(up, "the topology is up", patience=400)
        running = Running(folder, process)
        areas = folder / "wijk.geojson"
        areas.write_text(json.dumps({"type": "FeatureCollection", "features": [WIJK]}))
        subprocess.run(
            [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), "import_areas", str(areas), "--level", "wijk"],
            check=True, cwd=ROOT, env={"PATH": os.environ["PATH"]} | running.facts["settings"], capture_output=True,
        )  # fmt: skip
        until(lambda: b"WK051801" in running.ask("/api/v1/areas?level=wijk")[1], "both processes know the wijk")
        yield running
        pids = [row["pid"] for row in running.facts["processes"].values()]
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
        assert "Stopped." in output.read_text()
        assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == [], "it ends as a whole"
    finally:
        process.terminate()
        process.wait(120)
        shutil.rmtree(folder, ignore_errors=True)


def test_a_page_comes_over_tls_and_http_leads_there(topology: Running) -> None:
    status, body, headers = topology.ask("/melden/")
    assert (status, b"<!doctype html>" in body.lower()) == (200, True)
    assert headers["Strict-Transport-Security"]
    state = until(lambda: _fine(json.loads(topology.ask("/readyz")[1])), "everything is fine, the worker too")
    assert {"database", "tasks", "channelLayer"} <= set(state["checks"])
    plain = urllib.request.Request(f"http://localhost:{topology.facts['http']}/melden/")
    with urllib.request.urlopen(plain, timeout=10, context=topology.trusting) as answer:  # noqa: S310
        assert answer.url == f"{topology.facts['address']}/melden/"


def test_a_report_to_one_process_reaches_a_socket_of_the_other(topology: Running) -> None:
    async def talk() -> None:
        address = topology.facts["address"].replace("https", "wss") + "/ws/wijk"
        origin = {"Origin": topology.facts["address"]}
        async with websockets.connect(address, ssl=topology.trusting, additional_headers=origin) as connection:
            seen = (await hello(connection, {"wijk:WK051801": 0}))["streams"]["wijk:WK051801"]
            before = len(topology.upstreams_of("POST"))
            for more in range(1, 5):
                await asyncio.to_thread(topology.report)
                while (await receive(connection, "event"))["seq"] < seen + more:
                    pass
            # nginx spread them over both, and the socket is with one.
            assert len(set(topology.upstreams_of("POST")[before:])) == 2

    asyncio.run(talk())


def test_a_web_process_that_is_killed_is_not_missed_and_comes_back(topology: Running) -> None:
    before = topology.pid("web1")
    os.kill(before, signal.SIGKILL)
    for _ in range(20):
        assert topology.ask("/melden/")[0] == 200
        assert topology.report()["handler"]["team"]["name"]
    until(lambda: topology.pid("web1") != before, "the process was started again")
    until(lambda: topology.ask("/readyz")[0] == 200, "the topology is fine")


def test_a_backup_is_put_back_elsewhere_whole(topology: Running, tmp_path: Path) -> None:
    import psycopg

    topology.report()
    here = topology.facts["settings"]
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    path = os.pathsep.join([*map(str, tools[-1:]), os.environ["PATH"]])
    deploy = ROOT / "platform" / "deploy"
    photos = Path(here["DATA_DIR"]) / "photos"
    photos.mkdir(exist_ok=True)
    (photos / "one").write_bytes(b"a photo")
    places = {"BACKUP_DIR": str(tmp_path / "backups"), "PATH": path}
    subprocess.run(
        [str(deploy / "backup")], check=True, env=places | {n: here[n] for n in ("DATABASE_URL", "DATA_DIR")}
    )
    (backup,) = (tmp_path / "backups").iterdir()
    with psycopg.connect(here["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE elsewhere")
        count = connection.execute("SELECT count(*) FROM cases_case").fetchone()
    url = here["DATABASE_URL"].rpartition("/")[0] + "/elsewhere"
    there = places | {"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "there")}
    restore = [str(deploy / "restore"), str(backup)]
    subprocess.run(restore, check=True, env=there)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM cases_case").fetchone() == count
    assert (tmp_path / "there" / "photos" / "one").read_bytes() == b"a photo"
    assert subprocess.run(restore, check=False, env=there, capture_output=True).returncode != 0, "never over anything"
    (backup / "files.tar").write_bytes(b"damaged")
    assert subprocess.run(restore, check=False, env=there, capture_output=True).returncode != 0
