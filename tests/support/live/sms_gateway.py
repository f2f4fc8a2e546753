"""An SMS gateway on this machine: takes messages as `core.notify.sms.HttpGateway` posts them.

It is strict about what it gets, and gives the same reference 409 when it took it before. It can be made slow, broken
or choosy:

    with sms_gateway() as gateway:
        settings.SMS_GATEWAY, settings.SMS_URL, settings.SMS_TOKEN = "http", gateway.url, TOKEN
        gateway.answers = [500, 500]
        gateway.unknown = {"+31612345678"}

By hand, beside a demo: `python -m tests.support.live.sms_gateway 9124` says what to set and prints what it takes.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.live.serving import serving

TOKEN = "a-token-of-the-provider"


@dataclass(frozen=True)
class Sms:
    to: str
    text: str
    sender: str
    reference: str


@dataclass
class SmsGateway:
    """`answers`: statuses for the next requests, whatever they hold. `slow`: seconds before it answers."""

    url: str = ""
    taken: list[Sms] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    """The status of every answer."""
    answers: list[int] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """Numbers that no message reaches."""
    slow: float = 0.0
    loud: bool = False

    def to(self, number: str) -> list[str]:
        """The texts that this number has got."""
        return [one.text for one in self.taken if one.to == number]

    def judge(self, headers: Any, body: bytes) -> int:
        """Take a message or not; the status to answer."""
        if self.answers:
            return self.answers.pop(0)
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401
        try:
            sent = json.loads(body)
        except ValueError:
            return 400
        if set(sent) != {"to", "from", "text", "reference"} or headers.get("Idempotency-Key") != sent["reference"]:
            return 400
        if sent["to"] in self.unknown:
            return 422
        if any(one.reference == sent["reference"] for one in self.taken):
            return 409
        self.taken.append(Sms(sent["to"], sent["text"], sent["from"], sent["reference"]))
        if self.loud:
            sys.stdout.write(f"{sent['to']}: {sent['text']}\n")
        return 202


@contextmanager
def sms_gateway(port: int = 0) -> Iterator[SmsGateway]:
    """Runs one until the end of the block."""
    gateway = SmsGateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = gateway.judge(self.headers, body)
            gateway.asked.append(status)
            if gateway.slow:
                time.sleep(gateway.slow)
            with suppress(OSError):  # who asked may have hung up
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Silent."""

    with serving(Handler, port) as origin:
        gateway.url = f"{origin}/messages"
        yield gateway


if __name__ == "__main__":
    with sms_gateway(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        running.loud = True
        sys.stdout.write(f"SMS_GATEWAY=http SMS_URL={running.url} SMS_TOKEN={TOKEN}\n")
        threading.Event().wait()
