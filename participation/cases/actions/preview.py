"""A mail as it would go out, before it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.accounts.actor import Actor
from core.events.models import Event
from participation.cases.actions.promising import promise_day
from participation.cases.actions.talk import message_resident
from participation.cases.actions.workflow import move_case
from participation.cases.events import FOR_RESIDENTS, subject_of
from participation.cases.models import Case
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.subjects import Mail, source_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """The mail, `to` masked. `why_not` is empty when it will be sent."""

    mail: Mail
    to: str


def preview_mail(
    *,
    reference: str,
    message: str,
    move: str = "",
    day: date | None = None,
    photos: Sequence[UUID] = (),
    actor: Actor,
    now: datetime,
) -> Previewed:
    """What the resident would get for this message, step or new day.

    The deed is done and taken back: so it is refused for the same reasons, and the mail is made from the very event
    by the very code that would send it.
    """
    case = get_case_for(actor, reference, Deed.HANDLE)
    with transaction.atomic():
        if day is not None:
            promise_day(reference=reference, day=day, why=message, actor=actor, now=now)
        elif move:
            move_case(reference=reference, move=move, message=message, photos=photos, actor=actor, now=now)
        else:
            message_resident(reference=reference, text=message, photos=photos, actor=actor, now=now)
        event = Event.objects.filter(subject=subject_of(case.reference)).latest("pk")
        mail = _mail(case, event)
        transaction.set_rollback(True)
    return Previewed(mail=replace(mail, to=""), to=masked(mail.to))


def _mail(case: Case, event: Event) -> Mail:
    if event.type not in FOR_RESIDENTS or case.parent_id is not None:
        return Mail(why_not="not-told")
    return source_of(case.kind).mail(event)


def masked(address: str) -> str:
    """`anna@example.nl` as `a…@e…nl`: enough to recognise, not enough to use."""
    name, _at, host = address.rpartition("@")
    if not name:
        return ""
    return f"{name[0]}…@{host[0]}…{host[host.rfind('.') + 1 :]}"
