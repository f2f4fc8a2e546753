"""Every write of a sign-up.

The row of the event is held meanwhile, so that no seat is given twice, and whoever waits longest is first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.agenda import queries
from cms.agenda.models import Attendance, EventPage
from cms.agenda.recurrence import Occurrence
from cms.agenda.tasks import Telling, send_letter
from cms.base.publishing import gemeente_of
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.notify import sms
from participation.reports.rules import ContactGiven, mistakes_in_contact, tidy_phone
from participation.reports.tokens import hash_of, new_seed, token_of
from participation.texts.cleaning import cleaned

HELD = timedelta(hours=24)
"""So long one can answer. An offered seat is kept all that time, one that was asked for `queries.SURE`."""
LEAST_NOTICE = timedelta(hours=2)
"""So long before it begins nobody moves up any more: they would not read it in time."""
KEPT = timedelta(days=14)
"""After it ended, who they were is erased."""
REMIND = timedelta(hours=24)
"""So long before."""
NAME_LENGTH = 80
UNKNOWN = gettext_lazy("This link does not work any more. Perhaps you cancelled, or it took too long.")
OFF = gettext_lazy("You cannot sign up for this any more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What somebody filled in, as typed. A phone number counts only without an e-mail address."""

    name: str
    people: int
    email: str = ""
    phone: str = ""
    language: str = settings.LANGUAGE_CODE


def sign_up(given: SignUp, *, event_id: int, on: date, gemeente_id: int | None, now: datetime) -> bool:
    """Hold a place until it is confirmed, or put them on the waiting list. Whether that is what happened: False.

    Who signed up before gets the same answer and the message again, for anybody may type any address.
    Raises `NotFound`, `Invalid`, or `Conflict` when it is too late or full.
    """
    found = _sign_up(given, event_id=event_id, on=on, gemeente_id=gemeente_id, now=now)
    if found is None:
        raise Conflict(_("It is full."), code="full")
    return found


@transaction.atomic
def _sign_up(given: SignUp, *, event_id: int, on: date, gemeente_id: int | None, now: datetime) -> bool | None:
    """None when it is full and nobody waits: also for who has a place, and gets the message again."""
    event = _locked(event_id, gemeente_id)
    at = event.occurrence_on(on)
    if at is None or event.sign_up != EventPage.SignUp.HERE:
        raise NotFound
    email, phone = _contact(given, event)
    if not queries.signing_up(event, at, now).open:
        raise Conflict(OFF, code="closed")
    _make_room(event, at, now)
    left = _left(event, on, now)
    waits = left is not None and left <= 0
    there = event.attendances.filter(on=on)
    known = there.filter(email=email).first() if email else there.filter(phone=phone).first()
    if known is not None:
        send_letter.enqueue(known.pk, TELLING_OF[known.state])
    if waits and not event.waiting_list:
        return None
    if known is not None:
        return not waits
    if left is not None and 0 < left < given.people:
        fewer = ngettext("There is one place left.", "There are %(left)d places left.", left) % {"left": left}
        raise Invalid(FieldError("people", "too-many", fewer))
    seed = new_seed()
    state = Attendance.State.WAITING if waits else Attendance.State.ASKED
    row = Attendance.objects.create(
        event=event,
        on=on,
        starts_at=at.start,
        ends_at=at.end,
        state=state,
        until=None if waits else min(now + HELD, at.start),
        people=given.people,
        name=cleaned(given.name),
        email=email,
        phone=phone,
        language=given.language if given.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        seed=seed,
        token_hash=hash_of(token_of(seed)),
        created_at=now,
    )
    send_letter.enqueue(row.pk, TELLING_OF[state])
    return not waits


