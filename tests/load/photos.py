"""Time per photo over HTTP: `python tests/load/photos.py [--photos 60] [--megapixels 12] [--clients 1 2]`.

Sends photos as phones make them (JPEG and HEIC of 12 megapixels, and the 500 kB that our own pages make of one) to
`POST /uploads` of a real server and prints p50 and p95 in milliseconds; the smaller sizes are made by the worker, not
in the request. `tests/load/photo.py` tells what each stage costs.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from PIL import Image  # noqa: E402
from pillow_heif import register_heif_opener  # noqa: E402

from tests.load.photo import made_up  # noqa: E402
from tests.support.live.servers import Database, Server  # noqa: E402


def samples(megapixels: float) -> dict[str, bytes]:
    register_heif_opener()
    made = made_up(megapixels)
    chosen = {f"{kind}, {megapixels:g} megapixels": made[kind] for kind in ("JPEG", "HEIC")}
    small = Image.open(BytesIO(made["JPEG"]))
    small.thumbnail((2048, 2048))
    into = BytesIO()
    small.save(into, "JPEG", quality=80)
    return chosen | {"as our own pages send it": into.getvalue()}


def times_of(base_url: str, data: bytes, photos: int, clients: int) -> list[float]:
    """Milliseconds of each upload, by so many clients at once; a busy server's 503 is tried again and counted along."""
    parts = urlsplit(base_url)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + data + b"\r\n--x--\r\n"
    took: list[float] = []

    def one_client() -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=60)
        for _photo in range(photos // clients):
            started = time.perf_counter()
            while True:
                headers = {"Content-Type": "multipart/form-data; boundary=x"}
                connection.request("POST", "/api/v1/uploads", body, headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 503:
                    break
            assert answer.status == 201, answer.status
            took.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=one_client) for _client in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--base-url")
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Pillow {Image.__version__}"
    )
    photos = samples(options.megapixels)
    with tempfile.TemporaryDirectory() as folder:
        server = None
        if not options.base_url:
            database = Database(Path(folder))
            own = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1", "LOG_LEVEL": "ERROR"}
            database.manage("migrate", "-v0", **own)
            server = Server(database, **own).start()
        try:
            base_url = options.base_url or (server.address("") if server else "")
            for clients in options.clients:
                for name, data in photos.items():
                    times_of(base_url, data, clients, clients)
                    took = sorted(times_of(base_url, data, options.photos, clients))
                    cuts = statistics.quantiles(took, n=100)
                    print(
                        f"{clients} at once  {name:26} {len(data) / 1e6:5.1f} MB"
                        f"  p50 {cuts[49]:5.0f} ms  p95 {cuts[94]:5.0f} ms"
                    )
        finally:
            if server is not None:
                server.stop()
                database.drop()


if __name__ == "__main__":
    main()
