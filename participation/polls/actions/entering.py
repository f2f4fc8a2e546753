"""Ballots that a professional puts in the box for somebody at a desk.

Nobody votes twice, because who they are to the poll is the same at a desk as at home:

* with a **letter**, its code; who comes for somebody else brings their letter and their written consent (`proxies`);
* with an **address**, a code of six digits on their own phone or in their own mail, which they read aloud; at the level
  of an account, the account with that address.

A professional can vouch for who has neither, or where a device is enough (`Way.SEEN`): they saw who it is, and that
this person could not vote another way. Nothing about them is kept, so a second desk would not know: these ballots
count as any other, are counted openly as entered at a desk, and who enters many is seen (`patterns.DESK`). With letters
this way is not there: who got none asks a new code (`actions.batches`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotAllowed
from participation.polls import voter as voters
from participation.polls.actions import proving
from participation.polls.actions.voting import Cast, Proof, cast_ballot
from participation.polls.models import Poll
from participation.polls.permissions import Deed
from participation.polls.policies import get_poll_for
from participation.polls.states import Entered, Level
from participation.residents import codes
from participation.residents.addresses import is_email, read_address
from participation.residents.models import Resident


class Way(StrEnum):
    """How somebody at a desk shows that they may vote."""

    LETTER = "letter"
    ADDRESS = "address"
    SEEN = "seen"


WAYS: dict[str, tuple[Way, ...]] = {
    Level.LETTER: (Way.LETTER,),
    Level.CONFIRMED: (Way.ADDRESS, Way.SEEN),
    Level.RESIDENT: (Way.ADDRESS, Way.SEEN),
    Level.DEVICE: (Way.SEEN,),
}


def poll_at_desk(slug: str, actor: Actor) -> Poll:
    """The poll, if this person may enter ballots for others now."""
    poll = get_poll_for(actor, slug, Deed.ENTER)
    if not poll.at_desk:
        raise Conflict(_("In this poll people do not vote at a desk."), code="not-at-desk")
    return poll


def send_code_at_desk(
    *, slug: str, address: str, language: str, network: tuple[str, str], actor: Actor, now: datetime
) -> str:
    """Owe the voter a code on their own phone or in their mail; answers the address as it was understood."""
    poll = _with_way(slug, actor, Way.ADDRESS)
    tidy = read_address(address)
    codes.send_code(
        purpose=proving.PURPOSE,
        address=tidy,
        gemeente_ids=[poll.gemeente_id],
        language=language,
        network=network,
        about=str(poll.pk),
        now=now,
    )
    return tidy


def prove_address_at_desk(*, slug: str, address: str, code: str, actor: Actor, now: datetime) -> Proof:
    """The code that came there is right; it is used up."""
    poll = _with_way(slug, actor, Way.ADDRESS)
    tidy = read_address(address)
    codes.redeem(
        purpose=proving.PURPOSE,
        address=tidy,
        code=code,
        gemeente_ids=[poll.gemeente_id],
        about=str(poll.pk),
        now=now,
    )
    if poll.level == Level.CONFIRMED:
        return Proof(voter=voters.address(poll.salt, tidy), entered=Entered.DESK)
    has_it = {"email__iexact": tidy} if is_email(tidy) else {"phone": tidy}
    found = Resident.objects.filter(gemeente_id=poll.gemeente_id, **has_it).first()
    if found is None:
        raise Conflict(_("There is no account with this address. You can vouch for this person instead."))
    return replace(proving.proof_of_resident(poll, found), entered=Entered.DESK)


def prove_letter_at_desk(*, slug: str, code: str, for_another: bool, consent: bool, actor: Actor) -> Proof:
    """The code of the voter's letter; `for_another`: of a voter who is not here, with their written `consent`."""
    poll = _with_way(slug, actor, Way.LETTER)
    if for_another and not poll.proxies:
        raise Conflict(_("In this poll nobody can vote for somebody else."), code="no-proxies")
    if for_another and not consent:
        raise Invalid(FieldError("consent", "required", _("Ask for the written consent, and tick that you saw it.")))
    proof = proving.prove_letter(poll, code=code, network=voters.desk_network(_me(actor)))
    entered = Entered.PROXY if for_another else Entered.DESK
    return Proof(voter=proof.voter, code_id=proof.code_id, batch_id=proof.batch_id, entered=entered)


def vouch(*, slug: str, seen: bool, actor: Actor) -> Proof:
    """The professional saw who it is; good for one ballot."""
    poll = _with_way(slug, actor, Way.SEEN)
    if not seen:
        raise Invalid(FieldError("seen", "required", _("Look at who it is, and tick that you did.")))
    return Proof(voter=voters.desk(poll.salt, uuid4()), entered=Entered.DESK)


def enter_ballot(
    *, slug: str, choices: Mapping[str, Any], proof: Proof, token: UUID, actor: Actor, now: datetime
) -> Cast:
    """Put the ballot in the box, marked as entered at a desk. Raises as `voting.cast_ballot`."""
    poll = poll_at_desk(slug, actor)
    return cast_ballot(
        slug=poll.slug,
        gemeente_id=poll.gemeente_id,
        choices=choices,
        proof=proof,
        token=token,
        network=voters.desk_network(_me(actor)),
        now=now,
    )


def _with_way(slug: str, actor: Actor, way: Way) -> Poll:
    poll = poll_at_desk(slug, actor)
    if way not in WAYS[poll.level]:
        raise Conflict(_("This poll asks for something else before somebody votes."), code="other-level")
    return poll


def _me(actor: Actor) -> int:
    if actor.professional_id is None:
        raise NotAllowed
    return actor.professional_id
