"""Who looks at a page that residents and professionals share."""

from __future__ import annotations

from django.http import HttpRequest

from core.accounts.actor import Actor
from core.areas.tenancy import scope_of
from participation.organisations.access import actor_of
from participation.residents.access import actor_of_resident


def actor_of_request(request: HttpRequest) -> Actor:
    """The professional of this municipality, else the resident, signed in or not. No query for a visitor."""
    professional = actor_of(request)
    if professional is not None and professional.gemeente_id == scope_of(request).gemeente_id:
        return professional
    return actor_of_resident(request)
