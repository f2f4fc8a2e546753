"""Who may see the photos of an initiative: everybody once it is public, before that who is on the inside."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from core.areas.tenancy import scope_of
from participation.initiatives.models import Initiative, InitiativePhoto, UpdatePhoto
from participation.initiatives.permissions import Deed, Role, may
from participation.initiatives.policies import roles_of
from participation.organisations.access import actor_of
from participation.residents.access import actor_of_resident


def may_view_photo(photo_id: UUID, request: HttpRequest) -> bool:
    """Those of the plan and of the diary; of a page that the desk hid only for who is on the inside.

    Two queries for a photo of something else.
    """
    hidden = False
    shown = InitiativePhoto.objects.filter(photo_id=photo_id).select_related("initiative__case").first()
    initiative = shown.initiative if shown is not None else None
    if initiative is None:
        told = UpdatePhoto.objects.filter(photo_id=photo_id).select_related("update__initiative__case").first()
        if told is not None:
            initiative, hidden = told.update.initiative, told.update.hidden_at is not None
    if initiative is None or scope_of(request).only not in (None, initiative.gemeente_id):
        return False
    if initiative.is_public and not hidden:
        return True
    return may(_roles(request, initiative), Deed.SEE_INSIDE, initiative.stage)


def _roles(request: HttpRequest, initiative: Initiative) -> frozenset[Role]:
    """All that somebody is here, as a neighbour and as a professional."""
    roles = roles_of(actor_of_resident(request), initiative)
    professional = actor_of(request)
    return roles | roles_of(professional, initiative) if professional is not None else roles


def photos_of(initiative: Initiative) -> list[UUID]:
    """Those that everybody sees once it is public."""
    return list(InitiativePhoto.objects.filter(initiative=initiative).values_list("photo_id", flat=True))
