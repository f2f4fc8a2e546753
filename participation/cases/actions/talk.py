"""What is said about a case, and who looked at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict
from participation.cases import events
from participation.cases.actions.saving import clean_text, mark_responded, refuse_stale, save, write_message
from participation.cases.models import Case, Message, Note, View
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.states import CLOSED, Status

ONE_LOOK = timedelta(minutes=10)


@transaction.atomic
def message_resident(*, reference: str, text: str, actor: Actor, now: datetime, version: int | None = None) -> Message:
    """Write to the resident. They read it on their tracking page and, if we have it, by e-mail."""
    text = clean_text(text, "text")
    case = get_case_for(actor, reference, Deed.HANDLE, lock=True)
    refuse_stale(case, version)
    message = write_message(case, text, actor=actor, now=now)
    fields = mark_responded(case, now)
    save(case, fields, now=now)
    events.tell(case, events.MESSAGE, actor=actor, now=now, payload={"message": message.pk})
    return message


@transaction.atomic
def add_note(*, reference: str, text: str, actor: Actor, now: datetime, version: int | None = None) -> Note:
    """Write to colleagues. The resident never sees it."""
    text = clean_text(text, "text")
    case = get_case_for(actor, reference, Deed.NOTE, lock=True)
    refuse_stale(case, version)
    note = Note.objects.create(case=case, professional_id=actor.professional_id, text=text, created_at=now)
    save(case, [], now=now)
    events.tell(case, events.NOTE, actor=actor, now=now, payload={"note": note.pk})
    return note


def answer_as_resident(*, case_id: int, text: str, actor: Actor, now: datetime) -> Message:
    """The resident writes back; a case that waited for them goes on. Runs in the caller's transaction."""
    text = clean_text(text, "text")
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.status in CLOSED:
        raise Conflict(_("This report is closed. Is it not solved? Then tell us with the button above."))
    message = Message.objects.create(case=case, from_resident=True, text=text, created_at=now)
    if case.status == Status.WAITING:
        origin, case.status = case.status, Status.IN_PROGRESS
        save(case, ["status"], now=now)
        events.tell(
            case,
            events.TRANSITIONED,
            actor=actor,
            now=now,
            payload={"from": origin, "to": case.status, "move": "answer", "message": message.pk},
        )
    else:
        save(case, [], now=now)
        events.tell(case, events.MESSAGE, actor=actor, now=now, payload={"message": message.pk})
    return message


def thank_as_resident(*, case_id: int, text: str, actor: Actor, now: datetime) -> Case:
    """The resident says it is solved, in words or without: the case stays closed. Runs in the caller's transaction."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    payload: dict[str, Any] = {"solved": True}
    if text.strip():
        payload["message"] = write_message(case, clean_text(text, "text"), actor=actor, now=now).pk
    save(case, [], now=now)
    events.tell(case, events.MESSAGE, actor=actor, now=now, payload=payload)
    return case


def log_view(case: Case, *, actor: Actor, now: datetime) -> None:
    """Remember that this person looked at a confidential case; what their open page fetches again is the same look."""
    assert actor.professional_id is not None  # nobody else opens a case at the desk
    recent = View.objects.filter(case=case, professional_id=actor.professional_id, at__gt=now - ONE_LOOK)
    if not recent.exists():
        View.objects.create(case=case, professional_id=actor.professional_id, at=now)
