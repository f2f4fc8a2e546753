"""Who is in a group, who is invited, and in which groups somebody is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, When
from django.utils.translation import gettext as _

from core.areas.tenancy import site_of
from participation.initiatives.models import MOST_MEMBERS, Initiative, Invitation, Member
from participation.initiatives.states import Act, Stage, allows
from participation.initiatives.tokens import hash_of, token_matching

PURPOSE = "invitation"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """`reach`: how to reach them, for who may know; empty otherwise."""

    id: int
    name: str
    role: str
    role_label: str
    is_me: bool
    is_asked: bool
    joined_at: datetime
    reach: str = ""


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """`address` of the link to pass on; `email` of the other kind."""

    id: int
    email: str
    address: str
    expires_at: datetime
    is_over: bool
    may_send_again: bool


def name_of(member: Member) -> str:
    """As the group calls them, or a word for who did not say."""
    return member.name or _("a neighbour")


def members_of(initiative: Initiative, *, resident_id: int | None = None, with_reach: bool = False) -> list[MemberRow]:
    """Everybody in the group: the starter first, then contacts. One query."""
    return rows_of(group_of(initiative), resident_id=resident_id, with_reach=with_reach)


def group_of(initiative: Initiative) -> QuerySet[Member]:
    """Everybody in it, by `rank` (the starter, then contacts) and seat."""
    ranks = [When(role=Member.Role.STARTER, then=0), When(role=Member.Role.CONTACT, then=1)]
    found = initiative.members.filter(left_at=None).select_related("resident")
    ranked = found.annotate(rank=Case(*ranks, default=2, output_field=IntegerField()))
    return ranked.order_by("rank", "seat")


def rows_of(members: Iterable[Member], *, resident_id: int | None = None, with_reach: bool = False) -> list[MemberRow]:
    return [
        MemberRow(
            id=one.pk,
            name=name_of(one),
            role=one.role,
            role_label=one.get_role_display(),
            is_me=one.resident_id is not None and one.resident_id == resident_id,
            is_asked=one.asked_at is not None,
            joined_at=one.joined_at,
            reach=_reach(one) if with_reach else "",
        )
        for one in members
    ]


def _reach(member: Member) -> str:
    """Only of who is there to be reached."""
    if member.resident is None or member.role == Member.Role.MEMBER:
        return ""
    return member.resident.email or member.resident.phone


def open_invitations(initiative: Initiative, *, now: datetime) -> QuerySet[Invitation]:
    return initiative.invitations.filter(accepted_at=None, ended_at=None, expires_at__gt=now)


def invitations_of(initiative: Initiative, *, now: datetime) -> list[InvitationRow]:
    """Those that wait, and those that ran out without an answer, newest first. One query."""
    return invitations_in(waiting_in(initiative), initiative, now=now)


def waiting_in(initiative: Initiative) -> QuerySet[Invitation]:
    """Without an answer, the newest first."""
    return initiative.invitations.filter(accepted_at=None, ended_at=None).order_by("-id")


def invitations_in(rows: Iterable[Invitation], initiative: Initiative, *, now: datetime) -> list[InvitationRow]:
    return [
        InvitationRow(
            id=one.pk,
            email=one.email,
            address="" if one.email else address_of(one, initiative.gemeente_id),
            expires_at=one.expires_at,
            is_over=one.expires_at <= now,
            may_send_again=bool(one.email) and one.sent < 3,
        )
        for one in rows
    ]


def address_of(invitation: Invitation, gemeente_id: int) -> str:
    """The whole address of the page to accept on.."""
    token = token_matching(invitation.seed, invitation.token_hash, PURPOSE)
    return f"{site_of(gemeente_id)}/initiatieven/uitnodiging/{token}/" if token else ""


@dataclass(frozen=True, slots=True)
class Invited:
    """What the page of an invitation says. `state`: open, full, over (ran out, withdrawn, used) or member."""

    state: str
    slug: str
    title: str
    what: str
    starter: str
    many: int
    by_mail: bool
    language: str
    """Of the mail, and so of the page it leads to; empty for a link of everybody."""


def invited_by(token: str, *, gemeente_id: int | None, resident_id: int | None, now: datetime) -> Invited | None:
    """What a token invites to; None when there is no such invitation here. Two queries."""
    found = Invitation.objects.filter(token_hash=hash_of(token), initiative__gemeente_id=gemeente_id)
    invitation = found.select_related("initiative").first()
    if invitation is None:
        return None
    initiative = invitation.initiative
    language = invitation.language if invitation.sent else ""
    members = list(initiative.members.filter(left_at=None))
    over = invitation.ended_at is not None or invitation.accepted_at is not None or invitation.expires_at <= now
    if resident_id is not None and any(one.resident_id == resident_id for one in members):
        state = "member"
    elif over or not allows(initiative.stage, Act.INVITE):
        return Invited("over", "", "", "", "", 0, bool(invitation.email), language)
    else:
        state = "full" if len(members) >= MOST_MEMBERS else "open"
    starter = next((name_of(one) for one in members if one.role == Member.Role.STARTER), "")
    slug = initiative.slug if state == "member" else ""
    by_mail = bool(invitation.email)
    return Invited(state, slug, initiative.title, initiative.what, starter, len(members), by_mail, language)


def groups_of(resident_id: int) -> list[dict[str, Any]]:
    """The initiatives somebody takes part in, newest first. One query."""
    mine = Member.objects.filter(resident_id=resident_id, left_at=None).select_related("initiative")
    return [
        {
            "slug": one.initiative.slug,
            "title": one.initiative.title or _("Without a name yet"),
            "stage": one.initiative.stage,
            "stage_label": one.initiative.get_stage_display(),
            "role_label": one.get_role_display(),
            "changed_at": one.initiative.changed_at,
            "is_asked": one.asked_at is not None,
        }
        for one in mine.order_by("-initiative__changed_at")
    ]


def drafts_of(resident_id: int) -> list[dict[str, Any]]:
    """Plans that were not sent yet, to go on with. One query."""
    return [one for one in groups_of(resident_id) if one["stage"] == Stage.DRAFT]


def place_of(initiative: Initiative, resident_id: int | None) -> Member | None:
    """Who this resident is in the group. One query."""
    return None if resident_id is None else initiative.members.filter(resident_id=resident_id, left_at=None).first()


def own_name(initiative: Initiative, resident_id: int | None) -> str:
    """How the group calls this member. One query."""
    mine = place_of(initiative, resident_id)
    return mine.name if mine is not None else ""
