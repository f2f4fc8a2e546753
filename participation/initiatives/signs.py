"""Signs of life: a group and its coach agree how often something is heard; a long silence is work for the coach."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from participation.initiatives.models import Initiative
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.states import WITH_COACH


def rhythm_of(initiative: Initiative) -> int:
    """Days between two signs of life: as agreed, else as the municipality chose."""
    return initiative.rhythm or settings_of(initiative.gemeente_id).rhythm


def renew(initiative: Initiative, now: datetime, *, stage: str = "") -> dict[str, Any]:
    """What a sign of life changes of a locked initiative, to be given to `actions.saving.save` with the rest.

    Call it for a step, a page of the diary, a message of the group. `stage`: where it goes, if it goes elsewhere.
    A coach who was asked to look is let off in the background.
    """
    from participation.initiatives.tasks.coaching import let_off  # the tasks need the actions, which need this

    if initiative.stalled_at is not None:
        let_off.enqueue(initiative.pk)
    alive = (stage or initiative.stage) in WITH_COACH
    return {"sign_by": now + timedelta(days=rhythm_of(initiative)) if alive else None, "stalled_at": None}
