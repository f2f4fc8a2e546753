"""Signing in to the demonstration without a browser. Refused unless demonstration mode is on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from config.demo.world import PASSWORD
from core.accounts.models import User
from core.areas.models import Tenant
from core.errors import NotAllowed, NotFound
from participation.organisations.models import Professional
from participation.residents.actions import sign_in
from participation.residents.models import Resident


def refuse_outside_demo() -> None:
    """Raises `NotAllowed` unless DEMO=1."""
    if not settings.DEMO:
        raise NotAllowed("This works in demonstration mode only: set DEMO=1. Never do so where real people's data is.")


def session_for(username: str) -> str:
    """A fresh session of a demo account: the value of its cookie. `NotFound` for any other account."""
    refuse_outside_demo()
    user = User.objects.filter(username=username, is_demo=True, is_active=True).first()
    if user is None:
        raise NotFound(f"There is no demo account {username}. Without a name this command lists them all.")
    session: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save(must_create=True)
    assert session.session_key is not None
    return session.session_key


def resident_session_for(address: str) -> str:
    """The same for a resident of the demonstration: the value of the cookie `mijn`."""
    refuse_outside_demo()
    here = Tenant.objects.filter(is_demo=True).values("gemeente_id")
    resident = Resident.objects.filter(email__iexact=address, gemeente_id__in=here).order_by("pk").first()
    if resident is None:
        raise NotFound(f"There is no resident {address} in the demonstration.")
    gemeente_id, now = resident.gemeente_id, timezone.now()
    return sign_in(address=address, gemeente_id=gemeente_id, language="nl", device="demo_session", now=now)[1]


def for_sign_in(request: HttpRequest) -> dict[str, Any]:
    """What the sign-in page of a demonstration's municipality tells: one account per role and organisation."""
    scope = request.scope  # type: ignore[attr-defined]  # set by ScopeMiddleware
    tenant = Tenant.objects.filter(gemeente_id=scope.gemeente_id, is_demo=True).first()
    if tenant is None:
        return {}
    own = set(User.objects.exclude(professional__gemeente_id__gt=0).values_list("username", flat=True))
    own |= set(Professional.objects.filter(gemeente_id=tenant.gemeente_id).values_list("user__username", flat=True))
    kinds: dict[tuple[str, str], dict[str, Any]] = {}
    for row in demo_accounts():
        if row["username"] in own:
            kinds.setdefault((row["organisation"], row["role"]), row)
    return {"password": PASSWORD, "accounts": list(kinds.values())}


def demo_accounts() -> list[dict[str, Any]]:
    """`[{"username", "role", "organisation", "teams"}]`; what has no desk in a team comes last."""
    refuse_outside_demo()
    people = (
        Professional.objects.filter(user__is_demo=True, user__is_active=True)
        .select_related("user")
        .prefetch_related("memberships__team__organisation", "mandates__organisation")
        .order_by("gemeente__code", "pk")
    )
    rows: list[dict[str, Any]] = []
    for one in people:
        teams = [membership.team for membership in one.memberships.all()]
        employers = [team.organisation for team in teams] + [
            mandate.organisation for mandate in one.mandates.all() if mandate.organisation
        ]
        rows.append(
            {
                "username": one.user.username,
                "role": one.role,
                "organisation": employers[0].name if employers else "Gemeente Vlietstede",
                "teams": [team.name for team in teams],
            }
        )
    for user in User.objects.filter(is_demo=True, is_active=True, professional=None).order_by("pk"):
        role = "Beheerder" if user.is_superuser else "Redacteur"
        rows.append({"username": user.username, "role": role, "organisation": "Gemeente Vlietstede", "teams": []})
    return rows
