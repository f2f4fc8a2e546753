"""Six digits sent to an address prove that it is somebody's: by mail, or by text message.

What they are for is a purpose; rooms above register theirs (`register_purpose`). Anybody may ask a code for any
address, and no answer tells whether that address is known here.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.api.throttles import waiting_times
from core.errors import NotAllowed, Text, TooMany
from participation.residents.addresses import is_email, latin_digits, mailbox_of
from participation.residents.models import Code

VALID = timedelta(minutes=15)
MOST_ATTEMPTS = 5
LONGEST_TYPED = 50
SIGN_IN, NEW_ADDRESS, ERASE = "sign-in", "new-address", "erase"

Wanted = Callable[[str, int], bool]
"""(address, gemeente_id): whether a code is sent at all; asked in the background, so that no answer takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """`subject` of the mail may hold `%(digits)s`; `says` is the line above the digits."""

    subject: Text
    says: Text
    wanted: Wanted | None = None


purposes: dict[str, Purpose] = {}
refused_by: list[Callable[[str], None]] = []
"""Told which number no text message reaches."""


def register_purpose(key: str, *, subject: Text, says: Text, wanted: Wanted | None = None) -> None:
    """A room sends codes for something of its own."""
    purposes[key] = Purpose(subject=subject, says=says, wanted=wanted)


def register_refused(tell: Callable[[str], None]) -> None:
    """A room wants to know of numbers (E.164) that no text message reaches."""
    refused_by.append(tell)


def tell_refused(number: str) -> None:
    """The gateway says that no text message reaches this number."""
    for tell in refused_by:
        tell(number)


def digits_of(seed: str) -> str:
    """The six digits that belong to a seed."""
    drawn = salted_hmac("participation.residents.codes", seed, algorithm="sha256").digest()
    return f"{int.from_bytes(drawn[:8], 'big') % 1_000_000:06d}"


@transaction.atomic
def send_code(
    *,
    purpose: str,
    address: str,
    gemeente_ids: Sequence[int],
    network: tuple[str, str],
    language: str,
    now: datetime,
    about: str = "",
) -> None:
    """Owe the address a code, at each of these municipalities; the task decides whether it is sent (`Purpose.wanted`).

    A code that still works is sent once more, and stays as it is. `network` as of `limits.network_limit`. `about`: what
    in particular it is for, of at most 40 characters; it works for that alone.
    Raises `TooMany` when this address was asked for too often, or text messages from this network.
    """
    from participation.residents.tasks import mail_or_text_code  # it sends what is here

    limits = [("mail-code", mailbox_of(address))] if is_email(address) else [("sms-code", address), network]
    if wait := max(seconds or 0 for seconds in waiting_times(limits)):
        raise TooMany(wait)
    for gemeente_id in gemeente_ids:
        try:
            with transaction.atomic():
                there = _codes(purpose, address, gemeente_id, about)
                row = _working(there, now).select_for_update().first()
                if row is None:
                    there.delete()
                    row = Code(gemeente_id=gemeente_id, purpose=purpose, address=address, about=about)
                    row.seed = secrets.token_hex(16)
                row.language, row.created_at = language, now
                row.save()
                mail_or_text_code.enqueue(row.pk)
        except IntegrityError:
            pass  # asked for twice at the same moment: one code is enough


def redeem(
    *, purpose: str, address: str, code: str, gemeente_ids: Sequence[int], now: datetime, about: str = ""
) -> int:
    """At which of these municipalities the code is right; it is used up.

    Raises `NotAllowed` for a wrong, used or old code, and after five attempts.
    """
    typed = "".join(sign for sign in latin_digits(code[:LONGEST_TYPED]) if sign in "0123456789")
    for gemeente_id in gemeente_ids:
        there = _codes(purpose, address, gemeente_id, about)
        # Counted before it is compared, in one statement: guesses at once count one by one.
        if not _working(there, now).update(attempts=F("attempts") + 1):
            continue
        row = there.first()
        right = row is not None and len(typed) == 6 and hmac.compare_digest(digits_of(row.seed), typed)
        if row is not None and right and Code.objects.filter(pk=row.pk).delete()[0]:
            return gemeente_id
    raise NotAllowed(_("This code is not right, or too old. Use the newest one, or ask for a new code."))


def sweep(*, now: datetime) -> int:
    """Forget what is too old to work."""
    return Code.objects.filter(created_at__lt=now - VALID).delete()[0]


def forget(address: str, gemeente_id: int) -> None:
    """Every code of this address, whatever it was for."""
    _to(address).filter(gemeente_id=gemeente_id).delete()


def _to(address: str) -> QuerySet[Code]:
    return Code.objects.alias(small=Lower("address")).filter(small=Lower(Value(address)))


def _codes(purpose: str, address: str, gemeente_id: int, about: str) -> QuerySet[Code]:
    return _to(address).filter(gemeente_id=gemeente_id, purpose=purpose, about=about)


def _working(codes: QuerySet[Code], now: datetime) -> QuerySet[Code]:
    return codes.filter(created_at__gt=now - VALID, attempts__lt=MOST_ATTEMPTS)
