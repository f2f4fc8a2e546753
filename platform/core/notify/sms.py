"""Text messages: a short text to a mobile phone, through a gateway that a setting names.

Called from background tasks. `SMS_GATEWAY` is `console`, `http`, or the dotted path of a class with a `send` as
`Gateway` has it. Empty: no text messages, and no page may promise any (`is_on`). A message costs money and reaches
somebody who may be asleep: which numbers get one is a setting, and so are the quiet hours.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from datetime import datetime, time, timedelta
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from core.work.worker import GiveUp, current_task

E164 = re.compile(r"\+[1-9][0-9]{7,14}")
DUTCH = re.compile(r"\+31[0-9]{9}")
GATEWAYS = {"console": "core.notify.sms.ConsoleGateway", "http": "core.notify.sms.HttpGateway"}
TAKEN_BEFORE, REFUSED, NUMBER_REFUSED = 409, 400, frozenset({410, 422})

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The signs of the GSM's own alphabet (3GPP TS 23.038), and those that count double in it."""
GSM_7_DOUBLE = frozenset("^{}\\[~]|€\f")
PLAIN = frozenset({"nl", "en"})
"""Languages that lose little without the signs that would make a message cost double."""
PLAINER = str.maketrans(dict(zip("“”„‘’–—\u00a0", '"""\'\'-- ', strict=True)))


class SmsFailed(Exception):
    """The gateway did not take it this time. Holds no number."""


class SmsRefused(GiveUp):
    """The gateway will never take it. Holds no number."""


class NumberRefused(SmsRefused):
    """The gateway says that no message reaches this number."""


class Gateway(Protocol):
    """Takes one message. Raises `SmsFailed` (try again later), `NumberRefused` or `SmsRefused`."""

    def send(self, *, to: str, text: str, reference: str) -> None:
        """`to` as +31612345678. `reference` is the same when the same message is sent again: send it once."""


class ConsoleGateway:
    """Writes the message where the process runs: for a demonstration and for development."""

    def send(self, *, to: str, text: str, reference: str) -> None:
        sys.stdout.write(f"--- SMS to {to} ({reference}), {segments(text)} part(s)\n{text}\n---\n")
        sys.stdout.flush()


class HttpGateway:
    """POSTs `{"to", "from", "text", "reference"}` as JSON to `SMS_URL`, with `SMS_TOKEN` as bearer token.

    2xx: taken. 409: this reference was taken before, which is as good. 410 and 422: this number cannot be reached.
    400: refused for good. Anything else, or no answer within `SMS_TIMEOUT` seconds: again later.
    """

    def send(self, *, to: str, text: str, reference: str) -> None:
        from urllib3 import PoolManager, Timeout  # an HTTP client of which a web process has no need
        from urllib3.exceptions import HTTPError

        message = {"to": to, "from": settings.SMS_SENDER, "text": text, "reference": reference}
        headers = {
            "Authorization": f"Bearer {settings.SMS_TOKEN}",
            "Content-Type": "application/json",
            "Idempotency-Key": reference,
            "User-Agent": "wijkplatform",
        }
        try:
            with PoolManager(retries=False) as pool:
                answer = pool.request(
                    "POST",
                    settings.SMS_URL,
                    body=json.dumps(message, ensure_ascii=False).encode(),
                    headers=headers,
                    timeout=Timeout(total=settings.SMS_TIMEOUT),
                    redirect=False,
                    preload_content=False,
                )
                status = answer.status
                answer.close()
        except (HTTPError, OSError) as error:
            raise SmsFailed(type(error).__name__) from None
        if status in NUMBER_REFUSED:
            raise NumberRefused(f"the gateway cannot reach this number ({status})")
        if status == REFUSED:
            raise SmsRefused("the gateway does not understand the message (400)")
        if not (200 <= status < 300 or status == TAKEN_BEFORE):
            raise SmsFailed(f"the gateway answered {status}")


def is_on() -> bool:
    """Whether this installation sends text messages."""
    return bool(settings.SMS_GATEWAY)


def can_receive(number: str) -> bool:
    """Whether we send text messages to this number (E.164): a mobile one of the countries we pay for."""
    if not is_on() or not number.startswith(tuple(settings.SMS_PREFIXES)):
        return False
    return bool((DUTCH if number.startswith("+31") else E164).fullmatch(number))


def send_sms(*, to: str, text: str, key: str = "") -> str:
    """Send one message and return its reference, which stays the same when it is sent again.

    `key` names what is told ("event-812"); without it the running task does. Raises as `Gateway` says; neither that
    nor the log holds the number or the text.
    """
    if not can_receive(to):
        raise SmsRefused("no text messages go to this number")
    source = "\x00".join((settings.SECRET_KEY, "sms", key or current_task(), to))
    reference = hashlib.sha256(source.encode()).hexdigest()[:32]
    try:
        find_gateway(settings.SMS_GATEWAY).send(to=to, text=text, reference=reference)
    except (SmsFailed, GiveUp):
        raise
    except Exception as error:  # of a gateway somebody else wrote: its words may hold the number
        raise SmsFailed(type(error).__name__) from None
    return reference


def find_gateway(name: str) -> Gateway:
    """The gateway of this name or dotted path. Raises ImportError, or TypeError when it cannot be made."""
    gateway: Gateway = import_string(GATEWAYS.get(name, name))()
    return gateway


def quiet_until(now: datetime) -> datetime | None:
    """When the quiet hours of now end; None outside them."""
    if settings.SMS_QUIET_HOURS is None:
        return None
    begin, end = settings.SMS_QUIET_HOURS
    local = timezone.localtime(now)
    if not (begin <= local.hour < end if begin < end else local.hour >= begin or local.hour < end):
        return None
    day = local.date() + timedelta(days=1 if local.hour >= end else 0)
    return timezone.make_aware(datetime.combine(day, time(end)))


def segments(text: str) -> int:
    """How many messages it is for the network, each paid for: 160 signs of its own alphabet, else 70."""
    if GSM_7.issuperset(set(text) - GSM_7_DOUBLE):
        length, whole, part = sum(2 if sign in GSM_7_DOUBLE else 1 for sign in text), 160, 153
    else:
        length, whole, part = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= whole else -(-length // part)


def plainer(text: str) -> str:
    """The text without the few signs that would make all of it cost double: “Súdwest” as "Sudwest"."""

    def plain(sign: str) -> str:
        if sign in GSM_7 or sign in GSM_7_DOUBLE:
            return sign
        return "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))

    return "".join(plain(sign) for sign in text.translate(PLAINER))
