"""Invitations to join a group, by e-mail or with a link to pass on; and what comes of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import record
from participation.initiatives.actions.drafting import clean_text
from participation.initiatives.actions.group import changed, free_seat, own_place
from participation.initiatives.actions.saving import wrong_words
from participation.initiatives.actions.supporting import drop_support
from participation.initiatives.blocks import refuse_blocked
from participation.initiatives.models import MOST_MEMBERS, Initiative, Invitation, Member
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for, hold_resident
from participation.initiatives.queries.group import open_invitations
from participation.initiatives.states import Act, allows
from participation.initiatives.tasks.group import send_invitation
from participation.initiatives.tokens import hash_of, hash_of_address, new_seed, token_of
from participation.residents.names import mistake_in_name

WORKS_FOR = timedelta(days=14)
MOST_OPEN = 20
"""Invitations by e-mail of one initiative that wait at the same time."""
MOST_SENT = 3
"""Times that somebody is mailed about one group, as long as that is remembered."""
REMEMBERED = timedelta(days=90)
"""After an invitation ran out."""
PURPOSE = "invitation"


def invite(*, slug: str, email: str, language: str, actor: Actor, now: datetime) -> Invitation:
    """Invite somebody by e-mail, or (`email` empty) make the link to pass on; one before it ends.

    Who was invited already is invited again: the mail goes once more.
    """
    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            words = _("This is not an e-mail address. It looks like name@example.nl.")
            raise Invalid(FieldError("email", "invalid", words)) from None
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.INVITE, lock=True)
        member = own_place(initiative, actor)
        if free_seat(initiative) is None:
            raise Conflict(_("Your group is full: at most %(most)d people.") % {"most": MOST_MEMBERS}, code="full")
        waiting = initiative.invitations.filter(accepted_at=None, ended_at=None)
        if email:
            # Whether this is the address of somebody in the group is theirs to tell: the answer is the same.
            earlier = waiting.filter(email__iexact=email).first()
            if earlier is not None:
                return _send_again(earlier, now=now)
            if open_invitations(initiative, now=now).exclude(email="").count() >= MOST_OPEN:
                raise Conflict(_("Many invitations wait for an answer. Withdraw one first."))
            _refuse_many(initiative, hash_of_address(email, PURPOSE))
        else:
            waiting.filter(email="").update(ended_at=now)
        seed = new_seed()
        invitation = Invitation.objects.create(
            initiative=initiative,
            member=member,
            email=email,
            address_hash=hash_of_address(email, PURPOSE) if email else "",
            language=language,
            seed=seed,
            token_hash=hash_of(token_of(seed, PURPOSE)),
            created_at=now,
            expires_at=now + WORKS_FOR,
            sent=1 if email else 0,
        )
        if email:
            send_invitation.enqueue(invitation.pk)
        return invitation


def send_again(*, slug: str, invitation_id: int, actor: Actor, now: datetime) -> Invitation:
    """Mail it once more; it works for two weeks from now."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.INVITE, lock=True)
        waiting = initiative.invitations.filter(pk=invitation_id, accepted_at=None, ended_at=None).exclude(email="")
        invitation = waiting.first()
        if invitation is None:
            raise NotFound
        return _send_again(invitation, now=now)


def _send_again(invitation: Invitation, *, now: datetime) -> Invitation:
    _refuse_many(invitation.initiative, invitation.address_hash)
    invitation.sent += 1
    invitation.expires_at = now + WORKS_FOR
    invitation.save(update_fields=["sent", "expires_at"])
    send_invitation.enqueue(invitation.pk)
    return invitation


def _refuse_many(initiative: Initiative, address_hash: str) -> None:
    """However often it was withdrawn and asked anew in between."""
    there = initiative.invitations.filter(address_hash=address_hash)
    if (there.aggregate(many=Sum("sent"))["many"] or 0) >= MOST_SENT:
        raise Conflict(_("We mailed this person %(many)d times. Ask them yourself.") % {"many": MOST_SENT})


def withdraw_invitation(*, slug: str, invitation_id: int, actor: Actor, now: datetime) -> None:
    """It works no more. The address is forgotten at once."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.INVITE, lock=True)
        ended = initiative.invitations.filter(pk=invitation_id, accepted_at=None, ended_at=None)
        if not ended.update(ended_at=now, email=""):
            raise NotFound


def accept_invitation(*, token: str, name: str, actor: Actor, now: datetime) -> Initiative:
    """Take a seat in the group. Who has one already keeps it, and the invitation stays for others.

    `NotFound` for one that does not work any more; `NotAllowed` for who is blocked; `Conflict` for a full group. Who
    supported it carries it from now on: their support counts no more.
    """
    resident_id = actor.resident_id
    found = Invitation.objects.filter(token_hash=hash_of(token)).values_list("pk", "initiative_id").first()
    if found is None or resident_id is None:
        raise NotFound
    invitation_id, initiative_id = found
    with transaction.atomic():
        initiative = (
            Initiative.objects.select_related("case")
            .select_for_update(of=("self",), no_key=True)
            .filter(pk=initiative_id)
            .first()
        )
        if initiative is None or initiative.gemeente_id != actor.gemeente_id:
            raise NotFound
        resident = hold_resident(resident_id)
        invitation = open_invitations(initiative, now=now).filter(pk=invitation_id).first()
        if initiative.members.filter(resident_id=resident_id, left_at=None).exists():
            return initiative
        if invitation is None or not allows(initiative.stage, Act.INVITE):
            raise NotFound
        refuse_blocked(resident, now)  # their name stands on its page, at once or as soon as it is sent
        seat = free_seat(initiative)
        if seat is None:
            raise Conflict(
                _("This group is full: it has %(most)d people. Ask the one who invited you.") % {"most": MOST_MEMBERS},
                code="full",
            )
        name = clean_text(name, lines=False)
        if wrong := [*filter(None, [mistake_in_name(name)]), *wrong_words(initiative, name=name)]:
            raise Invalid(*wrong)
        member = Member.objects.create(
            initiative=initiative,
            resident_id=resident_id,
            name=name,
            seat=seat,
            joined_at=now,
        )
        if invitation.email:
            invitation.accepted_at, invitation.email = now, ""
            invitation.save(update_fields=["accepted_at", "email"])
        if resident.email:  # came by another way than the mail
            waiting = initiative.invitations.filter(accepted_at=None, ended_at=None, email__iexact=resident.email)
            waiting.update(accepted_at=now, email="")
        record(
            *drop_support(initiative, actor=actor, now=now), changed(initiative, "joined", member, actor=actor, now=now)
        )
        return initiative


def decline_invitation(*, token: str, actor: Actor, now: datetime) -> None:
    """Of who was invited by e-mail: no, thank you. The address is forgotten. A link of everybody stays."""
    with transaction.atomic():
        waiting = Invitation.objects.filter(token_hash=hash_of(token), accepted_at=None, ended_at=None)
        waiting.filter(initiative__gemeente_id=actor.gemeente_id).exclude(email="").update(ended_at=now, email="")


def forget_invitations(*, now: datetime) -> int:
    """Addresses of invitations that ran out, how many; later also what told them apart. Safe to run at any time."""
    Invitation.objects.filter(expires_at__lte=now - REMEMBERED).exclude(address_hash="").update(address_hash="")
    return Invitation.objects.filter(expires_at__lte=now, accepted_at=None, ended_at=None).update(
        ended_at=now, email=""
    )
