"""Something succeeded, and the neighbourhood may know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict
from participation.cases import events
from participation.cases.actions.saving import save
from participation.cases.models import Case
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.states import Status
from participation.cases.wins import Win, facts_of, small_win_of


@transaction.atomic
def draft_small_win(*, reference: str, user: Any, actor: Actor, now: datetime) -> Win:
    """Draft a page about a solved case, for an editor to check and publish. A second time finds the first draft."""
    case = get_case_for(actor, reference, Deed.HANDLE, lock=True)
    if case.visibility == Case.Visibility.CONFIDENTIAL:
        raise Conflict(_("This case is confidential. Nothing of it may become public."))
    if case.status != Status.RESOLVED:
        raise Conflict(_("Only what is resolved is a small win. Resolve the case first."))
    if case.parent_id is not None:
        raise Conflict(_("This is a part. Make the small win from the whole case."))
    win = small_win_of(facts_of(case), user, now)
    if win.made:
        save(case, [], now=now)
        events.tell(case, events.UPDATED, actor=actor, now=now, payload={"smallWin": True})
    return win
