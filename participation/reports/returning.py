"""Finding one's reports back on another device: a code of six digits to the e-mail address they were sent with."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from unicodedata import decimal

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.api.throttles import waiting_time
from core.errors import NotAllowed, TooMany
from participation.reports.following import MOST_KEPT
from participation.reports.models import Report, ReturnCode
from participation.reports.tokens import token_matching

VALID = timedelta(minutes=15)
MOST_ATTEMPTS = 5


def digits_of(seed: str) -> str:
    """The six digits that belong to a seed."""
    drawn = salted_hmac("participation.reports.returning", seed, algorithm="sha256").digest()
    return f"{int.from_bytes(drawn[:8], 'big') % 1_000_000:06d}"


@transaction.atomic
def send_code(*, email: str, only: int | None, language: str, now: datetime) -> None:
    """Owe the address a code. Whether it is sent is decided by the task: an answer must not tell who reported.

    Raises `TooMany` when this address was asked for too often.
    """
    from participation.reports.tasks import send_return_code  # it mails with what is here

    if (wait := waiting_time("mail", email.lower())) is not None:
        raise TooMany(wait)
    for gemeente_id in _gemeenten(only, email):
        ReturnCode.objects.filter(gemeente_id=gemeente_id, email__iexact=email).delete()
        row = ReturnCode.objects.create(
            gemeente_id=gemeente_id,
            email=email,
            language=language,
            seed=secrets.token_hex(16),
            created_at=now,
        )
        send_return_code.enqueue(row.pk)


def redeem(*, email: str, code: str, only: int | None, now: datetime) -> list[str]:
    """The private tokens of the reports of this address, the newest first; the code is used up.

    Raises `NotAllowed` for a wrong, used or old code, and after five attempts.
    """
    typed = "".join(str(decimal(sign)) for sign in code[:50] if sign.isdecimal())  # also ١٢٣, as some keyboards give
    for gemeente_id in _gemeenten(only, email):
        waiting = ReturnCode.objects.filter(
            gemeente_id=gemeente_id, email__iexact=email, created_at__gt=now - VALID, attempts__lt=MOST_ATTEMPTS
        )
        # Counted before it is compared, in one statement: guesses at once count one by one.
        if not waiting.update(attempts=F("attempts") + 1):
            continue
        row = ReturnCode.objects.filter(gemeente_id=gemeente_id, email__iexact=email).first()
        right = row is not None and len(typed) == 6 and hmac.compare_digest(digits_of(row.seed), typed)
        if row is not None and right and ReturnCode.objects.filter(pk=row.pk).delete()[0]:
            return tokens_of_address(email, gemeente_id)
    raise NotAllowed(_("This code is not right, or too old. Look at the newest e-mail, or ask for a new code."))


def tokens_of_address(email: str, gemeente_id: int) -> list[str]:
    """Of the newest reports with this address."""
    found = (
        Report.objects.filter(contact__email__iexact=email, case__gemeente_id=gemeente_id)
        .order_by("-case__created_at", "-case_id")
        .values_list("tracking_seed", "tracking_hash")[:MOST_KEPT]
    )
    return [token for seed, stored in found if (token := token_matching(seed, stored)) is not None]


def sweep(*, now: datetime) -> int:
    """Forget what is too old to work."""
    return ReturnCode.objects.filter(created_at__lt=now - VALID).delete()[0]


def _gemeenten(only: int | None, email: str) -> list[int]:
    """The municipality of the host; on a host of none, those this address reported to."""
    if only is not None:
        return [only]
    found = Report.objects.filter(contact__email__iexact=email).values_list("case__gemeente_id", flat=True)
    return sorted({gemeente_id for gemeente_id in found if gemeente_id is not None})
