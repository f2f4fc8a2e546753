"""Opening a case: where it belongs follows from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models.constants import OnConflict

from core.accounts.actor import Actor
from core.areas.queries import AreaRow
from core.events.models import Event
from core.media.actions import claim_photos
from participation.cases import events
from participation.cases.actions.standing_in import stand_in
from participation.cases.deadlines import renew_due
from participation.cases.models import Case, CasePhoto
from participation.cases.placing import place, promised
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
    reference: str = ""
    """Promised to somebody already; taken when it is still free."""


def open_case(opening: Opening, *, now: datetime) -> Case:
    """Open a case with the team and person that the rules say; the caller's transaction goes on.

    The caller records nothing: call `announce_case` when what hangs on the case is written too.
    """
    gemeente = opening.chain[-1]
    category = opening.category
    placement = place(opening.kind, category, tuple(area.id for area in opening.chain), now)
    case = Case(
        gemeente_id=gemeente.id,
        kind=opening.kind,
        visibility=category.visibility,
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
    save_with_new_reference(case, opening.reference)
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


def save_with_new_reference(case: Case, wanted: str = "") -> None:
    """Insert; in the one-in-a-thousand case that the reference is taken, take another.

    `_insert` is what `save()` ends in. Here it says ON CONFLICT DO NOTHING and answers None for a reference that
    is taken: to catch an IntegrityError instead takes a savepoint, two round trips more for every case.
    """
    manager: Any = Case._base_manager  # the stubs do not know `_insert`
    key = Case._meta.pk
    others = [field for field in Case._meta.concrete_fields if field is not key]
    for attempt in range(8):
        case.reference = wanted if wanted and attempt == 0 else new_reference(case.kind)
        [row] = manager._insert(
            [case], others, using=DEFAULT_DB_ALIAS, returning_fields=[key], on_conflict=OnConflict.IGNORE
        )
        if row is not None:
            case.pk, case._state.adding, case._state.db = row[0], False, DEFAULT_DB_ALIAS
            return
        if not Case.objects.filter(reference=case.reference).exists():
            case.save(force_insert=True)  # SQLite's form passes over every rule of the table: let the broken one speak
            return
    raise RuntimeError("eight references in a row were taken")
