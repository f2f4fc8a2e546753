"""Photos that professionals add to a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import FieldError, Invalid, NotFound
from core.media.actions import claim_photos
from participation.cases import events
from participation.cases.actions.saving import refuse_stale, save
from participation.cases.models import Case, CasePhoto, Message
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for

MOST_AT_ONCE = 10
MOST_PHOTOS = 60
"""Of one case."""


@transaction.atomic
def add_photos(
    *,
    reference: str,
    photos: Sequence[UUID],
    stage: str = "",
    for_resident: bool = True,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Add photos without a message. `for_resident`: the reporter sees them too; else only colleagues do."""
    if not photos:
        raise Invalid(FieldError("photos", "required", _("Choose a photo first.")))
    case = get_case_for(actor, reference, Deed.HANDLE, lock=True)
    refuse_stale(case, version)
    fields = attach_photos(case, photos, stage=stage, for_resident=for_resident, actor=actor, now=now)
    save(case, fields, now=now)
    payload = {"photos": len(photos), "stage": stage, "forResident": for_resident and case.parent_id is None}
    events.tell(case, events.UPDATED, actor=actor, now=now, payload=payload)
    return case


@transaction.atomic
def change_photo(
    *,
    reference: str,
    photo_id: UUID,
    stage: str | None = None,
    for_resident: bool | None = None,
    actor: Actor,
    now: datetime,
) -> Case:
    """Say when a photo was taken, or whom it is for. What the resident sent stays theirs to see."""
    case = get_case_for(actor, reference, Deed.HANDLE, lock=True)
    photo = CasePhoto.objects.filter(case=case, photo_id=photo_id).first()
    if photo is None:
        raise NotFound(_("This photo is not with this case."))
    if for_resident is False and photo.from_resident:
        raise Invalid(FieldError("forResident", "theirs", _("The resident sent this photo and can always see it.")))
    if for_resident and case.parent_id is not None:
        raise Invalid(FieldError("forResident", "part", _("The team of the whole case speaks with the resident.")))
    if for_resident and photo.from_supporter:
        raise Invalid(FieldError("forResident", "supporter", _("A supporter sent this photo for colleagues only.")))
    if stage is not None:
        photo.stage = _known(stage)
    if for_resident is not None:
        photo.for_resident = for_resident
    photo.save(update_fields=["stage", "for_resident"])
    save(case, [], now=now)
    events.tell(case, events.UPDATED, actor=actor, now=now, payload={"photo": True})
    return case


def attach_photos(
    case: Case,
    ids: Sequence[UUID],
    *,
    message: Message | None = None,
    stage: str = "",
    for_resident: bool = True,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Claim uploads for a case whose row is held; answers the fields of the case to save. A part has no resident."""
    if not ids:
        return []
    stage = _known(stage)
    if len(ids) > MOST_AT_ONCE or case.photo_count + len(ids) > MOST_PHOTOS:
        most = {"most": MOST_AT_ONCE, "whole": MOST_PHOTOS}
        raise Invalid(
            FieldError(
                "photos", "too-many", _("Add at most %(most)d photos at once, and %(whole)d to one case.") % most
            )
        )
    claimed = claim_photos(ids=list(ids), gemeente_id=case.gemeente_id, now=now)
    CasePhoto.objects.bulk_create(
        CasePhoto(
            case=case,
            photo=photo,
            from_resident=actor.kind == "resident",
            position=case.photo_count + place,
            stage=stage,
            for_resident=for_resident and case.parent_id is None,
            message=message,
            professional_id=actor.professional_id,
        )
        for place, photo in enumerate(claimed)
    )
    case.photo_count += len(claimed)
    return ["photo_count"]


def _known(stage: str) -> str:
    if stage not in {"", *CasePhoto.Stage.values}:
        raise Invalid(FieldError("stage", "unknown", _("Choose before or after, or neither.")))
    return stage
