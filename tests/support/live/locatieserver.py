"""A Locatieserver (v3.1) and a source of map squares on this machine, with the streets of the demonstration.

It speaks the recorded protocol and is as strict: a query parameter that an endpoint does not know gives 400, `q` must
be there, `afstand` comes only from `reverse`, and only the fields that `fl` asks for. It can be made slow, broken,
senseless or dead:

    with locatieserver() as pdok:
        settings.PLACES_URL, settings.TILES_URL = pdok.places_url, pdok.tiles_url
        pdok.trouble = "garbage"

By hand, beside a demo: `python -m tests.support.live.locatieserver 9123` says what to set.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import shapely
from PIL import Image, ImageDraw

DEMO = Path(__file__).resolve().parents[3] / "platform" / "config" / "demo"
PLACES, TILES = "/bzk/locatieserver/search/v3_1", "/brt/achtergrondkaart/wmts/v2_0/pastel/EPSG:3857"
TROUBLES = (
    "",
    "error",
    "refuse",
    "garbage",
    "other-shape",
    "html",
    "empty",
    "half",
    "huge",
    "drip",
    "hang-up",
    "moved",
)
KNOWN = {
    "free": {"q", "fq", "fl", "df", "bq", "qf", "rows", "start", "sort", "lat", "lon", "wt"},
    "suggest": {"q", "fq", "fl", "df", "bq", "qf", "rows", "start", "sort", "lat", "lon", "wt"},
    "lookup": {"id", "fl", "wt"},
    "reverse": {"X", "Y", "lat", "lon", "type", "distance", "fl", "rows", "start", "wt"},
}
DEFAULTS = {"suggest": "id,type,weergavenaam,score", "reverse": "type,weergavenaam,id,score,afstand"}
PREFIX = {"adres": "adr", "weg": "weg", "postcode": "pcd", "gemeente": "gem"}
METRES = 111_195.0


@dataclass
class Asked:
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]


@dataclass
class Locatieserver:
    """`trouble` is one of TROUBLES; `slow` the seconds before it answers."""

    origin: str = ""
    trouble: str = ""
    slow: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    kill: Callable[[], None] = lambda: None
    """Stop listening and hang up, for good."""

    @property
    def places_url(self) -> str:
        return self.origin + PLACES

    @property
    def tiles_url(self) -> str:
        return self.origin + TILES


@dataclass(frozen=True)
class Thing:
    doc: dict[str, Any]
    shape: shapely.Geometry


@cache
def things() -> dict[str, Thing]:
    """Every street of the demonstration's municipalities, its postcode and its addresses, and one other town, by id."""
    names = {}
    for one in json.loads((DEMO / "areas.geojson").read_text())["features"]:
        if code := one["properties"].get("buurtcode"):
            names[code] = one["properties"]
    found: dict[str, Thing] = {}

    def add(kind: str, name: str, shape: shapely.Geometry, more: dict[str, Any]) -> None:
        doc_id = f"{PREFIX[kind]}-{hashlib.md5(f'{kind} {name}'.encode()).hexdigest()}"  # noqa: S324
        middle = shape.interpolate(0.5, normalized=True) if shape.geom_type == "LineString" else shape.centroid
        point = f"POINT({middle.x:.8f} {middle.y:.8f})"
        found[doc_id] = Thing(
            {"id": doc_id, "type": kind, "weergavenaam": name, **more, "bron": "BAG", "centroide_ll": point}, shape
        )

    amsterdam = {"gemeentecode": "0363", "gemeentenaam": "Amsterdam", "provincienaam": "Noord-Holland"}
    add("gemeente", "Gemeente Amsterdam", shapely.box(4.85, 52.33, 4.95, 52.4), amsterdam)
    number = 2740
    for buurt, streets in json.loads((DEMO / "streets.json").read_text()).items():
        area = names[buurt]
        town = area["gemeentenaam"]
        place = {
            "gemeentecode": area["gemeentecode"].removeprefix("GM"),
            "gemeentenaam": town,
            "woonplaatsnaam": town,
            "wijkcode": area["wijkcode"],
            "wijknaam": area["wijknaam"],
            "buurtcode": buurt,
            "buurtnaam": area["buurtnaam"],
            "provincienaam": "Zuid-Holland",
        }
        for street in streets:
            number += 1
            postcode = f"{number}AB"
            line = shapely.LineString([street["from"], street["to"]])
            place |= {"straatnaam": street["name"], "straatnaam_verkort": street["name"]}
            add("weg", f"{street['name']}, {town}", line, place)
            add("postcode", f"{street['name']}, {postcode} {town}", line.centroid, place | {"postcode": postcode})
            for house in range(1, 41):
                at = line.interpolate((house - 0.5) / 40, normalized=True)
                side = 0.00008 if house % 2 else -0.00008
                more = {"postcode": postcode, "huisnummer": house, "huis_nlt": str(house)}
                add(
                    "adres",
                    f"{street['name']} {house}, {postcode} {town}",
                    shapely.Point(at.x, at.y + side),
                    place | more,
                )
    return found


