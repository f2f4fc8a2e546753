"""Text messages to residents: at a decent hour, within the limits, and never again to a number that none reaches."""

from __future__ import annotations

from django.utils import timezone, translation
from django_tasks.base import Task

from core.notify import sms
from participation.residents import codes
from participation.residents.limits import over_limit
from participation.residents.models import Resident


def put_off(task: Task[..., str], *ids: int | str | None) -> bool:
    """In the quiet hours: owe this text message again for when they end. False outside them: send it now."""
    until = sms.quiet_until(timezone.now())
    if until is None:
        return False
    task.using(run_after=until).enqueue(*ids)
    return True


def is_texted(resident: Resident) -> bool:
    """Whether news reaches them by text message: they left no e-mail address, which says more and costs nothing."""
    return not resident.email and not resident.phone_refused and sms.can_receive(resident.phone)


def text_resident(resident: Resident, words: str, *, key: str) -> str:
    """Send it now, in the language that is on; says what it did, without personal data. `key` as of `sms.send_sms`."""
    if not is_texted(resident):
        return "no number"
    if over_limit(resident.phone):
        return "too many to this number"
    text = sms.plainer(words) if (translation.get_language() or "") in sms.PLAIN else words
    try:
        sms.send_sms(to=resident.phone, text=text, key=key)
    except sms.NumberRefused:
        codes.tell_refused(resident.phone)
        return "the number is refused"
    return "texted"


def remember_refused(number: str) -> None:
    """No text message reaches this number (E.164), until a code that came there is used."""
    Resident.objects.filter(phone=number).update(phone_refused=True)
