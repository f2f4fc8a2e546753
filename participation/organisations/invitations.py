"""Inviting a professional: the account and the person are made at once, switched off, and wait for their owner.

The mail holds a link that works once, for a week. Its token is derived from the invitation, the round of sending and
our secret, so that a task that runs twice sends the same link and no table or log holds one; here lies its hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from core.accounts.models import User
from core.accounts.second_factor import FACTORS
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import Happened, record
from participation.organisations.access import actor_for
from participation.organisations.joining import Invitation
from participation.organisations.models import Mandate, Membership, Professional, Team

VALID_FOR = timedelta(days=7)
Status = Literal["waiting", "sending", "sent", "expired", "no-second-factor", "accepted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom someone may invite. `gemeente_id` None: anywhere; `team_ids` None: into every team there, or none."""

    actor: Actor
    gemeente_id: int | None
    team_ids: frozenset[int] | None

    def teams(self) -> QuerySet[Team]:
        found = Team.objects.select_related("organisation", "gemeente").order_by("organisation__name", "name")
        if self.gemeente_id is not None:
            found = found.filter(gemeente_id=self.gemeente_id)
        return found if self.team_ids is None else found.filter(pk__in=self.team_ids)

    def invitations(self) -> QuerySet[Invitation]:
        found = Invitation.objects.all()
        if self.gemeente_id is not None:
            found = found.filter(professional__gemeente_id=self.gemeente_id)
        if self.team_ids is not None:
            inside = Membership.objects.filter(professional=OuterRef("professional"), team_id__in=self.team_ids)
            outside = Membership.objects.filter(professional=OuterRef("professional")).exclude(
                team_id__in=self.team_ids
            )
            found = found.filter(Exists(inside), ~Exists(outside))
        return found


def reach_of(user: Any) -> Reach | None:
    """Whom this account may invite; None for nobody.

    Administrators of the municipality or of an organisation by their mandate, and whoever may add professionals in
    `/beheer/`.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    actor = actor_for(user) or Actor(kind="professional", user_id=user.pk, label=user.get_full_name())
    if user.is_superuser:
        return Reach(actor=actor, gemeente_id=None, team_ids=None)
    if actor.gemeente_id is None:
        return None
    if Mandate.Role.MUNICIPALITY_ADMIN in actor.mandates or user.has_perm("organisations.add_professional"):
        return Reach(actor=actor, gemeente_id=actor.gemeente_id, team_ids=None)
    if actor.organised_team_ids:
        return Reach(actor=actor, gemeente_id=actor.gemeente_id, team_ids=actor.organised_team_ids)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a team, as asked for."""

    team_id: int
    role: str = Membership.Role.MEMBER
    confidential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """Who is invited. `called` is the first name that residents read; absent: the first word of the name."""

    email: str
    name: str
    role: str
    called: str = ""
    language: str = "nl"
    places: Sequence[Place] = ()


def invite(
    *, reach: Reach, invitee: Invitee, gemeente_id: int | None = None, send: bool = True, now: datetime
) -> Invitation:
    """Make the account, the person and their places, and (`send`) owe the mail. Raises `Invalid` with every fault."""
    with transaction.atomic():
        teams = {team.pk: team for team in reach.teams().filter(pk__in=[place.team_id for place in invitee.places])}
        home = reach.gemeente_id or gemeente_id or next((team.gemeente_id for team in teams.values()), None)
        errors = _faults(reach, invitee, teams, home)
        if errors or home is None:
            raise Invalid(*errors)
        email = invitee.email.strip().lower()
        user = User(
            username=new_username(email),
            email=email,
            name=invitee.name.strip(),
            language=invitee.language,
            is_active=False,
        )
        user.set_unusable_password()
        user.save()
        professional = Professional.objects.create(
            user=user,
            gemeente_id=home,
            name=invitee.called.strip() or invitee.name.split()[0],
            role=invitee.role.strip(),
        )
        Membership.objects.bulk_create(
            Membership(
                professional=professional, team_id=place.team_id, role=place.role, confidential=place.confidential
            )
            for place in invitee.places
        )
        invitation = Invitation.objects.create(
            professional=professional, invited_by_id=reach.actor.user_id, created_at=now
        )
        _record("professional.invited", professional, reach.actor, now)
        if send:
            _send(invitation)
    return invitation