def answer(endpoint: str, query: list[tuple[str, str]]) -> tuple[int, dict[str, Any]]:
    """Status and document, as the real one gives them."""
    for name, _value in query:
        if name not in KNOWN[endpoint]:
            return _problem(f"query parameter '{name}' not defined in the specifications")
    given = dict(query)
    rows = int(given.get("rows", "10"))
    if rows > 50:
        return _problem("rows: at most 50")
    if endpoint == "lookup":
        if "id" not in given:
            return _problem("Missing query parameter 'id'")
        one = things().get(given["id"])
        return 200, _envelope([_only(one.doc, given.get("fl", "*"), {})] if one else [])
    if endpoint == "reverse":
        return _reverse(query, given, rows)
    if "q" not in given and endpoint != "free":
        return _problem("Missing query parameter 'q'")
    if re.search(r"[:()\[\]{}^~*?\"\\/!&|+]", given.get("q", "")):
        return 400, {"error": {"msg": "org.apache.solr.search.SyntaxError: Cannot parse", "code": 400}}
    words = _words(given.get("q", ""))
    filters = [value for name, value in query if name == "fq"]
    hits = []
    for thing in things().values():
        own = _words(thing.doc["weergavenaam"])
        if all(any(part.startswith(word) for part in own) for word in words) and all(
            _fits(thing, one) for one in filters
        ):
            score = {"weg": 3, "postcode": 1}.get(thing.doc["type"], 2) + sum(word in own for word in words)
            hits.append((-score, thing.doc.get("huisnummer", 0), thing))
    hits.sort(key=lambda hit: hit[:2])
    fl = given.get("fl") or DEFAULTS.get(endpoint, "*")
    shown = [(_only(thing.doc, fl, {"score": float(-score)}), thing) for score, _house, thing in hits[:rows]]
    document = _envelope([doc for doc, _thing in shown], len(hits))
    if endpoint == "suggest":
        document["highlighting"] = {
            thing.doc["id"]: {"suggest": [_bold(thing.doc["weergavenaam"], words)]} for _doc, thing in shown
        }
        document["spellcheck"] = {"suggestions": [], "collations": []}
    return 200, document


def _reverse(query: list[tuple[str, str]], given: dict[str, str], rows: int) -> tuple[int, dict[str, Any]]:
    if not {"lat", "lon"} <= set(given):
        return _problem("Missing query parameter 'lat' or 'lon'")
    lon, lat = float(given["lon"]), float(given["lat"])
    kinds = {value for name, value in query if name == "type"} or {"adres"}
    reach = float(given.get("distance", "inf"))
    shrink = math.cos(math.radians(lat))
    here = shapely.Point(lon * shrink, lat)
    hits = []
    for thing in things().values():
        if thing.doc["type"] in kinds:
            flat = shapely.transform(thing.shape, lambda points: points * [shrink, 1.0])
            if (distance := here.distance(flat) * METRES) <= reach:
                hits.append((distance, thing))
    hits.sort(key=lambda hit: hit[0])
    fl = given.get("fl") or DEFAULTS["reverse"]
    docs = [_only(thing.doc, fl, {"afstand": round(distance, 2), "score": 1.0}) for distance, thing in hits[:rows]]
    return 200, _envelope(docs, len(hits))


def _only(doc: dict[str, Any], fl: str, more: dict[str, Any]) -> dict[str, Any]:
    whole = doc | more
    wanted = [name for name in re.split(r"[,\s]+", fl) if name]
    return dict(whole) if "*" in wanted else {name: whole[name] for name in wanted if name in whole}


def _envelope(docs: list[dict[str, Any]], found: int | None = None) -> dict[str, Any]:
    many = len(docs) if found is None else found
    return {"response": {"numFound": many, "start": 0, "maxScore": 1.0, "numFoundExact": True, "docs": docs}}


