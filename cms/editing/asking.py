"""Asking whether addresses elsewhere still answer: seldom, shortly, and never inside our own walls.

An address that an editor typed is somebody else's word. Its host is looked up by us, and only where every one of its
numbers is on the public internet is the first one asked, at that very number, so that it cannot change in between. The
same goes for each address it sends us on to. `LINK_CHECK_NETWORKS` names networks of one's own that may be asked too.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

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


class Refused(Exception):
    """`str()` is a code of `links.PROBLEMS`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`problem` is empty when it answered; `reached` whether anybody answered at all."""

    problem: str
    reached: bool


def ask(address: str) -> Answer:
    """HEAD, then GET where HEAD is not understood; follows redirects. Reads no content. Takes `LONGEST` at most.

    In a thread of its own, which is left alone when time is up: a name server that is silent, or a site that sends its
    head letter by letter, holds nobody up.
    """
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(_ask(address)), name="ask-link", daemon=True)
    thread.start()
    thread.join(LONGEST)
    return answers[0] if answers else Answer("no-answer", reached=False)


def _ask(address: str) -> Answer:
    from urllib3.exceptions import HTTPError, SSLError

    try:
        for _step in range(MOST_STEPS + 1):
            status, onward = _request("HEAD", address)
            if status >= 400 and status not in {404, 410}:
                status, onward = _request("GET", address)
            if not onward:
                return Answer("" if status < 400 or status in ALIVE else str(status), reached=True)
            address = urljoin(address, onward)
        return Answer("too-many-redirects", reached=True)
    except Refused as refusal:
        return Answer(str(refusal), reached=False)
    except SSLError:
        return Answer("certificate", reached=True)
    except (HTTPError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return Answer("certificate" if isinstance(reason, SSLError) else "no-answer", reached=False)


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


def _request(method: str, address: str) -> tuple[int, str]:
    """Status and where it sends us on to. Raises Refused, and what urllib3 raises."""
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout

    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        raise Refused("refused-address")
    number = _number_of(host, port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    options: dict[str, Any] = {"timeout": Timeout(connect=PATIENCE, read=PATIENCE), "retries": False, "maxsize": 1}
    pool = (
        HTTPSConnectionPool(number, port, assert_hostname=host, server_hostname=host, **options)
        if parts.scheme == "https"
        else HTTPConnectionPool(number, port, **options)
    )
    name = f"[{host}]" if ":" in host else host
    headers = {
        "Host": name if parts.port is None else f"{name}:{port}",
        "User-Agent": "wijkplatform (checks links)",
        "Accept": "*/*",
    }
    try:
        response = pool.request(method, target, headers=headers, redirect=False, preload_content=False)
        try:
            onward = response.headers.get("Location", "") if 300 <= response.status < 400 else ""
            return response.status, onward
        finally:
            response.close()
    finally:
        pool.close()


def _number_of(host: str, port: int) -> str:
    """The number to ask; every number of this host must be one that may be asked."""
    try:
        numbers = [ip_address(socket.inet_ntoa(socket.inet_aton(host)))]  # also in the forms that only machines write
    except (OSError, ValueError, UnicodeError):
        numbers = _looked_up(host, port)
    if not numbers or not all(_may_be_asked(number, port, settings.LINK_CHECK_NETWORKS) for number in numbers):
        raise Refused("refused-address")
    return str(numbers[0])


def _looked_up(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    try:
        name = host if host.isascii() else host.encode("idna").decode()
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused("no-such-host") from None
    return [ip_address(str(one[4][0]).partition("%")[0]) for one in found]


def _may_be_asked(number: IPv4Address | IPv6Address, port: int, networks: Sequence[str]) -> bool:
    if any(number in ip_network(one) for one in networks):
        return True
    if number in NAT64:
        return False
    inside = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None) or number
    plain = number.is_global and inside.is_global and not number.is_multicast and not inside.is_multicast
    return plain and port in PORTS
