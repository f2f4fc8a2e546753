"""Who comes in through the sign-in provider, and the places their groups give (`GroupRole`).

At each sign-in the places that came from groups follow the groups: new ones are given, ended ones taken away. Places
given by hand in `/beheer/` stay as they are, also when a group would give the same one; but nobody comes in this way
without a group that gives something in their own municipality. A new person belongs to the municipality of the host,
else to the only one that knows one of their groups.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.accounts.models import User
from core.accounts.oidc import Identity, Refusal
from participation.organisations.invitations import accept, new_username
from participation.organisations.joining import GroupRole, Invitation
from participation.organisations.models import Mandate, Membership, Professional


def admit(identity: Identity, account: User | None, gemeente_id: int | None) -> User | Refusal:
    """`core.accounts.oidc.Admission`: the account of this person with their places up to date, or why not."""
    if identity.groups is None:
        return "no-claim"
    given = list(GroupRole.objects.filter(group__in=identity.groups).order_by("pk"))
    with transaction.atomic():
        if account is not None:
            account = User.objects.select_for_update().get(pk=account.pk)
            professional = Professional.objects.filter(user=account).first()
            if professional is not None:
                return _known(account, professional, given, gemeente_id)
            if not account.is_active:
                return "switched-off"
            if account.is_staff or account.groups.exists() or account.user_permissions.exists():
                return "conflict"  # an editor or administrator, of which municipality nobody can tell
        homes = {one.gemeente_id for one in given if gemeente_id in (None, one.gemeente_id)}
        if len(homes) != 1:
            return "elsewhere" if given else "no-groups"
        return _welcome(identity, account, [one for one in given if one.gemeente_id in homes])


def _known(
    account: User, professional: Professional, given: list[GroupRole], gemeente_id: int | None
) -> User | Refusal:
    here = professional.gemeente_id
    mine = [one for one in given if one.gemeente_id == here]
    waiting = Invitation.objects.filter(professional=professional, accepted_at=None).first()
    if not account.is_active and waiting is None:
        return "switched-off"
    _follow(professional, mine)
    if not mine:
        return "elsewhere" if given else "no-groups"
    if gemeente_id not in (None, here):
        return "elsewhere"
    if not account.is_active and waiting is not None:
        # The invited address, known to the organisation: signing in is accepting.
        account = accept(invitation_id=waiting.pk, password=None, now=timezone.now())
    return account


def _welcome(identity: Identity, account: User | None, given: list[GroupRole]) -> User:
    """An account and a professional for someone new. Nobody sees them on a page until an administrator says so."""
    if account is None:
        account = User(username=new_username(identity.email), email=identity.email, name=identity.name)
        account.set_unusable_password()
        account.save()
    professional = Professional.objects.create(
        user=account,
        gemeente_id=given[0].gemeente_id,
        name=(identity.name or identity.email.partition("@")[0]).split()[0][:80],
        role=next((one.job for one in given if one.job), "") or gettext("Professional"),
        is_public=False,
    )
    _follow(professional, given)
    return account


def _follow(professional: Professional, given: list[GroupRole]) -> None:
    """Of several groups that give one team, the highest role and any confidential one count."""
    teams: dict[int, dict[str, Any]] = {}
    mandates: set[tuple[str, int | None]] = set()
    for one in given:
        if one.team_id is None:
            mandates.add((one.role, one.organisation_id))
            continue
        place = teams.setdefault(one.team_id, {"role": Membership.Role.MEMBER, "confidential": False})
        place["confidential"] |= one.confidential
        if one.role == GroupRole.Role.LEAD:
            place["role"] = Membership.Role.LEAD
    held = {one.team_id: one for one in Membership.objects.filter(professional=professional)}
    for team_id, membership in held.items():
        if membership.by_group and team_id not in teams:
            membership.delete()
    for team_id, place in teams.items():
        kept = held.get(team_id)
        if kept is None:
            Membership.objects.create(professional=professional, team_id=team_id, by_group=True, **place)
        elif kept.by_group and (kept.role, kept.confidential) != (place["role"], place["confidential"]):
            kept.role, kept.confidential = place["role"], place["confidential"]
            kept.save(update_fields=["role", "confidential"])
    held_mandates = {(one.role, one.organisation_id): one for one in Mandate.objects.filter(professional=professional)}
    for key, mandate in held_mandates.items():
        if mandate.by_group and key not in mandates:
            mandate.delete()
    for role, organisation_id in mandates - held_mandates.keys():
        Mandate.objects.create(professional=professional, role=role, organisation_id=organisation_id, by_group=True)
