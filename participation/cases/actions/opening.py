"""Opening a case: where it belongs follows from the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.accounts.actor import Actor
from core.areas.queries import AreaRow
from core.events.models import Event
from core.media.actions import claim_photos
from core.rows import Rider, insert
from participation.cases import events
from participation.cases.actions.standing_in import stand_in
from participation.cases.deadlines import renew_due
from participation.cases.models import Case, CasePhoto
from participation.cases.placing import Placement, place, promised
from participation.cases.references import new_reference
from participation.routing.models import Category
from participation.routing.queries import config


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is needed to open a case. `chain`: the areas it lies in, smallest first, ending in the gemeente."""

    kind: str
    category: Category
    chain: tuple[AreaRow, ...]
    lat: float | None = None
    lon: float | None = None
    address: str = ""
    summary: str = ""
    language: str = "nl"
    photos: Sequence[UUID] = ()
    visibility: str = ""
    """Who sees it, whatever the category says."""
    reference: str = ""
    """Promised to somebody already; taken when it is still free."""
    placement: Placement | None = None
    """Who has it, where that is known already; else the rules say."""


def open_case(opening: Opening, *, riders: Callable[[Case], Sequence[Rider]] = lambda case: (), now: datetime) -> Case:
    """Open a case with the team and person that the rules say; the caller's transaction goes on.

    `riders`: what hangs on the case and is written with it; asked again for another reference.
    The caller records nothing: call `announce_case` when what hangs on the case is written too.
    """
    gemeente = opening.chain[-1]
    category = opening.category
    placement = opening.placement or place(opening.kind, category, tuple(area.id for area in opening.chain), now)
    case = Case(
        gemeente_id=gemeente.id,
        kind=opening.kind,
        visibility=opening.visibility or category.visibility,
        team_id=placement.team_id,
        assignee_id=placement.person_id,
        category=category,
        area_id=opening.chain[0].id,
        lat=opening.lat,
        lon=opening.lon,
        address=opening.address,
        summary=opening.summary,
        language=opening.language,
        photo_count=len(opening.photos),
        decision=placement.as_json(),
        created_at=now,
        updated_at=now,
        **promised(category, now, config(gemeente.id).closed_days),
    )
    renew_due(case, now)
    save_with_new_reference(case, opening.reference, riders=riders)
    stand_in(case, now)
    if opening.photos:
        photos = claim_photos(ids=list(opening.photos), gemeente_id=gemeente.id, now=now)
        CasePhoto.objects.bulk_create(
            CasePhoto(case=case, photo=photo, position=position) for position, photo in enumerate(photos)
        )
    return case


def announce_case(case: Case, *, actor: Actor, now: datetime) -> Event:
    """Tell the team (and the wijk) that the case is there; the last step of the opening transaction."""
    return events.tell(case, events.RECEIVED, actor=actor, now=now, payload={"person": case.assignee_id})


def save_with_new_reference(
    case: Case, wanted: str = "", *, riders: Callable[[Case], Sequence[Rider]] = lambda case: ()
) -> None:
    """Insert; in the one-in-a-thousand case that the reference is taken, take another."""
    for attempt in range(8):
        case.reference = wanted if wanted and attempt == 0 else new_reference(case.kind)
        if insert(case, *riders(case), unique=("reference",)):
            return
    raise RuntimeError("eight references in a row were taken")