def resend(*, reach: Reach, invitation_id: int, now: datetime) -> None:
    """A new link, for a week from when it goes out; the old one stops working at once."""
    with transaction.atomic():
        invitation = _held(reach, invitation_id)
        if invitation.accepted_at is not None:
            raise Conflict(_("This invitation has been accepted already."))
        _send(invitation)
        _record("professional.invited", invitation.professional, reach.actor, now)


def send_waiting(*, reach: Reach, now: datetime) -> int:
    """The first mail to everybody within reach who never got one, as after an import; returns how many."""
    with transaction.atomic():
        waiting = list(
            reach.invitations()
            .filter(accepted_at=None, sent_at=None, round=0)
            .select_related("professional")
            .select_for_update(of=("self",))
        )
        for invitation in waiting:
            _send(invitation)
            _record("professional.invited", invitation.professional, reach.actor, now)
    return len(waiting)


def withdraw(*, reach: Reach, invitation_id: int, now: datetime) -> None:
    """As if the person had never been invited: what we knew of them goes too."""
    with transaction.atomic():
        invitation = _held(reach, invitation_id)
        if invitation.accepted_at is not None:
            raise Conflict(_("This invitation has been accepted already."))
        professional = invitation.professional
        _record("professional.withdrawn", professional, reach.actor, now)
        user = professional.user
        try:
            with transaction.atomic():
                professional.delete()
                user.delete()
        except ProtectedError:
            # Something holds on to the person already: then only the way in closes.
            Invitation.objects.filter(pk=invitation_id).delete()


def accept(*, invitation_id: int, password: str | None, now: datetime) -> User:
    """The owner is here: switch the account on. `password` None: they sign in through their organisation.

    Raises `NotFound` when the invitation is gone or used, `Invalid` on a weak password.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("professional__user")
            .filter(pk=invitation_id, accepted_at=None)
            .first()
        )
        if invitation is None:
            raise NotFound
        user: User = invitation.professional.user
        if password is not None:
            try:
                validate_password(password, user)
            except ValidationError as error:
                raise Invalid(*(FieldError("password1", "weak", message) for message in error.messages)) from error
            user.set_password(password)
        user.is_active = True
        user.save()
        invitation.accepted_at, invitation.token_hash, invitation.expires_at = now, "", None
        invitation.save(update_fields=["accepted_at", "token_hash", "expires_at"])
        professional = invitation.professional
        actor = Actor(kind="professional", user_id=user.pk, professional_id=professional.pk, label=professional.name)
        _record("professional.joined", professional, actor, now)
    return user


# --- the link ---------------------------------------------------------------------------------


def token_of(invitation: Invitation) -> str:
    """The token of this round of sending, 160 bits."""
    salt = "participation.organisations.invitations"
    return salted_hmac(salt, f"{invitation.pk}:{invitation.round}", algorithm="sha256").hexdigest()[:40]


def hash_of(token: str) -> str:
    return salted_hmac("participation.organisations.invitations.hash", token, algorithm="sha256").hexdigest()


def invitation_with(token: str, now: datetime) -> Invitation | None:
    """The invitation that this token opens now."""
    return open_invitations(now).filter(token_hash=hash_of(token)).first()


def open_invitations(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.select_related("professional__user", "invited_by").filter(
        accepted_at=None, expires_at__gt=now
    )


def _send(invitation: Invitation) -> None:
    from participation.organisations.invitation_mail import mail_invitation  # it needs this module

    invitation.round += 1
    invitation.token_hash, invitation.sent_at, invitation.expires_at = "", None, None
    invitation.save(update_fields=["round", "token_hash", "sent_at", "expires_at"])
    mail_invitation.enqueue(invitation.pk, invitation.round)


# --- for screens ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An invitation in the list."""

    id: int
    name: str
    email: str
    role: str
    teams: str
    status: Status
    since: datetime
    expires_at: datetime | None
    by: str


