"""A push service on this machine: takes messages as RFC 8030 says, and a browser that reads what it took.

Decryption (RFC 8291) and the check of the sender (RFC 8292) are written out from the standards and share no code
with what sends.
"""

from __future__ import annotations

import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.live.serving import serving


def unpadded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Delivery:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


class FakeBrowser:
    """Has keys of its own and an address at the service, and reads what was sent there."""

    def __init__(self, service: PushService, name: str) -> None:
        self.service = service
        self.path = f"/push/{name}"
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> dict[str, Any]:
        """As `PushSubscription.toJSON()` gives it."""
        keys = {"p256dh": unpadded(self.point), "auth": unpadded(self.auth)}
        return {"endpoint": self.service.origin + self.path, "keys": keys}

    def deliveries(self) -> list[Delivery]:
        return [one for one in self.service.deliveries if one.path == self.path]

    def messages(self) -> list[dict[str, Any]]:
        """What it shows, oldest first."""
        return [json.loads(self.decrypt(one.body)) for one in self.deliveries()]

    def decrypt(self, body: bytes) -> bytes:
        """RFC 8188 (aes128gcm, one record) with the keys of RFC 8291."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sender) == 65 and len(sealed) <= size <= 4096
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\0" + self.point + sender
        secret = HKDF(hashes.SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        plain = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert plain.endswith(b"\x02")  # the last record
        return plain[:-1]


@dataclass
class PushService:
    """`answers[path]` is a list of statuses to give, one per request; after those, and without any, 201."""

    origin: str
    deliveries: list[Delivery] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)
    slow: float = 0.0
    """Seconds before it answers."""

    def browser(self, name: str) -> FakeBrowser:
        return FakeBrowser(self, name)


def sender_of(delivery: Delivery, origin: str) -> dict[str, Any]:
    """The claims of the VAPID token, after a check of its signature; `key` is who signed."""
    scheme, _space, rest = delivery.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    signed, _dot, signature = parts["t"].rpartition(".")
    raw = padded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), padded(parts["k"]))
    public.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims: dict[str, Any] = json.loads(padded(signed.split(".")[1]))
    assert claims["aud"] == origin
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    return claims | {"key": parts["k"]}


@contextmanager
def push_service() -> Iterator[PushService]:
    """Runs one until the end of the block."""
    service = PushService("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            waiting = service.answers.get(self.path, [])
            status = waiting.pop(0) if waiting else 201
            if service.slow:
                time.sleep(service.slow)
            if status == 201:
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.deliveries.append(Delivery(self.path, headers, body))
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "60")
            if status in {301, 307}:
                self.send_header("Location", "/push/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Silent."""

    with serving(Handler) as service.origin:
        yield service
