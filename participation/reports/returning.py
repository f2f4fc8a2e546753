"""Finding one's reports back on another device: a code of six digits to the e-mail address or mobile
number they were sent with."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.api.throttles import waiting_times
from core.errors import FieldError, Invalid, NotAllowed, TooMany
from core.notify import sms
from participation.reports.following import MOST_KEPT
from participation.reports.models import Report, ReturnCode
from participation.reports.rules import ContactGiven, latin_digits, mistakes_in_contact, tidy_phone
from participation.reports.tokens import token_matching

VALID = timedelta(minutes=15)
MOST_ATTEMPTS = 5


def digits_of(seed: str) -> str:
    """The six digits that belong to a seed."""
    drawn = salted_hmac("participation.reports.returning", seed, algorithm="sha256").digest()
    return f"{int.from_bytes(drawn[:8], 'big') % 1_000_000:06d}"


def is_email(address: str) -> bool:
    return "@" in address


def read_address(typed: str) -> str:
    """The e-mail address, or the mobile number as +31612345678, that somebody typed. Raises `Invalid`."""
    number = tidy_phone(typed) or ""
    if sms.can_receive(number):
        return number
    wrong_email = mistakes_in_contact(ContactGiven(email=typed))  # the same as of a report: it may be too long too
    if wrong_email or not typed:
        if sms.is_on():
            wrong = _("This is not an e-mail address or a mobile number. Examples: name@example.nl, 06 12345678")
        else:
            wrong = _("This is not an e-mail address. Example: name@example.nl")
        raise Invalid(FieldError("address", "invalid", wrong))
    return typed


@transaction.atomic
def send_code(*, address: str, network: tuple[str, str], only: int | None, language: str, now: datetime) -> None:
    """Owe the address a code. Whether it is sent is decided by the task: an answer must not tell who reported.

    Anybody may ask for any address: a code that still works is sent once more, and stays as it is. It is counted apart
    from what the owner gets of their reports.
    Raises `TooMany` when this address was asked for too often, or text messages from this network
    (`channels.network_limit`).
    """
    from participation.reports.tasks import send_return_code  # it sends what is here

    limits = [("mail-code", address.lower())] if is_email(address) else [("sms-code", address), network]
    if wait := max(seconds or 0 for seconds in waiting_times(limits)):
        raise TooMany(wait)
    for gemeente_id in _gemeenten(only, address):
        try:
            with transaction.atomic():
                there = ReturnCode.objects.filter(gemeente_id=gemeente_id, address__iexact=address)
                works = there.filter(created_at__gt=now - VALID, attempts__lt=MOST_ATTEMPTS)
                row = works.select_for_update().first()
                if row is None:
                    there.delete()
                    row = ReturnCode(gemeente_id=gemeente_id, address=address, seed=secrets.token_hex(16))
                row.language, row.created_at = language, now
                row.save()
                send_return_code.enqueue(row.pk)
        except IntegrityError:
            pass  # asked for twice at the same moment: one code is enough


def redeem(*, address: str, code: str, only: int | None, now: datetime) -> list[str]:
    """The private tokens of the reports of this address, the newest first; the code is used up.

    Raises `NotAllowed` for a wrong, used or old code, and after five attempts.
    """
    typed = "".join(sign for sign in latin_digits(code[:50]) if sign in "0123456789")
    for gemeente_id in _gemeenten(only, address):
        waiting = ReturnCode.objects.filter(
            gemeente_id=gemeente_id, address__iexact=address, created_at__gt=now - VALID, attempts__lt=MOST_ATTEMPTS
        )
        # Counted before it is compared, in one statement: guesses at once count one by one.
        if not waiting.update(attempts=F("attempts") + 1):
            continue
        row = ReturnCode.objects.filter(gemeente_id=gemeente_id, address__iexact=address).first()
        right = row is not None and len(typed) == 6 and hmac.compare_digest(digits_of(row.seed), typed)
        if row is not None and right and ReturnCode.objects.filter(pk=row.pk).delete()[0]:
            return tokens_of_address(address, gemeente_id)
    raise NotAllowed(_("This code is not right, or too old. Use the newest one, or ask for a new code."))


def tokens_of_address(address: str, gemeente_id: int) -> list[str]:
    """Of the newest reports with this address."""
    found = (
        Report.objects.filter(_left_by(address), case__gemeente_id=gemeente_id)
        .order_by("-case__created_at", "-case_id")
        .values_list("tracking_seed", "tracking_hash")[:MOST_KEPT]
    )
    return [token for seed, stored in found if (token := token_matching(seed, stored)) is not None]


def sweep(*, now: datetime) -> int:
    """Forget what is too old to work."""
    return ReturnCode.objects.filter(created_at__lt=now - VALID).delete()[0]


def _left_by(address: str) -> Q:
    return Q(contact__email__iexact=address) if is_email(address) else Q(contact__phone=address)


def _gemeenten(only: int | None, address: str) -> list[int]:
    """The municipality of the host; on a host of none, those this address reported to."""
    if only is not None:
        return [only]
    found = Report.objects.filter(_left_by(address)).values_list("case__gemeente_id", flat=True)
    return sorted({gemeente_id for gemeente_id in found if gemeente_id is not None})
