"""Requests of every wrong shape, for ever and by a seed."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.support.hostile.photos import photos

UPLOADS, REPORTS = "/api/v1/uploads", "/api/v1/reports"


@dataclass(frozen=True, slots=True)
class Post:
    """One request; `kind` names what is wrong with it."""

    kind: str
    path: str
    body: bytes
    headers: dict[str, str]


def corpus(seed: int, *, point: tuple[float, float]) -> Iterator[Post]:
    """For ever: two of three a photo, the others bodies. `point`: a place (lon, lat) where reports are taken."""
    chance = random.Random(seed)  # repeatable, nothing secret
    pictures, texts = photos(chance), _texts(chance, point)
    while True:
        kind, data = next(pictures)
        yield _upload(kind, data, chance)
        kind, data = next(pictures)
        yield _upload(kind, data, chance)
        yield next(texts)


NAMES = [
    "IMG_0001.jpg", "../../../etc/passwd", "a\r\nX-Evil: 1.jpg", 'quote".jpg', "\u202egpj.exe", "x" * 3000 + ".jpg",
    "", ".", "CON", "a;b.svg", "photo.php.jpg", "фото 😀.heic",
]  # fmt: skip
TYPES = ["image/jpeg", "image/svg+xml", "text/html", "application/x-php", "", "image/*", "a" * 500]


def _upload(kind: str, data: bytes, chance: random.Random) -> Post:
    boundary = "grens" + str(chance.randrange(10**9))
    name = chance.choice(NAMES).replace("\r\n", "%0D%0A").replace('"', "%22")
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="{{}}"; filename="{name}"\r\nContent-Type: '
    part += chance.choice(TYPES) + "\r\n\r\n"
    body = part.format("file").encode() + data + b"\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    match chance.randrange(40):
        case 0:
            kind = "form without its end"
        case 1:
            kind, body = "form with a thousand fields", b"".join(
                f'--{boundary}\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n'.encode()
                for n in range(1500)
            ) + body + f"--{boundary}--\r\n".encode()  # fmt: skip
        case 2:
            kind, body = "form with twenty files", b"".join(
                part.format(f"file{n}").encode() + data[:20_000] + b"\r\n" for n in range(20)
            ) + f"--{boundary}--\r\n".encode()  # fmt: skip
        case 3:
            kind, headers = "form without a boundary", {"Content-Type": "multipart/form-data"}
        case 4:
            kind, headers = "photo as json", {"Content-Type": "application/json"}
        case 5:
            kind, headers = "packed body", headers | {"Content-Encoding": "gzip"}
            body = gzip.compress(body)
        case 6:
            kind = "file in base64"
            body = body.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1)
            body += f"--{boundary}--\r\n".encode()
        case _:
            body += f"--{boundary}--\r\n".encode()
    return Post(kind, UPLOADS, body, headers)


STRINGS: list[Any] = [
    "", " ", "\u0000", "\ud800", "a" * 3001, "a" * 100_000, "'; DROP TABLE reports; --", "<script>alert(1)</script>",
    "{{7*7}}{% debug %}", "\u202e\u200b\ufeff", "😀" * 1500, "Z̸" * 900, "%s%n%x", "../../etc/passwd", "NULL",
    "\r\nSet-Cookie: a=b",
    "M-000000", "=cmd|'/c calc'!A1", "a\tb\nc", "١٢٣", "𝕏",
]  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 1e308, -1e308, 2**63, 10**400, 0.1, [], {}, [[]], [None], {"a": {"b": []}}, [1] * 5000,
    {"type": "Point"}, {"type": "Polygon", "coordinates": [[[0, 0]]]}, {"type": "Point", "coordinates": ["a", None]},
    {"type": "Point", "coordinates": [1e400, 0]}, {"type": "Point", "coordinates": [4.3]},
    {"__proto__": 1}, {"email": []}, "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
FIELDS = ["text", "location", "address", "category", "answers", "photos", "contact", "language", "observedAt", "extra"]
MOMENTS = ["2026-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "now", "2026-11-21", "1e9", "24:00"]


def _texts(chance: random.Random, point: tuple[float, float]) -> Iterator[Post]:  # noqa: PLR0912  # a table
    base: dict[str, Any] = {"text": "Er ligt iets", "location": {"type": "Point", "coordinates": list(point)}}
    while True:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(UUID(int=chance.getrandbits(128)))}
        path, kind = REPORTS, "report, fuzzed fields"
        body = dict(base)
        for _field in range(chance.randrange(4)):
            body[chance.choice(FIELDS)] = chance.choice([*STRINGS, *ODD, *MOMENTS])
        match chance.randrange(16):
            case 0:
                body["photos"] = [str(UUID(int=chance.getrandbits(128))) for _n in range(chance.choice([1, 5, 500]))]
            case 1:
                body["contact"] = {one: chance.choice([*STRINGS, *ODD]) for one in ("name", "email", "phone")}
            case 2:
                body["text"] = chance.choice(["Koop nu! " + "https://spam.example " * 9, "[url=x]y[/url]", "x" * 2999])
            case 3:
                kind, headers = (
                    "report, odd key",
                    headers | {"Idempotency-Key": chance.choice(["", "x", "a" * 9000, "\x7f"])},
                )
            case 4:
                kind, headers = "report, odd proof", headers | {"Proof": chance.choice(["e30=", "A" * 5000, "x:y:z"])}
            case 5:
                kind, path = "check", "/api/v1/reports/_check"
                body = {"text": chance.choice([*STRINGS, "06" * 1400, "a@" * 1400, "1 " * 1400, "NL91" * 700])}
            case 6:
                kind, path, body = "suggest", "/api/v1/categories/_suggest", {"text": chance.choice([*STRINGS, *ODD])}
            case 7:
                kind, path = "tracking", "/api/v1/tracking/messages"
                headers = headers | {"Authorization": f"Bearer {chance.choice(['x', 'A' * 22, 'A' * 9000, ''])}"}
        raw = json.dumps(body).encode()
        match chance.randrange(20):
            case 0:
                kind, raw = "json, deep", b"[" * 100_000 + b"]" * 100_000
            case 1:
                kind, raw = "json, cut off", raw[: len(raw) // 2]
            case 2:
                kind, raw = "json, not utf-8", raw + b"\xff\xfe"
            case 3:
                kind, raw = "json, NaN", raw.replace(b"4.", b"NaN, 4.", 1)
            case 4:
                kind, raw = "json, 3 MB", json.dumps(base | {"text": "a" * 3_000_000}).encode()
            case 5:
                kind, headers = "json as a form", headers | {"Content-Type": "application/x-www-form-urlencoded"}
            case 6:
                kind, headers = "json, packed", headers | {"Content-Encoding": "gzip"}
                raw = gzip.compress(raw)
            case 7:
                kind, path, headers = "page", "/melden/bereiken/", {"Content-Type": "application/x-www-form-urlencoded"}
                raw = (
                    b"has=what&has=where&has=reach&text=" + chance.randbytes(30).hex().encode() + b"&lon=%00&lat=1e999"
                )
        yield Post(kind, path, raw, headers)
