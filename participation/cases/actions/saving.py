"""What every write to a case shares: versions, refusals, messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.errors import FieldError, Invalid, NotAllowed, Stale
from participation.cases.actions.standing_in import follow
from participation.cases.deadlines import renew_due
from participation.cases.events import SUPPORTED
from participation.cases.models import Case, Message
from participation.cases.queries import changes_since
from participation.texts.cleaning import cleaned

MESSAGE_LENGTH = 3000
SUMMARY_LENGTH = 160


def summary_of(text: str) -> str:
    """How a case is called in lists: the first words, cut off by the count that the column knows (marks included)."""
    words = " ".join(text.split())
    return words if len(words) <= SUMMARY_LENGTH else f"{words[: SUMMARY_LENGTH - 1].rstrip()}…"


def save(case: Case, fields: list[str], *, now: datetime) -> None:
    """Write the named fields and whatever follows from them; every write raises the version."""
    case.version += 1
    case.updated_at = now
    case.save(update_fields=[*dict.fromkeys([*fields, *renew_due(case, now)]), "version", "updated_at"])
    if case.closed_at is not None or not {"team", "assignee"}.isdisjoint(fields):
        follow(case, now)


def lock_whole(reference: str) -> Case | None:
    """The case that this one is a part of, its row held; None for a case of its own.

    Before the part itself: whoever needs several cases locks them in order of their ids, the older first.
    """
    return Case.objects.select_for_update(of=("self",)).filter(parts__reference=reference).first()


def lock_with_main(case_id: int) -> tuple[Case, Case]:
    """A case and the one that is worked on in its place (itself, unless it was linked to another); both held."""
    main_id = Case.objects.filter(pk=case_id).values("duplicate_of_id")
    both = Case.objects.select_for_update(of=("self",)).filter(Q(pk=case_id) | Q(pk=Subquery(main_id))).order_by("pk")
    held = {case.pk: case for case in both}
    own = held[case_id]
    if own.duplicate_of_id is None:
        return own, own
    # Linked while we waited for its row: the main one was not there to be held yet.
    main = held.get(own.duplicate_of_id) or Case.objects.select_for_update(of=("self",)).get(pk=own.duplicate_of_id)
    return own, main


def hold_with_mains(case_ids: Iterable[int]) -> None:
    """Hold many cases, and those that are worked on in their place, in the order everybody holds them."""
    ids = list(case_ids)
    mains = Case.objects.filter(pk__in=ids).values("duplicate_of_id")
    held = Case.objects.select_for_update(of=("self",)).filter(Q(pk__in=ids) | Q(pk__in=mains))
    list(held.order_by("pk").values_list("pk"))


def refuse_stale(case: Case, version: int | None) -> None:
    """Somebody saved meanwhile. That more residents see the same stands in nobody's way."""
    if version is None or version == case.version:
        return
    changes = changes_since(case, version)
    supported = {one["version"] for one in changes if one["type"] == SUPPORTED}
    if version > case.version or not supported.issuperset(range(version + 1, case.version + 1)):
        raise Stale(version=case.version, changes=changes)


def mark_responded(case: Case, now: datetime) -> list[str]:
    if case.responded_at is None:
        case.responded_at = now
        return ["responded_at"]
    return []


def write_message(case: Case, text: str, *, actor: Actor, now: datetime, resident_id: int | None = None) -> Message:
    """To or from the resident (`resident_id`: which one of a group); of a part they hear nothing."""
    if case.parent_id is not None:
        raise NotAllowed(_("The team of the whole case speaks with the resident. Write a note to that team."))
    return Message.objects.create(
        case=case,
        professional_id=actor.professional_id,
        from_resident=actor.kind == "resident",
        resident_id=resident_id,
        text=text,
        created_at=now,
    )


def clean_text(text: str, field: str) -> str:
    text = cleaned(text)
    if not text:
        raise Invalid(FieldError(field, "required", _("Write something first.")))
    if len(text) > MESSAGE_LENGTH:
        raise Invalid(FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": MESSAGE_LENGTH}))
    return text


def area_ids(case: Case) -> tuple[int, ...]:
    """The areas the case lies in, smallest first, the gemeente last."""
    return tuple(area.id for area in tree().ancestors(case.area_id))
