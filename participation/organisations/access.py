"""From account to `Actor`: which teams someone works in, read once per request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.accounts.actor import Actor
from core.areas.tenancy import scope_of
from core.errors import NotAllowed, NotFound
from participation.organisations.models import Membership, Professional
from participation.organisations.queries import roster

if TYPE_CHECKING:
    from core.accounts.models import User


def actor_for(user: User | AnonymousUser | None) -> Actor | None:
    """The professional behind an account, or None (not signed in, not active, no professional). At most 2 queries.

    Read from the database and not from memory: who leaves a team loses its cases at once.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    # Without a mandate the last two are None.
    found: list[tuple[int, int, str, str | None, int | None]] = list(
        Professional.objects.filter(user_id=user.pk).values_list(
            "id", "gemeente_id", "name", "mandates__role", "mandates__organisation_id"
        )
    )
    if not found:
        return None
    professional_id, gemeente_id, name, _role, _organisation = found[0]
    organisations = {organisation for *_ignored, organisation in found if organisation is not None}
    places = list(
        Membership.objects.filter(professional_id=professional_id, team__gemeente_id=gemeente_id).values_list(
            "team_id", "role", "confidential"
        )
    )
    return Actor(
        kind="professional",
        user_id=user.pk,
        professional_id=professional_id,
        gemeente_id=gemeente_id,
        team_ids=frozenset(team for team, _role, _confidential in places),
        confidential_team_ids=frozenset(team for team, _role, confidential in places if confidential),
        lead_team_ids=frozenset(team for team, role, _confidential in places if role == Membership.Role.LEAD),
        organised_team_ids=frozenset(
            one.id
            for one in (roster().teams.values() if organisations else ())
            if one.organisation_id in organisations and one.gemeente_id == gemeente_id
        ),
        mandates=frozenset(role for _id, _gemeente, _name, role, organisation in found if role and not organisation),
        label=name,
    )


def actor_of(request: HttpRequest | Request) -> Actor | None:
    """The professional who sends this request, read once and kept on the request as `request.actor`."""
    inner: Any = request._request if isinstance(request, Request) else request
    if not hasattr(inner, "actor"):
        inner.actor = actor_for(getattr(inner, "user", None))
    actor: Actor | None = inner.actor
    return actor


def professional_of(request: HttpRequest | Request) -> Actor:
    """The professional who sends this request; refuses everyone else, and those of another host's municipality."""
    actor = actor_of(request)
    if actor is None:
        raise NotAllowed(_("This part is for professionals. Ask your administrator for access."))
    if scope_of(request).only not in (None, actor.gemeente_id):
        raise NotFound
    return actor


def gemeente_of(user: User) -> int | None:
    """The municipality a professional works for; None for any other account."""
    return Professional.objects.filter(user_id=user.pk).values_list("gemeente_id", flat=True).first()
