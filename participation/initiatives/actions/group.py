"""Who carries an initiative together: joining, leaving, being taken out, and whose turn it is to lead.

Every change holds the initiative's row, so two people never get the same seat and a group never has two starters; the
constraints of `Member` say the same. Each is mailed to the group.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import SYSTEM, Actor
from core.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from core.events.log import Happened, record
from participation.initiatives.actions.drafting import clean_text, remove_draft
from participation.initiatives.actions.saving import save, wrong_words
from participation.initiatives.events import CHANGED, MEMBER, happened, tell
from participation.initiatives.models import MOST_MEMBERS, Initiative, Member
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.group import place_of
from participation.initiatives.states import Stage
from participation.initiatives.tasks.group import owe_group
from participation.residents.models import Resident
from participation.residents.names import mistake_in_name


def free_seat(initiative: Initiative) -> int | None:
    """The lowest number of 1 to 10 that nobody has; None in a full group."""
    taken = set(initiative.members.filter(left_at=None).values_list("seat", flat=True))
    return next((seat for seat in range(1, MOST_MEMBERS + 1) if seat not in taken), None)


def changed(initiative: Initiative, what: str, member: Member, *, actor: Actor, now: datetime) -> Happened:
    """Note what happened to the group, and let everybody in it know; answers what is to be recorded.

    `what`: joined, left, taken-out, role, asked, asked-off, took-over, succeeded (because the starter went), empty.
    """
    save(initiative, now=now)
    owe_group(initiative, what, member, by_resident=actor.resident_id)
    return happened(initiative, MEMBER, actor=actor, now=now, payload={"what": what, "member": member.pk})


def leave(*, slug: str, actor: Actor, now: datetime) -> None:
    """Stop being one of the group. When the starter goes, the one who is there longest leads, contacts first."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.LEAVE, lock=True)
        member = own_place(initiative, actor)
        if not initiative.members.filter(left_at=None).exclude(pk=member.pk).exists():
            raise Conflict(
                _("You are the only one left. Throw the draft away instead.")
                if initiative.stage == Stage.DRAFT
                else _("You are the only one left. Invite somebody first, or stop the initiative.")
            )
        record(*step_out(initiative, member, "left", actor=actor, now=now))


def take_out(*, slug: str, member_id: int, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.REMOVE, lock=True)
        member = there(initiative, member_id)
        if member.resident_id == actor.resident_id:
            raise Conflict(_("This is you. Use “Leave the group” for that."))
        told = step_out(initiative, member, "taken-out", actor=actor, now=now)
        # A link that they have would bring them back.
        initiative.invitations.filter(email="", accepted_at=None, ended_at=None).update(ended_at=now)
        record(*told)


def step_out(initiative: Initiative, member: Member, what: str, *, actor: Actor, now: datetime) -> list[Happened]:
    """Free the seat of this member of a locked initiative, and see to it that somebody leads; what is to be told."""
    was_starter = member.role == Member.Role.STARTER
    member.left_at, member.seat, member.asked_at, member.name = now, None, None, ""
    member.role = Member.Role.MEMBER
    member.save(update_fields=["left_at", "seat", "asked_at", "name", "role"])
    told = [changed(initiative, what, member, actor=actor, now=now)]
    return told + (_succeed(initiative, now=now) if was_starter else [])


def _succeed(initiative: Initiative, *, now: datetime) -> list[Happened]:
    """The contact, else the member, who is there longest becomes starter; a draft of nobody goes."""
    rest = sorted(
        initiative.members.filter(left_at=None),
        key=lambda one: (one.asked_at is None, one.role != Member.Role.CONTACT, one.joined_at, one.pk),
    )
    if rest:
        _lead(rest[0])
        return [changed(initiative, "succeeded", rest[0], actor=SYSTEM, now=now)]
    if initiative.stage == Stage.DRAFT:
        remove_draft(initiative)
        return []
    last = initiative.members.order_by("-left_at", "-pk")[0]
    return [changed(initiative, "empty", last, actor=SYSTEM, now=now)]