def rows(reach: Reach, *, now: datetime, limit: int = 200) -> list[Row]:
    """The latest invitations within reach that are not finished, newest first. 2 queries."""
    factors = User.objects.filter(pk=OuterRef("professional__user_id"), authenticator__type__in=FACTORS)
    linked = User.objects.filter(pk=OuterRef("professional__user_id"), socialaccount__isnull=False)
    found = (
        reach.invitations()
        .annotate(ready=Exists(factors) | Exists(linked))
        .filter(Q(accepted_at=None) | Q(ready=False))
        .select_related("professional__user", "invited_by")
        .prefetch_related("professional__memberships__team")
        .order_by("-created_at", "-pk")[:limit]
    )
    return [
        Row(
            id=one.pk,
            name=one.professional.user.name,
            email=one.professional.user.email,
            role=one.professional.role,
            teams=", ".join(sorted(place.team.name for place in one.professional.memberships.all())),
            status=status_of(one, now),
            since=one.accepted_at or one.sent_at or one.created_at,
            expires_at=one.expires_at,
            by=one.invited_by.get_full_name() if one.invited_by else "",
        )
        for one in found
    ]


def status_of(invitation: Invitation, now: datetime) -> Status:
    if invitation.accepted_at is not None:
        return "accepted" if getattr(invitation, "ready", True) else "no-second-factor"
    if invitation.sent_at is None:
        return "sending" if invitation.round else "waiting"
    return "sent" if invitation.expires_at is not None and invitation.expires_at > now else "expired"


# --- rules ------------------------------------------------------------------------------------


def new_username(email: str) -> str:
    """The address itself: whoever signs in need not learn another name."""
    name = email.lower()[:150]
    return f"{name[:140]}-{secrets.token_hex(4)}" if User.objects.filter(username__iexact=name).exists() else name


def email_fault(email: str) -> FieldError | None:
    """What is wrong with this address for a new account."""
    try:
        validate_email(email)
    except ValidationError:
        return FieldError("email", "invalid", _("This is not an e-mail address, such as name@organisation.nl."))
    return None


def _faults(reach: Reach, invitee: Invitee, teams: dict[int, Team], home: int | None) -> list[FieldError]:
    errors = []
    email = invitee.email.strip()
    if fault := email_fault(email):
        errors.append(fault)
    elif (user := User.objects.filter(email__iexact=email).first()) is not None:
        errors.append(_taken(user, home))
    if not invitee.name.strip():
        errors.append(FieldError("name", "required", _("Give the name of this person.")))
    if not invitee.role.strip():
        errors.append(FieldError("role", "required", _("Say what this person does, for instance: youth worker.")))
    ids = [place.team_id for place in invitee.places]
    if len(set(ids)) != len(ids):
        errors.append(FieldError("places", "twice", _("Choose each team once.")))
    if set(ids) - teams.keys():
        errors.append(FieldError("places", "unknown", _("You cannot give a place in this team.")))
    if any(team.gemeente_id != home for team in teams.values()):
        errors.append(FieldError("places", "elsewhere", _("All teams must be of one municipality.")))
    if not ids and (reach.team_ids is not None or home is None):
        errors.append(FieldError("places", "required", _("Choose at least one team.")))
    return errors


def _taken(user: User, home: int | None) -> FieldError:
    here = Professional.objects.filter(user=user, gemeente_id=home).exists() if home is not None else False
    return FieldError(
        "email",
        "taken",
        _("This person has an account already. Change their teams under Professionals.")
        if here
        else _("This e-mail address cannot be used here. Use another one, or ask who manages the platform."),
    )


def _held(reach: Reach, invitation_id: int) -> Invitation:
    seen = reach.invitations().filter(pk=invitation_id).exists()
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("professional__user")
        .filter(pk=invitation_id)
        .first()
    )
    if found is None or not seen:
        raise NotFound
    return found


def _record(what: str, professional: Professional, actor: Actor, now: datetime) -> None:
    record(
        Happened(
            type=what,
            subject=f"professional/{professional.pk}",
            version=0,
            actor=actor,
            at=now,
            audience="team",
            gemeente_id=professional.gemeente_id,
        )
    )