@transaction.atomic
def confirm(*, token: str, place: str, gemeente_id: int | None, now: datetime) -> Attendance:
    """They come. `place`: the number of the sign-up that the page showed. `NotFound` when nothing is held for them.

    Who confirms late, when others have their seats, goes on the waiting list; `Conflict` where there is none.
    """
    row = _of_token(token, place, gemeente_id)
    if row.until is not None and row.until <= now:
        raise NotFound(UNKNOWN)
    if row.state == Attendance.State.ASKED and row.created_at <= now - queries.SURE:
        left = _left(row.event, row.on, now)
        if left is not None and left < row.people:
            return _too_late(row)
    if row.state in (Attendance.State.ASKED, Attendance.State.OFFERED):
        row.state, row.until = Attendance.State.SEAT, None
        row.save(update_fields=["state", "until"])
    return row


def _too_late(row: Attendance) -> Attendance:
    if not row.event.waiting_list:
        raise Conflict(_("It is full."), code="full")
    row.state, row.until = Attendance.State.WAITING, None
    row.save(update_fields=["state", "until"])
    return row


@transaction.atomic
def cancel(*, token: str, place: str, gemeente_id: int | None, now: datetime) -> EventPage:
    """They do not come: nothing is kept of them, and who waits longest moves up."""
    row = _of_token(token, place, gemeente_id)
    _leave(row, now)
    return row.event


@transaction.atomic
def hold_events(ids: Iterable[int]) -> None:
    """Hold the rows of these, in order of their key, so that two who hold several never wait for each other."""
    held = EventPage.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk")
    list(held.values_list("pk"))


def withdraw(row: Attendance, *, now: datetime) -> None:
    """The same for somebody who proved in another way that it is theirs."""
    row.event = EventPage.objects.select_for_update(of=("self",)).get(pk=row.event_id)
    _leave(row, now)


def _leave(row: Attendance, now: datetime) -> None:
    """The event's row is held."""
    row.delete()
    at = row.event.occurrence_on(row.on)
    if at is not None:
        _make_room(row.event, at, now)


@transaction.atomic
def settle(*, event_id: int, now: datetime) -> int:
    """After an event was changed: tell who signed up what is different, and let in who fits now. How many are told."""
    event = EventPage.objects.select_for_update(of=("self",)).filter(pk=event_id).first()
    if event is None:
        return 0
    told = 0
    ahead = event.attendances.filter(ends_at__gt=now, erased_at=None)
    for on in sorted(set(ahead.values_list("on", flat=True))):
        at = event.occurrence_on(on)
        off = not event.live or at is None or at.cancelled
        for row in ahead.filter(on=on).order_by("created_at", "pk"):
            told += _told(row, at, off=off)
        if at is not None and not off:
            _make_room(event, at, now)
    return told


def tend(*, now: datetime) -> dict[str, int]:
    """What time brings: places that nobody confirmed go on to others, reminders, and forgetting who came."""
    unsure = Q(state=Attendance.State.ASKED, created_at__lte=now - queries.SURE)
    late = Attendance.objects.filter(Q(until__lte=now) | unsure).values_list("event_id", "on").distinct()
    for event_id, on in list(late.order_by("event_id", "on")):
        with transaction.atomic():
            event = EventPage.objects.select_for_update(of=("self",)).get(pk=event_id)
            at = event.occurrence_on(on)
            if at is not None:
                _make_room(event, at, now)
            else:
                event.attendances.filter(on=on, until__lte=now).delete()
    return {"reminded": _remind(now), "erased": _erase(now)}


# --- what they share --------------------------------------------------------------------------

TELLING_OF: dict[str, str] = {
    Attendance.State.ASKED: Telling.ASK,
    Attendance.State.SEAT: Telling.SEAT,
    Attendance.State.WAITING: Telling.WAITING,
    Attendance.State.OFFERED: Telling.OFFER,
}


def _locked(event_id: int, gemeente_id: int | None) -> EventPage:
    event = EventPage.objects.select_for_update(of=("self",)).filter(pk=event_id, live=True).first()
    if event is None or gemeente_of(event) != gemeente_id:
        raise NotFound
    return event


