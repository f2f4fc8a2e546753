"""What a person has seen. Small marks without an event: they are nobody else's business."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.accounts.actor import Actor
from participation.cases.inbox import CaseFilter, everything
from participation.cases.models import Case, Seen

MOST_AT_ONCE = 200
IN_ONE_GO = 1000


def mark_seen(case: Case, *, actor: Actor, now: datetime) -> None:
    """This person has the case before them as it now is. One query."""
    _write([(case.pk, case.version)], actor=actor, now=now)


def mark_read(*, references: Sequence[str], actor: Actor, now: datetime) -> int:
    """Mark these as read, as far as this person may see them; how many those are."""
    found = list(Case.objects.visible_to(actor).filter(reference__in=references).values_list("pk", "version"))
    _write(found, actor=actor, now=now)
    return len(found)


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """Mark everything open in this person's inbox as read; how many cases were not."""
    found = list(everything(actor, CaseFilter(unread=True), now).order_by().values_list("pk", "version"))
    _write(found, actor=actor, now=now)
    return len(found)


def mark_unread(*, references: Sequence[str], actor: Actor) -> int:
    """Mark these as unread again; how many there are."""
    found = list(Case.objects.visible_to(actor).filter(reference__in=references).values_list("pk", flat=True))
    Seen.objects.filter(professional_id=actor.professional_id or 0, case_id__in=found).delete()
    return len(found)


def _write(versions: Iterable[tuple[int, int]], *, actor: Actor, now: datetime) -> None:
    if actor.professional_id is None:
        return
    Seen.objects.bulk_create(
        [
            Seen(professional_id=actor.professional_id, case_id=pk, version=version, at=now)
            for pk, version in sorted(versions)
        ],
        batch_size=IN_ONE_GO,
        update_conflicts=True,
        unique_fields=["professional", "case"],
        update_fields=["version", "at"],
    )
