"""Who may see and do what with an initiative. One that is not yours to see is one that is not there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, NotAllowed, NotFound
from participation.cases.permissions import Deed as CaseDeed
from participation.cases.policies import may_do
from participation.initiatives.blocks import refuse_blocked
from participation.initiatives.models import Follow, Initiative, Member, Partner, Support
from participation.initiatives.permissions import MATRIX, Deed, Role, carries, covers, may
from participation.residents.models import Resident

_GROUP_ROLES = {
    Member.Role.STARTER: Role.STARTER,
    Member.Role.CONTACT: Role.CONTACT,
    Member.Role.MEMBER: Role.MEMBER,
}


def roles_of(actor: Actor, initiative: Initiative) -> frozenset[Role]:
    """What this person is to this initiative. One query for somebody who is signed in, none for a visitor.

    An auditor, and a professional of another team, is a visitor. `initiative` with its case selected.
    """
    own = None
    if actor.resident_id is not None:
        members = initiative.members.filter(resident_id=actor.resident_id, left_at=None)
        own = members.values_list("role", flat=True).first()
    return _roles_of(actor, initiative, own)


def _roles_of(actor: Actor, initiative: Initiative, own: str | None) -> frozenset[Role]:
    """`own`: what this resident is in the group. No query for a resident."""
    roles = {Role.VISITOR}
    if actor.resident_id is not None:
        roles.add(Role.RESIDENT)
        if own is not None:
            roles.add(_GROUP_ROLES[Member.Role(own)])
    case = initiative.case
    if case is not None and actor.professional_id is not None and actor.gemeente_id == initiative.gemeente_id:
        if case.assignee_id == actor.professional_id and case.team_id in actor.team_ids:
            roles.add(Role.COACH)
        elif may_do(actor, CaseDeed.ASSIGN, case):  # who is only asked to take it over looks on
            roles.add(Role.TEAM)
        else:
            partners = initiative.partners.filter(team_id__in=actor.team_ids, ended_at=None)
            for sees, accepted_at in partners.values_list("sees", "accepted_at"):
                roles.add(Role.PARTNER)
                if sees == Partner.Sees.INSIDE and accepted_at is not None:
                    roles.add(Role.INSIDE_PARTNER)
    return frozenset(roles)


def get_initiative_for(
    actor: Actor, slug: str, deed: Deed = Deed.SEE, *, lock: bool = False, now: datetime | None = None
) -> Initiative:
    """The initiative, if this person may see it and do `deed` now; `lock` holds its row until the transaction ends.

    With it the row of the resident who does it: always after the initiative and before the streams, so that who
    erases their account this moment waits, or is not there any more. Whom a block keeps from it is refused.

    Raises `NotFound` for one that is absent, of another municipality, or not theirs to see; `NotAllowed` for one they
    may only look at; `Conflict` when the stage does not allow it.
    """
    rows = Initiative.objects.select_related("case")
    if lock:  # what somebody is to it is read once the row is held: they may just have left the group
        rows = rows.select_for_update(of=("self",), no_key=True)
    else:
        rows = _with_ties(rows.select_related("looking_back"), actor)
    initiative = rows.filter(slug=slug).first()
    if initiative is None or (actor.gemeente_id is not None and actor.gemeente_id != initiative.gemeente_id):
        raise NotFound
    known = hasattr(initiative, "own_role")
    own: str | None = getattr(initiative, "own_role", None)
    roles = _roles_of(actor, initiative, own) if known else roles_of(actor, initiative)
    if not initiative.is_public and MATRIX[Deed.SEE_INSIDE].isdisjoint(roles):
        raise NotFound
    if not may(roles, deed, initiative.stage):
        if MATRIX[deed].isdisjoint(roles):
            raise NotAllowed(
                _("Sign in first, then you can do this.")
                if actor.resident_id is None and Role.RESIDENT in MATRIX[deed]
                else _("You can look at this initiative. This is for the people who carry it.")
            )
        raise Conflict(
            _("This does not fit the stage the initiative is in: “%(stage)s”.")
            % {"stage": initiative.get_stage_display()}
        )
    if lock and actor.resident_id is not None:
        resident = hold_resident(actor.resident_id)
        if covers(deed, initiative.stage):
            refuse_blocked(resident, now or timezone.now())
    return initiative


def hold_resident(resident_id: int) -> Resident:
    """Until the transaction ends; `NotFound` for who was erased on another device, this very moment."""
    resident = Resident.objects.select_for_update(no_key=True).filter(pk=resident_id).first()
    if resident is None:
        raise NotFound
    return resident


def _with_ties(rows: QuerySet[Initiative], actor: Actor) -> QuerySet[Initiative]:
    """With what a resident who is signed in is to each and did: `own_role`, `own_support`, `own_follow`."""
    if actor.resident_id is None:
        return rows
    mine = {"initiative": OuterRef("pk"), "resident_id": actor.resident_id}
    return rows.annotate(
        own_role=Subquery(Member.objects.filter(**mine, left_at=None).values("role")[:1]),
        own_support=Exists(Support.objects.filter(**mine)),
        own_follow=Exists(Follow.objects.filter(**mine)),
    )


def deeds_for(actor: Actor, initiative: Initiative) -> list[str]:
    """Everything this person may do with it now, for a screen to offer."""
    roles = roles_of(actor, initiative)
    not_theirs = {Deed.SUPPORT} if carries(roles) else set()
    return [deed.value for deed in Deed if deed not in not_theirs and may(roles, deed, initiative.stage)]