def _lead(member: Member) -> None:
    member.role, member.asked_at = Member.Role.STARTER, None
    member.save(update_fields=["role", "asked_at"])


def give_role(*, slug: str, member_id: int, role: str, actor: Actor, now: datetime) -> None:
    """Make somebody contact, or a member again. The starter's place is handed over, not given."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.HAND_OVER, lock=True)
        member = there(initiative, member_id)
        if role not in (Member.Role.CONTACT, Member.Role.MEMBER) or member.role == Member.Role.STARTER:
            raise Invalid(FieldError("role", "invalid", _("Choose “contact” or “member”.")))
        if member.role == role:
            return
        member.role = role
        member.save(update_fields=["role"])
        record(changed(initiative, "role", member, actor=actor, now=now))


def call_me(*, slug: str, name: str, actor: Actor, now: datetime) -> None:
    """How the group calls this member, in public too."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.CALL, lock=True)
        member = own_place(initiative, actor)
        name = clean_text(name, lines=False)
        if wrong := [*filter(None, [mistake_in_name(name)]), *wrong_words(initiative, name=name)]:
            raise Invalid(*wrong)
        if name == member.name:
            return
        member.name = name
        member.save(update_fields=["name"])
        save(initiative, now=now)
        if initiative.stage != Stage.DRAFT:
            tell(initiative, CHANGED, actor=actor, now=now, payload={"fields": ["members"]})


def ask_to_take_over(*, slug: str, member_id: int, actor: Actor, now: datetime) -> None:
    """Offer the starter's place to another member. Nothing changes until that one accepts."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.HAND_OVER, lock=True)
        member = there(initiative, member_id)
        if member.role == Member.Role.STARTER:
            raise Conflict(_("This one leads the group already."))
        if member.asked_at is not None:
            return
        initiative.members.filter(asked_at__isnull=False).update(asked_at=None)
        member.asked_at = now
        member.save(update_fields=["asked_at"])
        record(changed(initiative, "asked", member, actor=actor, now=now))


def take_back_asking(*, slug: str, actor: Actor, now: datetime) -> None:
    """The starter thinks better of it, or who was asked does not want to."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.LEAVE, lock=True)
        mine = own_place(initiative, actor)
        asked = initiative.members.filter(asked_at__isnull=False).first()
        if asked is None:
            return
        if mine.role != Member.Role.STARTER and mine.pk != asked.pk:
            raise NotAllowed(_("Only the starter and the one who was asked can do this."))
        asked.asked_at = None
        asked.save(update_fields=["asked_at"])
        record(changed(initiative, "asked-off", asked, actor=actor, now=now))


def take_over(*, slug: str, actor: Actor, now: datetime) -> None:
    """Who was asked accepts: they lead, and who led stays as contact."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.LEAVE, lock=True)
        mine = own_place(initiative, actor)
        if mine.asked_at is None:
            raise Conflict(_("Nobody asks you to take over now."))
        initiative.members.filter(left_at=None, role=Member.Role.STARTER).update(role=Member.Role.CONTACT)
        _lead(mine)
        record(changed(initiative, "took-over", mine, actor=actor, now=now))


def erase_from_groups(resident: Resident, now: datetime) -> list[Happened]:
    """Leave every group, also the last of one. Invitations are not theirs, and stay until they run out.

    In the transaction of the erasure, which holds the initiatives.
    """
    told: list[Happened] = []
    mine = Member.objects.filter(resident=resident, left_at=None).select_related("initiative__case")
    for member in mine.order_by("initiative_id"):
        told += step_out(member.initiative, member, "left", actor=SYSTEM, now=now)
    Member.objects.filter(resident=resident).update(resident=None, name="")
    return told


def own_place(initiative: Initiative, actor: Actor) -> Member:
    member = place_of(initiative, actor.resident_id)
    if member is None:
        raise NotFound
    return member


def there(initiative: Initiative, member_id: int) -> Member:
    member = initiative.members.filter(pk=member_id, left_at=None).first()
    if member is None:
        raise NotFound
    return member
