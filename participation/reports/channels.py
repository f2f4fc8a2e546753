"""How residents hear from us: the one place that decides between e-mail and text messages.

An e-mail where there is an address, for it says more and costs nothing. Else a text message, where the number is a
mobile one and the installation sends them. Both when we wait for an answer, for then the work stands still.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.request import Request

from core.api.throttles import waiting_time
from core.events.models import Event
from core.notify import sms
from participation.cases.states import Status
from participation.residents.addresses import tidy_phone
from participation.residents.limits import network_limit

if TYPE_CHECKING:
    from participation.reports.models import Contact


class Channel(StrEnum):
    MAIL = "mail"
    SMS = "sms"


def channels_to(*, email: str, phone: str, refused: bool = False, waits: bool = False) -> Sequence[Channel]:
    """On which ways news goes to who left this. `phone` in E.164; `refused`: no text message reaches it.

    `waits`: we cannot go on without their answer.
    """
    by_sms = bool(phone) and not refused and sms.can_receive(phone)
    if email:
        return (Channel.MAIL, Channel.SMS) if by_sms and waits else (Channel.MAIL,)
    return (Channel.SMS,) if by_sms else ()


def channels_of(contact: Contact | None, event: Event | None = None) -> Sequence[Channel]:
    """The same of a reporter, for this event."""
    if contact is None:
        return ()
    return channels_to(
        email=contact.email,
        phone=contact.phone,
        refused=contact.phone_refused,
        waits=event is not None and waits_for_answer(event),
    )


def waits_for_answer(event: Event) -> bool:
    """Whether this event is a question on whose answer the work waits."""
    return event.payload.get("to") == Status.WAITING


def texted(*, email: str, phone: str) -> bool:
    """Whether who fills in this, as typed, is sent a text message at once."""
    if not phone or email.strip() or not sms.is_on():
        return False
    return sms.can_receive(tidy_phone(phone) or "")


def may_text(request: HttpRequest | Request, *, email: str, phone: str) -> bool:
    """Counts a text message that this request asks for; False when its network asked for too many."""
    return not texted(email=email, phone=phone) or waiting_time(*network_limit(request)) is None
