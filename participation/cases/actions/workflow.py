"""Steps of the workflow."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid
from participation.cases import events
from participation.cases.actions.saving import clean_text, mark_responded, refuse_stale, save, write_message
from participation.cases.deadlines import begin_term
from participation.cases.models import Case
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.queries import category_of
from participation.cases.states import CLOSED, MOVES, Status, moves_from


@transaction.atomic
def move_case(
    *, reference: str, move: str, message: str = "", actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Take one step of the workflow (`states.MOVES`), with a message to the resident where it asks for one."""
    if move not in MOVES:
        raise Invalid(FieldError("move", "unknown", _("This step does not exist. Reload the case and choose again.")))
    case = get_case_for(actor, reference, Deed.HANDLE, lock=True)
    refuse_stale(case, version)
    return _move(case, move, message=message, actor=actor, now=now)


def reopen_as_resident(*, case_id: int, text: str, actor: Actor, now: datetime) -> Case:
    """The resident says it is not solved: the case is open again. Runs in the caller's transaction."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    return _move(case, "reopen", message=text, actor=actor, now=now)


def _move(case: Case, name: str, *, message: str, actor: Actor, now: datetime) -> Case:
    move = MOVES[name]
    by_resident = actor.kind == "resident"
    if by_resident and not move.by_resident:
        raise Conflict
    if not by_resident and name not in moves_from(case.status) and case.status in move.sources:
        raise Invalid(FieldError("move", "not-yours", _("Only the resident can take this step.")))
    if case.status not in move.sources:
        raise Conflict(
            _("This step does not fit: the case is now “%(status)s”. Reload it and choose again.")
            % {"status": Status(case.status).label}
        )
    message = message.strip()
    if move.needs_message and not message:
        raise Invalid(
            FieldError("message", "required", _("Tell the resident what happened. They receive what you write here."))
        )
    written = None
    fields = ["status", "closed_at"]
    if message:
        written = write_message(case, clean_text(message, "message"), actor=actor, now=now)
        if not by_resident:
            fields += mark_responded(case, now)
    origin, case.status = case.status, move.to
    case.closed_at = now if move.to in CLOSED else None
    if name == "reopen":
        fields += begin_term(case, category_of(case), now, unanswered=by_resident)
    if name in {"accept", "start", "plan"} and case.assignee_id is None:
        case.assignee_id = actor.professional_id
        fields.append("assignee")
    save(case, fields, now=now)
    events.tell(
        case,
        events.TRANSITIONED,
        actor=actor,
        now=now,
        payload={"from": origin, "to": case.status, "move": name} | ({"message": written.pk} if written else {}),
    )
    return case
