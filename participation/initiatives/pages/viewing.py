"""Who looks at a page that residents and professionals share, and who sees a scan of signatures."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from core.accounts.actor import Actor
from core.areas.tenancy import scope_of
from participation.initiatives.permissions import Deed, may
from participation.initiatives.policies import roles_of
from participation.initiatives.queries.support import sheet_of_scan
from participation.organisations.access import actor_of
from participation.residents.access import actor_of_resident


def actor_of_request(request: HttpRequest) -> Actor:
    """The professional of this municipality, else the resident, signed in or not. No query for a visitor."""
    professional = actor_of(request)
    if professional is not None and professional.gemeente_id == scope_of(request).gemeente_id:
        return professional
    return actor_of_resident(request)


def may_view_scan(photo_id: UUID, request: HttpRequest) -> bool:
    """Names and signatures are for who counts them."""
    actor = actor_of(request)
    sheet = sheet_of_scan(photo_id) if actor is not None else None
    if actor is None or sheet is None:
        return False
    return may(roles_of(actor, sheet.initiative), Deed.SEE_NOTES, sheet.initiative.stage)
