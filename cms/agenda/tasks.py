"""What who signed up is told. Tasks take ids only and are enqueued in the transaction that owes them."""

from __future__ import annotations

from enum import StrEnum

from django.utils import timezone
from django_tasks import task

from cms.agenda.letters import letter_of, text_of
from cms.agenda.models import Attendance
from core.api.throttles import waiting_time
from core.notify import sms
from core.notify.mail import send_mail
from participation.residents.limits import over_limit
from participation.residents.texting import put_off


class Telling(StrEnum):
    """What a message is about."""

    ASK = "ask"
    """Is it you? Then confirm."""
    SEAT = "seat"
    WAITING = "waiting"
    OFFER = "offer"
    """A place came free: do you take it?"""
    MOVED = "moved"
    OFF = "off"
    ON = "on"
    """Not cancelled after all."""
    REMINDER = "reminder"


ANYBODY = frozenset({Telling.ASK, Telling.SEAT, Telling.WAITING})
"""Messages that whoever types an address can have sent to it: they are limited."""
FITS = {
    Telling.ASK: Attendance.State.ASKED,
    Telling.WAITING: Attendance.State.WAITING,
    Telling.OFFER: Attendance.State.OFFERED,
    Telling.SEAT: Attendance.State.SEAT,
    Telling.REMINDER: Attendance.State.SEAT,
}


@task()
def send_letter(attendance_id: int, telling: str) -> str:
    """By e-mail, else by text message; says what it did, without personal data."""
    row = Attendance.objects.select_related("event").filter(pk=attendance_id, erased_at=None).first()
    about = Telling(telling)
    if row is None or FITS.get(about, row.state) != row.state or row.called_off != (about == Telling.OFF):
        return "no longer so"
    if row.email:
        if about in ANYBODY and waiting_time("mail", row.email) is not None:
            return "too many to this address"
        letter = letter_of(row, about)
        send_mail(
            to=row.email,
            template="attendance",
            context=letter,
            language=row.language,
            gemeente_id=letter["gemeente_id"],
        )
        return about.value
    if about != Telling.ASK and put_off(send_letter, attendance_id, telling):
        return "waits until the quiet hours end"
    if about in ANYBODY and over_limit(row.phone):
        return "too many to this number"
    try:
        sms.send_sms(to=row.phone, text=text_of(row, about))
    except sms.NumberRefused:
        return "the number is refused"
    return about.value


@task()
def settle_event(event_id: int) -> int:
    """See `actions.settle`."""
    from cms.agenda.actions import settle  # it sends what is here

    return settle(event_id=event_id, now=timezone.now())


@task()
def tend_agenda() -> dict[str, int]:
    """See `actions.tend`; every quarter of an hour."""
    from cms.agenda.actions import tend  # it sends what is here

    return tend(now=timezone.now())
