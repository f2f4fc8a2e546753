"""Asking whether addresses elsewhere still answer: seldom, shortly, and never inside our own walls.

An address that an editor typed is somebody else's word. Its host is looked up by us, and only where every one of its
numbers is on the public internet is the first one asked, at that very number, so that it cannot change in between. The
same goes for each address it sends us on to. `LINK_CHECK_NETWORKS` names networks of one's own that may be asked too.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from ssl import SSLCertVerificationError
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.db import transaction

from cms.editing.models import OutsideLink

EVERY, AGAIN = timedelta(days=7), timedelta(days=1)
"""How long until an address is asked again; and one that failed for the first time."""
PATIENCE = 5.0
"""Seconds for one answer."""
LONGEST = 15.0
"""Seconds for one address, with all its redirects."""
MOST_STEPS = 5
AT_MOST, BUDGET = 60, 20.0
"""Addresses and seconds in one go: the worker has other work."""
PORTS = {80, 443}
NAT64 = ip_network("64:ff9b::/96")
"""IPv6 numbers that hold an IPv4 number, also a private one."""
ALIVE = {401, 403, 405, 406, 418, 429, 451, 503, 999}
"""Answers of sites that are there and do not like to be asked by a machine."""

LOOK_UP = """
import socket, sys
try: found = socket.getaddrinfo(sys.argv[1], None, type=socket.SOCK_STREAM)
except OSError: sys.exit(1)
print(*(one[4][0] for one in found))
"""
"""What Python is asked to do to look up a host."""


class Refused(Exception):
    """`str()` is a code of `links.PROBLEMS`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`problem` is empty when it answered; `reached` whether anybody answered at all."""

    problem: str
    reached: bool


def ask(address: str) -> Answer:
    """HEAD, then GET where HEAD is not understood; follows redirects. Reads no content. Takes `LONGEST` at most, and
    leaves nothing behind: neither a thread nor a connection.
    """
    ends = time.monotonic() + LONGEST
    try:
        for _step in range(MOST_STEPS + 1):
            status, onward = _request("HEAD", address, ends)
            if status >= 400 and status not in {404, 410}:
                status, onward = _request("GET", address, ends)
            if not onward:
                return Answer("" if status < 400 or status in ALIVE else str(status), reached=True)
            address = urljoin(address, onward)
        return Answer("too-many-redirects", reached=True)
    except Refused as refusal:
        return Answer(str(refusal), reached=False)
    except SSLCertVerificationError:
        return Answer("certificate", reached=True)
    except (HTTPException, OSError, ValueError):
        return Answer("no-answer", reached=False)


def ask_due(*, now: datetime, clock: Any = time.monotonic) -> int:
    """Ask what is due and keep what came of it; returns how many. Stops in time, the rest is for the next go.

    When nobody answers at all, of several sites, it is we who are cut off: then nothing is kept.
    """
    began = clock()
    answers: dict[OutsideLink, Answer] = {}
    for link in (
        OutsideLink.objects.filter(due_at__lte=now, places__isnull=False).distinct().order_by("due_at", "pk")[:AT_MOST]
    ):
        if clock() - began > BUDGET:
            break
        answers[link] = ask(link.address)
    hosts = {urlsplit(link.address).hostname for link in answers}
    if len(hosts) > 2 and not any(one.reached for one in answers.values()):
        OutsideLink.objects.filter(pk__in=[link.pk for link in answers]).update(due_at=now + timedelta(hours=1))
        return 0
    for link, answer in answers.items():
        keep(link.pk, answer, now=now)
    return len(answers)


def keep(link_id: int, answer: Answer, *, now: datetime) -> None:
    """What an address answered, and when to ask it again."""
    with transaction.atomic():
        link = OutsideLink.objects.select_for_update().filter(pk=link_id).first()
        if link is None:
            return
        link.checked_at, link.problem = now, answer.problem
        link.failures = min(link.failures + 1, 1000) if answer.problem else 0
        link.failing_since = (link.failing_since or now) if answer.problem else None
        link.due_at = now + (AGAIN if link.failures == 1 else EVERY)
        link.save(update_fields=["checked_at", "problem", "failures", "failing_since", "due_at"])


def _request(method: str, address: str, ends: float) -> tuple[int, str]:
    """Status and where it sends us on to. Raises Refused, HTTPException, OSError and ValueError."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        raise Refused("refused-address")
    host = host if host.isascii() else host.encode("idna").decode()
    number = _number_of(host, port, ends)
    name = f"[{host}]" if ":" in host else host
    connection = HTTPConnection(number, port)
    with _connected(number, port, ends) as wire:
        connection.sock = _secured(wire, host) if parts.scheme == "https" else wire
        response = None
        try:
            connection.putrequest(method, _target(parts), skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", name if parts.port is None else f"{name}:{port}")
            connection.putheader("User-Agent", "wijkplatform (checks links)")
            connection.putheader("Accept", "*/*")
            connection.endheaders()
            response = connection.getresponse()
            _left(ends)  # a head that was cut off may look like a whole one
            onward = response.getheader("Location", "") if 300 <= response.status < 400 else ""
            return response.status, onward.encode("latin-1").decode("utf-8", "replace")
        finally:
            if response is not None:
                response.close()
            connection.close()


@contextmanager
def _connected(number: str, port: int, ends: float) -> Iterator[socket.socket]:
    """A connection that is cut when time is up: a site may send its head letter by letter."""
    with socket.create_connection((number, port), timeout=_left(ends)) as wire, wire.dup() as hold:
        cut = threading.Timer(max(ends - time.monotonic(), 0), _cut, [hold])
        cut.start()
        try:
            yield wire
        finally:
            cut.cancel()
            cut.join()


def _cut(hold: socket.socket) -> None:
    with suppress(OSError):  # it ended just now
        hold.shutdown(socket.SHUT_RDWR)


def _secured(wire: socket.socket, host: str) -> socket.socket:
    return ssl.create_default_context().wrap_socket(wire, server_hostname=host)


def _target(parts: SplitResult) -> str:
    """As it goes over the wire: letters beyond ASCII in their coded form."""
    asked = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(asked, safe="%/:?#[]@!$&'()*+,;=~")


def _left(ends: float) -> float:
    left = min(ends - time.monotonic(), PATIENCE)
    if left <= 0:
        raise TimeoutError
    return left


def _number_of(host: str, port: int, ends: float) -> str:
    """The number to ask; every number of this host must be one that may be asked."""
    try:
        numbers = [ip_address(socket.inet_ntoa(socket.inet_aton(host)))]  # also in the forms that only machines write
    except (OSError, ValueError, UnicodeError):
        numbers = _looked_up(host, ends)
    if not numbers or not all(_may_be_asked(number, port, settings.LINK_CHECK_NETWORKS) for number in numbers):
        raise Refused("refused-address")
    return str(numbers[0])


def _looked_up(host: str, ends: float) -> list[IPv4Address | IPv6Address]:
    """In a process of its own: a question to a name server cannot be taken back, and a process can be ended."""
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    try:
        found = subprocess.run(  # noqa: S603  # the host is an argument of our own few lines
            [sys.executable, "-IS", "-c", LOOK_UP, host], capture_output=True, timeout=_left(ends), check=False
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    if found.returncode:
        raise Refused("no-such-host")
    return [ip_address(one.partition("%")[0]) for one in found.stdout.decode().split()]


def _may_be_asked(number: IPv4Address | IPv6Address, port: int, networks: Sequence[str]) -> bool:
    if any(number in ip_network(one) for one in networks):
        return True
    if number in NAT64:
        return False
    inside = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None) or number
    plain = number.is_global and inside.is_global and not number.is_multicast and not inside.is_multicast
    return plain and port in PORTS
