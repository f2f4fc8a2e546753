"""Holding an initiative and its case together: always the case first, so that nobody waits in a circle."""

from __future__ import annotations

from core.accounts.actor import Actor
from core.errors import Conflict, NotFound, Stale
from core.events.queries import history
from participation.cases.models import Case
from participation.initiatives.events import CHANGED, COACH, STEP, subject_of
from participation.initiatives.models import Initiative
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for

OF_CONCERN = frozenset({STEP, CHANGED, COACH})
"""What somebody who decides about an initiative must have seen. That more neighbours support it changes nothing."""


def hold_both(actor: Actor, slug: str, deed: Deed) -> tuple[Initiative, Case]:
    """The initiative (as `get_initiative_for`) and its case, the rows of both held; `Conflict` for a draft."""
    case = Case.objects.select_for_update(of=("self",)).select_related("parent").filter(initiative__slug=slug).first()
    initiative = get_initiative_for(actor, slug, deed, lock=True)
    if case is None or initiative.case_id != case.pk:
        raise Conflict
    initiative.case = case
    return initiative, case


def hold_both_by_id(initiative_id: int) -> tuple[Initiative, Case]:
    """The same for a background task; `NotFound` for a draft."""
    case = (
        Case.objects.select_for_update(of=("self",)).select_related("parent").filter(initiative=initiative_id).first()
    )
    if case is None:
        raise NotFound
    initiative = Initiative.objects.select_for_update(of=("self",), no_key=True).get(pk=initiative_id)
    initiative.case = case
    return initiative, case


def refuse_stale(initiative: Initiative, version: int | None) -> None:
    """Somebody took a step or changed the plan meanwhile; `version` is what the writer saw."""
    if version is None or version == initiative.version:
        return
    missed = [one for one in history(subject_of(initiative.slug)) if one.version > version and one.type in OF_CONCERN]
    if missed or version > initiative.version:
        raise Stale(
            version=initiative.version,
            changes=[
                {
                    "type": one.type,
                    "version": one.version,
                    "at": one.at.isoformat().replace("+00:00", "Z"),
                    **{key: one.payload[key] for key in ("step", "from", "to") if key in one.payload},
                }
                for one in missed
            ],
        )
