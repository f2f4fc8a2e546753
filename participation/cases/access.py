"""What core may ask about cases: may this person see that photo, follow those streams."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest

from participation.cases.models import Case, CasePhoto
from participation.cases.policies import streams_of
from participation.organisations.access import actor_for, actor_of


def may_view_photo(photo_id: UUID, request: HttpRequest) -> bool:
    """A professional sees the photos of the cases they may see, of what these are part of, and of their duplicates."""
    actor = actor_of(request)
    if actor is None:
        return False
    taken = CasePhoto.objects.filter(photo_id=photo_id).values_list("case_id", "case__duplicate_of_id").first()
    if taken is None:
        return False
    cases = [pk for pk in taken if pk is not None]
    return Case.objects.visible_to(actor).filter(Q(pk__in=cases) | Q(parent__in=cases)).exists()


def streams_of_user(user: Any) -> list[str]:
    """The streams this account may follow; none when it is no professional's."""
    actor = actor_for(user)
    return streams_of(actor) if actor else []


def may_see_presence(user: Any, reference: str) -> str | None:
    """The name under which this account is shown at a case, or None when it may not see the case."""
    actor = actor_for(user)
    if actor is None or not Case.objects.visible_to(actor).filter(reference=reference).exists():
        return None
    return actor.label