def _problem(detail: str) -> tuple[int, dict[str, Any]]:
    return 400, {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail}


def _fits(thing: Thing, fq: str) -> bool:
    name, _colon, wanted = fq.partition(":")
    return str(thing.doc.get(name)) in re.split(r"\s+OR\s+", wanted.strip("()"))


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.casefold())


def _bold(name: str, words: list[str]) -> str:
    starts = "|".join(re.escape(word) for word in words)
    return re.sub(rf"\b({starts})", r"<b>\1</b>", name, flags=re.IGNORECASE) if starts else name


@cache
def square(z: int, x: int, y: int) -> bytes:
    """256 pixels of map as PNG, with the streets."""
    picture = Image.new("RGB", (256, 256), "#eef1e6")
    draw = ImageDraw.Draw(picture)

    def pixel(lon: float, lat: float) -> tuple[float, float]:
        across = (lon + 180) / 360 * 2**z - x
        down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z - y
        return across * 256, down * 256

    lines = [[pixel(*point) for point in one.shape.coords] for one in things().values() if one.doc["type"] == "weg"]
    for width, colour in ((max(3, 2 ** (z - 13)) + 2, "#c9ccbf"), (max(3, 2 ** (z - 13)), "#ffffff")):
        for line in lines:
            draw.line(line, fill=colour, width=width)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _handler(state: Locatieserver, open_now: set[socket.socket]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            open_now.add(self.request)
            super().setup()

        def finish(self) -> None:
            open_now.discard(self.request)
            super().finish()

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qsl(parts.query, keep_blank_values=True)
            state.asked.append(Asked(parts.path, query, {name.lower(): value for name, value in self.headers.items()}))
            if state.slow:
                time.sleep(state.slow)
            status, kind, body = self.content(parts.path, query)
            try:
                self.send(status, kind, body)
            except OSError:
                self.close_connection = True  # who asked no longer waits

        def content(self, path: str, query: list[tuple[str, str]]) -> tuple[int, str, bytes]:
            if tile := re.fullmatch(rf"{TILES}/(\d+)/(\d+)/(\d+)\.png", path):
                return 200, "image/png", square(*map(int, tile.groups()))
            endpoint = path.removeprefix(f"{PLACES}/")
            if endpoint not in KNOWN:
                return 404, "text/html", b"<h1>Not found</h1>"
            status, document = answer(endpoint, query)
            kind = "application/json" if status == 200 else "application/problem+json"
            return status, kind, json.dumps(document).encode()

        def send(self, status: int, kind: str, body: bytes) -> None:
            extra: dict[str, str] = {}
            promised = None
            match state.trouble:
                case "error":
                    status, kind, body = 503, "text/html", b"<h1>Service unavailable</h1>"
                case "refuse":
                    status, kind, body = 403, "text/html", b"<h1>Forbidden</h1>"
                case "garbage":
                    body = b'\x89PNG\r\n\x1a\n or {"response": [[[['
                case "other-shape":
                    body = b'{"response": {"docs": "none"}}'
                case "html":
                    kind, body = "text/html", b"<h1>Maintenance</h1>"
                case "empty":
                    body = b""
                case "half":
                    promised, body = len(body), body[: len(body) // 2]
                    self.close_connection = True
                case "huge":
                    body = b" " * 5_000_000
                case "hang-up":
                    self.close_connection = True
                    return
                case "moved":
                    status, body, extra = 302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body) if promised is None else promised))
            for name, value in extra.items():
                self.send_header(name, value)
            self.end_headers()
            if state.trouble == "drip":
                for number in range(len(body)):
                    self.wfile.write(body[number : number + 1])
                    time.sleep(0.2)
            else:
                self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Silent."""

    return Handler


@contextmanager
def locatieserver(port: int = 0) -> Iterator[Locatieserver]:
    """Runs one until the end of the block."""
    state = Locatieserver()
    open_now: set[socket.socket] = set()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(state, open_now))
    server.daemon_threads = True
    state.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()

    def kill() -> None:
        if thread.is_alive():
            server.shutdown()
            server.server_close()
            thread.join()
            for one in list(open_now):  # a connection that was kept would go on being answered
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    state.kill = kill
    try:
        yield state
    finally:
        kill()


if __name__ == "__main__":
    with locatieserver(int(sys.argv[1])) as running:
        print(f"export PLACES_URL={running.places_url} TILES_URL={running.tiles_url}", flush=True)
        threading.Event().wait()
