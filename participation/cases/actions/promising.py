"""Another day: what we promised turns out not to be possible, or sooner than we said."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid
from participation.cases import events
from participation.cases.actions.saving import clean_text, mark_responded, refuse_stale, save, write_message
from participation.cases.models import Case, Note
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.states import CLOSED
from participation.routing.deadlines import AMSTERDAM, DAY_ENDS, is_working_day, next_working_day
from participation.routing.queries import config

FARTHEST = timedelta(days=366)


@transaction.atomic
def promise_day(
    *, reference: str, day: date, why: str, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Promise to handle the case by the end of another day, and say why.

    The resident was told a day, so they are told the new one with the reason, as a message. Of a part they hear
    nothing: there the reason is a note. A day on which nobody works becomes the next working day.
    """
    why = clean_text(why, "why")
    case = get_case_for(actor, reference, Deed.CHANGE, lock=True)
    refuse_stale(case, version)
    if case.status in CLOSED:
        raise Conflict(_("This case is closed. Reopen it before you promise another day."))
    today = timezone.localdate(now)
    if day < today or day > today + FARTHEST:
        raise Invalid(FieldError("day", "out-of-reach", _("Choose a day from today, within a year.")))
    closed = config(case.gemeente_id).closed_days
    day = day if is_working_day(day, closed) else next_working_day(day, closed)
    moment = datetime.combine(day, DAY_ENDS, AMSTERDAM)
    if moment <= now:
        raise Invalid(FieldError("day", "past", _("Today is over for this. Choose a later day.")))
    if moment == case.resolve_by:
        raise Invalid(FieldError("day", "same", _("This is the day we promised already. Choose another one.")))
    payload = {"was": _iso(case.resolve_by), "resolveBy": _iso(moment)}
    case.resolve_by = moment
    if case.parent_id is not None:
        note = Note.objects.create(case=case, professional_id=actor.professional_id, text=why, created_at=now)
        save(case, ["resolve_by"], now=now)
        events.tell(case, events.UPDATED, actor=actor, now=now, payload=payload | {"note": note.pk})
        return case
    message = write_message(case, why, actor=actor, now=now)
    save(case, ["resolve_by", *mark_responded(case, now)], now=now)
    events.tell(case, events.MESSAGE, actor=actor, now=now, payload=payload | {"message": message.pk})
    return case


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
