"""What every write to a case shares: versions, refusals, messages."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.errors import FieldError, Invalid, Stale
from participation.cases.deadlines import renew_due
from participation.cases.models import Case, Message
from participation.cases.queries import changes_since

MESSAGE_LENGTH = 3000


def save(case: Case, fields: list[str], *, now: datetime) -> None:
    """Write the named fields and whatever follows from them; every write raises the version."""
    case.version += 1
    case.updated_at = now
    case.save(update_fields=[*dict.fromkeys([*fields, *renew_due(case, now)]), "version", "updated_at"])


def refuse_stale(case: Case, version: int | None) -> None:
    if version is not None and version != case.version:
        raise Stale(version=case.version, changes=changes_since(case, version))


def mark_responded(case: Case, now: datetime) -> list[str]:
    if case.responded_at is None:
        case.responded_at = now
        return ["responded_at"]
    return []


def write_message(case: Case, text: str, *, actor: Actor, now: datetime) -> Message:
    return Message.objects.create(
        case=case,
        professional_id=actor.professional_id,
        from_resident=actor.kind == "resident",
        text=text,
        created_at=now,
    )


def clean_text(text: str, field: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(FieldError(field, "required", _("Write something first.")))
    if len(text) > MESSAGE_LENGTH:
        raise Invalid(FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": MESSAGE_LENGTH}))
    return text


def area_ids(case: Case) -> tuple[int, ...]:
    """The areas the case lies in, smallest first, the gemeente last."""
    return tuple(area.id for area in tree().ancestors(case.area_id))
