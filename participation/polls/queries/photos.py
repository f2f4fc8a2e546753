"""Who may see the photos of options and projects: everybody once the poll is public, before that who prepares it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from core.areas.tenancy import scope_of
from participation.organisations.access import actor_of
from participation.polls.models import Option, Poll, Project
from participation.polls.permissions import Deed, may
from participation.polls.policies import roles_of


def may_view_photo(photo_id: UUID, request: HttpRequest) -> bool:
    """At most three queries for a photo of something else."""
    poll_id = (
        Option.objects.filter(photo_id=photo_id).values_list("question__poll_id", flat=True).first()
        or Project.objects.filter(photo_id=photo_id).values_list("poll_id", flat=True).first()
    )
    poll = Poll.objects.select_related("case").filter(pk=poll_id).first() if poll_id is not None else None
    if poll is None or scope_of(request).only not in (None, poll.gemeente_id):
        return False
    if poll.is_public:
        return True
    actor = actor_of(request)
    return actor is not None and may(roles_of(actor, poll), Deed.SEE_INSIDE, poll.stage)
