"""Steps of the workflow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid
from participation.cases import events
from participation.cases.actions.holding import choose_again
from participation.cases.actions.parts import leave_word, refuse_unfinished, tell_both
from participation.cases.actions.photos import attach_photos
from participation.cases.actions.saving import (
    clean_text,
    lock_whole,
    lock_with_main,
    mark_responded,
    refuse_stale,
    save,
    write_message,
)
from participation.cases.deadlines import begin_term
from participation.cases.kinds import ways_of
from participation.cases.models import Case, Message, Note
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.queries import category_of
from participation.cases.states import CLOSED, MOVES, Status, moves_from


@transaction.atomic
def move_case(
    *,
    reference: str,
    move: str,
    message: str = "",
    photos: Sequence[UUID] = (),
    stage: str = "",
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Take one step of the workflow (`states.MOVES`), with a message to the resident where it asks for one.

    Of a part that message is a note to the team of the whole case.
    """
    if move not in MOVES:
        raise Invalid(FieldError("move", "unknown", _("This step does not exist. Reload the case and choose again.")))
    whole = lock_whole(reference)
    case = get_case_for(actor, reference, Deed.HANDLE, lock=True)
    case.parent = whole
    refuse_stale(case, version)
    ways = ways_of(case)
    if move not in ways.moves:
        raise Conflict(ways.instead(), code="elsewhere")
    return _move(case, case, move, message=message, photos=photos, stage=stage, actor=actor, now=now)


def reopen_as_resident(*, case_id: int, text: str, actor: Actor, now: datetime) -> Case:
    """The resident says it is not solved: the case, or the one it is linked to, is open again.

    Runs in the caller's transaction.
    """
    own, case = lock_with_main(case_id)
    return _move(case, own, "reopen", message=text, actor=actor, now=now)


def _move(
    case: Case,
    own: Case,
    name: str,
    *,
    message: str,
    photos: Sequence[UUID] = (),
    stage: str = "",
    actor: Actor,
    now: datetime,
) -> Case:
    """`own`: the case of the resident who speaks, where that one is linked to `case`; else the same."""
    move = MOVES[name]
    whole = case.parent
    by_resident = actor.kind == "resident"
    if by_resident and not move.by_resident:
        raise Conflict
    if whole is not None and name == "ask":
        raise Invalid(FieldError("move", "part", _("Ask the team of the whole case in a note; they ask the resident.")))
    if not by_resident and name not in moves_from(case.status) and case.status in move.sources:
        raise Invalid(FieldError("move", "not-yours", _("Only the resident can take this step.")))
    if case.status not in move.sources:
        raise Conflict(
            _("This step does not fit: the case is now “%(status)s”. Reload it and choose again.")
            % {"status": Status(case.status).label}
        )
    if whole is not None and name == "reopen" and whole.status in CLOSED:
        raise Conflict(_("The whole case is closed. It must be reopened before one of its parts."))
    message = message.strip()
    if move.needs_message and not message:
        raise Invalid(
            FieldError("message", "required", _("Tell the team of the whole case how it stands. It is kept as a note."))
            if whole is not None
            else FieldError(
                "message", "required", _("Tell the resident what happened. They receive what you write here.")
            )
        )
    if move.to in CLOSED:
        refuse_unfinished(case)
    written: Message | None = None
    word: Note | None = None
    fields, chosen = ["status", "closed_at"], list[str]()
    if message and whole is not None:
        word = leave_word(case, clean_text(message, "message"), actor=actor, now=now)
    elif message:
        written = write_message(own, clean_text(message, "message"), actor=actor, now=now)
        if not by_resident:
            fields += mark_responded(case, now)
    fields += attach_photos(case, photos, message=written, stage=stage, actor=actor, now=now)
    origin, case.status = case.status, move.to
    case.closed_at = now if move.to in CLOSED else None
    if name == "reopen":
        fields += begin_term(case, category_of(case), now, unanswered=by_resident)
        chosen = choose_again(case, now)
        fields += chosen
    if name in {"accept", "start", "plan"} and case.assignee_id is None:
        case.assignee_id = actor.professional_id
        fields.append("assignee")
    save(case, fields, now=now)
    if whole is not None:
        tell_both(case, whole, move=name, origin=origin, word=word, actor=actor, now=now)
        return case
    said: dict[str, Any] = {"message": written.pk} if written else {}
    said |= {"duplicate": own.reference} if own is not case else {}
    said |= {"person": case.assignee_id} if chosen else {}
    events.tell(
        case,
        events.TRANSITIONED,
        actor=actor,
        now=now,
        payload={"from": origin, "to": case.status, "move": name} | said,
    )
    return case
