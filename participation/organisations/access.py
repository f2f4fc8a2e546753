"""From account to `Actor`: which teams someone works in, read once per request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.accounts.actor import Actor
from core.areas.tenancy import scope_of
from core.errors import NotAllowed, NotFound
from core.rows import Given, Reading
from participation.organisations.models import Membership, Professional
from participation.organisations.queries import roster

if TYPE_CHECKING:
    from core.accounts.models import User


class _Place(NamedTuple):
    """A mandate beside a team; None where there is none."""

    id: int
    gemeente_id: int
    name: str
    mandates__role: str | None
    mandates__organisation_id: int | None
    memberships__team_id: int | None
    memberships__role: str | None
    memberships__confidential: bool | None
    memberships__team__gemeente_id: int | None


_places = Reading(
    _Place._fields, lambda: Professional.objects.filter(user_id=Given("user", BigIntegerField())).order_by()
)


def actor_for(user: User | AnonymousUser | None) -> Actor | None:
    """The professional behind an account, or None (not signed in, not active, no professional). One query.

    Read from the database and not from memory: who leaves a team loses its cases at once.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    found = [_Place._make(row) for row in _places.rows(user=user.pk)]  # every mandate beside every team
    if not found:
        return None
    professional_id, gemeente_id, name = found[0].id, found[0].gemeente_id, found[0].name
    mandates = {(one.mandates__role, one.mandates__organisation_id) for one in found if one.mandates__role}
    organisations = {organisation for _role, organisation in mandates if organisation is not None}
    places = {
        (one.memberships__team_id, one.memberships__role, one.memberships__confidential)
        for one in found
        if one.memberships__team_id is not None and one.memberships__team__gemeente_id == gemeente_id
    }
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
        mandates=frozenset(role for role, organisation in mandates if organisation is None),
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


def may_view_face(photo_id: UUID, request: HttpRequest) -> bool:
    """A colleague of the same municipality sees also who does not want to be shown to residents."""
    actor = actor_of(request)
    if actor is None:
        return False
    return any(one.photo_id == photo_id and one.gemeente_id == actor.gemeente_id for one in roster().people.values())
