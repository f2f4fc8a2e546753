"""What is said about a case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict
from core.events.log import Happened, record
from participation.cases import events
from participation.cases.actions.photos import attach_photos
from participation.cases.actions.saving import (
    clean_text,
    lock_with_main,
    mark_responded,
    refuse_stale,
    save,
    write_message,
)
from participation.cases.colleagues import mentioned_in
from participation.cases.mention_mail import owe_mention_mails
from participation.cases.models import Case, Mention, Message, Note
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.states import CLOSED, Status


@transaction.atomic
def message_resident(
    *,
    reference: str,
    text: str,
    photos: Sequence[UUID] = (),
    stage: str = "",
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Message:
    """Write to the resident, with photos if you like. They read it on their tracking page and, if we can, by e-mail."""
    text = clean_text(text, "text")
    case = get_case_for(actor, reference, Deed.HANDLE, lock=True)
    refuse_stale(case, version)
    if case.duplicate_of is not None:
        raise Conflict(
            _("This case is linked to %(reference)s. Write there: everyone who reported it reads it.")
            % {"reference": case.duplicate_of.reference},
            code="linked",
        )
    message = write_message(case, text, actor=actor, now=now)
    fields = mark_responded(case, now)
    fields += attach_photos(case, photos, message=message, stage=stage, actor=actor, now=now)
    save(case, fields, now=now)
    events.tell(case, events.MESSAGE, actor=actor, now=now, payload={"message": message.pk})
    return message


@transaction.atomic
def add_note(
    *,
    reference: str,
    text: str,
    mentions: Collection[int] = (),
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Note:
    """Write to colleagues. The resident never sees it. Who is named (`@Name`, or by id) hears of it.

    Refused when somebody who is named may not see the case: they would never read it.
    """
    text = clean_text(text, "text")
    case = get_case_for(actor, reference, Deed.NOTE, lock=True)
    refuse_stale(case, version)
    named = mentioned_in(case, text, mentions) - {actor.professional_id}
    note = Note.objects.create(case=case, professional_id=actor.professional_id, text=text, created_at=now)
    made = Mention.objects.bulk_create(Mention(note=note, case=case, professional_id=pk) for pk in sorted(named))
    save(case, [], now=now)
    payload = {"note": note.pk} | ({"mentions": sorted(named)} if named else {})
    events.tell(case, events.NOTE, actor=actor, now=now, payload=payload)
    owe_mention_mails(made)
    return note


def mark_mentions_seen(ids: Collection[int], *, now: datetime) -> None:
    """Who was named has opened the case."""
    if ids:
        Mention.objects.filter(pk__in=ids, seen_at=None).update(seen_at=now)


def answer_as_resident(*, case_id: int, text: str, photos: Sequence[UUID] = (), actor: Actor, now: datetime) -> Message:
    """The resident writes back, with photos if they like; a case that waited for them goes on.

    Runs in the caller's transaction. What they write and show stays with their own case; whoever works on the case it
    is linked to reads it there.
    """
    text = clean_text(text, "text")
    own, case = lock_with_main(case_id)
    if case.status in CLOSED:
        raise Conflict(_("This report is closed. Is it not solved? Then tell us with the button above."))
    message = Message.objects.create(case=own, from_resident=True, text=text, created_at=now)
    fields = attach_photos(own, photos, message=message, actor=actor, now=now)
    if fields and own is not case:
        own.save(update_fields=fields)
        fields = []
    said: dict[str, Any] = {"message": message.pk}
    if own is not case:
        said["duplicate"] = own.reference
    if case.status == Status.WAITING:
        origin, case.status = case.status, Status.IN_PROGRESS
        save(case, [*fields, "status"], now=now)
        events.tell(
            case,
            events.TRANSITIONED,
            actor=actor,
            now=now,
            payload={"from": origin, "to": case.status, "move": "answer"} | said,
        )
    else:
        save(case, fields, now=now)
        events.tell(case, events.MESSAGE, actor=actor, now=now, payload=said)
    return message


def thank_as_resident(*, case_id: int, text: str, actor: Actor, now: datetime) -> Case:
    """The resident says it is solved, in words or without: the case stays closed. Runs in the caller's transaction."""
    own, case = lock_with_main(case_id)
    payload: dict[str, Any] = {"solved": True}
    if own is not case:
        payload["duplicate"] = own.reference
    if text.strip():
        payload["message"] = write_message(own, clean_text(text, "text"), actor=actor, now=now).pk
    save(case, [], now=now)
    events.tell(case, events.MESSAGE, actor=actor, now=now, payload=payload)
    return case


def compliment_as_resident(*, case_id: int, actor: Actor, now: datetime) -> Case:
    """The resident praises whoever worked on it, in one tap. Runs in the caller's transaction."""
    own, case = lock_with_main(case_id)
    payload: dict[str, Any] = {"compliment": True}
    if own is not case:
        payload["duplicate"] = own.reference
    save(case, [], now=now)
    events.tell(case, events.MESSAGE, actor=actor, now=now, payload=payload)
    return case


def withdraw_as_resident(*, case_id: int, others: bool, shown: bool = False, actor: Actor, now: datetime) -> Case:
    """The resident takes the report back: an open case is closed, for it asks for nothing any more.

    It stays open when somebody else waits for it too: `others`, or whoever's report was linked to it, or a team that
    does a part. Then the team is only told. `shown`: a public page about it changed. Runs in the caller's transaction.
    """
    own, case = lock_with_main(case_id)

    def page() -> list[Happened]:
        if not shown:
            return []
        save(own, [], now=now)
        off = {"consent": False}
        return [events.happened(own, events.UPDATED, actor=actor, now=now, payload=off, also_public=True)]

    wanted = others or own is not case or case.duplicates.exists() or case.parts.filter(closed_at=None).exists()
    if case.status in CLOSED or wanted:
        payload: dict[str, Any] = {"withdrawn": True}
        if own is not case:
            payload["duplicate"] = own.reference
        save(case, [], now=now)
        record(events.happened(case, events.MESSAGE, actor=actor, now=now, payload=payload), *page())
        return case
    origin, case.status, case.closed_at = case.status, Status.UNRESOLVED, now
    save(case, ["status", "closed_at"], now=now)
    taken = {"from": origin, "to": case.status, "move": "take-back"}
    record(events.happened(case, events.TRANSITIONED, actor=actor, now=now, payload=taken), *page())
    return case
