"""Finding one's reports back on another device: a code of six digits to the e-mail address or mobile
number they were sent with."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.reports.following import MOST_KEPT
from participation.reports.models import Report
from participation.reports.tokens import token_matching
from participation.residents import codes
from participation.residents.addresses import is_email

PURPOSE = "reports"


def connect_codes() -> None:
    codes.register_purpose(
        PURPOSE,
        subject=_("Your code for your reports"),
        says=_("With this code you see your reports on another device:"),
        wanted=has_reports,
    )


def send_code(*, address: str, network: tuple[str, str], only: int | None, language: str, now: datetime) -> None:
    """Owe the address a code (`codes.send_code`); it is sent when there are reports of it."""
    gemeente_ids = _gemeenten(only, address)
    codes.send_code(
        purpose=PURPOSE, address=address, gemeente_ids=gemeente_ids, network=network, language=language, now=now
    )


def redeem(*, address: str, code: str, only: int | None, now: datetime) -> list[str]:
    """The private tokens of the reports of this address, the newest first; the code is used up.

    Raises `NotAllowed` for a wrong, used or old code, and after five attempts.
    """
    gemeente_ids = _gemeenten(only, address)
    right = codes.redeem(purpose=PURPOSE, address=address, code=code, gemeente_ids=gemeente_ids, now=now)
    return tokens_of_address(address, right)


def tokens_of_address(address: str, gemeente_id: int) -> list[str]:
    """Of the newest reports with this address."""
    found = (
        Report.objects.filter(left_by(address), case__gemeente_id=gemeente_id)
        .order_by("-case__created_at", "-case_id")
        .values_list("tracking_seed", "tracking_hash")[:MOST_KEPT]
    )
    return [token for seed, stored in found if (token := token_matching(seed, stored)) is not None]


def has_reports(address: str, gemeente_id: int) -> bool:
    return bool(tokens_of_address(address, gemeente_id))


def left_by(address: str) -> Q:
    """Reports whose reporter left this address."""
    return Q(contact__email__iexact=address) if is_email(address) else Q(contact__phone=address)


def _gemeenten(only: int | None, address: str) -> list[int]:
    """The municipality of the host; on a host of none, those this address reported to."""
    if only is not None:
        return [only]
    found = Report.objects.filter(left_by(address)).values_list("case__gemeente_id", flat=True)
    return sorted({gemeente_id for gemeente_id in found if gemeente_id is not None})