def _of_token(token: str, place: str, gemeente_id: int | None) -> Attendance:
    """The sign-up of a private link, with its event held. `NotFound` for any other, and for that of another page."""
    found = queries.attendance_of(token, gemeente_id)
    event = EventPage.objects.select_for_update(of=("self",)).get(pk=found.event_id)
    row = event.attendances.filter(pk=found.pk).first()  # as it is now that nobody else changes it
    if row is None or str(row.pk) != place:
        raise NotFound(UNKNOWN)
    row.event = event
    return row


def _contact(given: SignUp, event: EventPage) -> tuple[str, str]:
    """Where a message reaches them, as it is kept: (e-mail, phone), one of them empty. Raises `Invalid`."""
    email = given.email.strip()
    typed = given.phone.strip() if sms.is_on() and not email else ""
    found = mistakes_in_contact(ContactGiven(email=email, phone=typed))
    if not cleaned(given.name):
        found.append(FieldError("name", "required", _("Fill in your name, so that the organiser knows who comes.")))
    elif len(given.name.strip()) > NAME_LENGTH or "://" in given.name:
        found.append(FieldError("name", "invalid", _("A name of 80 characters at most, without a web address.")))
    if not 1 <= given.people <= event.most_people:
        most = _("You can sign up %(most)d people at most.") % {"most": event.most_people}
        found.append(FieldError("people", "too-many", most))
    phone = tidy_phone(typed) or "" if typed else ""
    if typed and not found and not sms.can_receive(phone):
        found.append(FieldError("contact.phone", "invalid", _("This is not a mobile number. Example: 06 12345678")))
    if not email and not typed:
        found.append(FieldError("contact.email", "required", _("Fill in your e-mail address.")))
    if found:
        raise Invalid(*found)
    return email.lower(), phone


def _left(event: EventPage, on: date, now: datetime) -> int | None:
    return event.seats - queries.taken(event.pk, on, now) if event.seats else None


def _make_room(event: EventPage, at: Occurrence, now: datetime) -> None:
    """Places that were held in vain are free again, and go to who waits longest and fits. The event's row is held."""
    there = event.attendances.filter(on=at.on)
    there.filter(until__lte=now).delete()
    if not event.live or at.cancelled or at.start - LEAST_NOTICE <= now:
        return
    left = _left(event, at.on, now)
    for row in there.filter(state=Attendance.State.WAITING).order_by("created_at", "pk"):
        if left is not None and left <= 0:
            return
        if left is None or row.people <= left:
            row.state, row.until = Attendance.State.OFFERED, min(now + HELD, at.start - LEAST_NOTICE / 2)
            row.save(update_fields=["state", "until"])
            send_letter.enqueue(row.pk, Telling.OFFER)
            left = None if left is None else left - row.people


def _told(row: Attendance, at: Occurrence | None, *, off: bool) -> int:
    """Owe them news of what is not as they know it: 1, or 0 when all is as it was."""
    told: dict[str, Any] = {}
    telling = ""
    if at is not None and not off and (at.start, at.end) != (row.starts_at, row.ends_at):
        told |= {"starts_at": at.start, "ends_at": at.end, "reminded_at": None}
        telling = Telling.MOVED
    if off != row.called_off:
        told["called_off"] = off
        telling = Telling.OFF if off else Telling.ON
    if not told:
        return 0
    for name, value in told.items():
        setattr(row, name, value)
    row.save(update_fields=list(told))
    send_letter.enqueue(row.pk, telling)
    return 1


def _remind(now: datetime) -> int:
    """Once, the day before; who signed up less than a day before needs none."""
    due = Attendance.objects.filter(
        state=Attendance.State.SEAT,
        called_off=False,
        reminded_at=None,
        erased_at=None,
        starts_at__gt=now,
        starts_at__lte=now + REMIND,
        created_at__lte=F("starts_at") - REMIND,
    )
    reminded = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            if due.filter(pk=pk).update(reminded_at=now):
                send_letter.enqueue(pk, Telling.REMINDER)
                reminded += 1
    return reminded


def _erase(now: datetime) -> int:
    """The number of people stays, for how many came; who they were goes."""
    past = Attendance.objects.filter(ends_at__lt=now - KEPT, erased_at=None)
    return past.update(name="", email="", phone="", erased_at=now)
