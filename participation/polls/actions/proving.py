"""Showing that one may vote, at the level the poll asks. Who somebody is stays outside the roll: see `voter`."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.api.throttles import waiting_time
from core.errors import Conflict, FieldError, Invalid, NotAllowed, TooMany
from participation.polls import voter as voters
from participation.polls.actions.counting import note_patterns
from participation.polls.actions.voting import Proof
from participation.polls.models import Code, Poll
from participation.polls.states import Act, Level, allows
from participation.residents import codes, letter_codes
from participation.residents.addresses import read_address
from participation.residents.models import Resident

PURPOSE = "poll"
LOCKED_FOR = 3600
"""Seconds that a network from which codes were guessed can use none, right ones neither."""


def send_code(poll: Poll, *, address: str, language: str, network: tuple[str, str], now: datetime) -> str:
    """Owe this address a code for this poll; answers the address as it was understood.

    The same answer for who has voted and who has not. Raises `Invalid`, `TooMany`, or `Conflict` when the poll is not
    open or asks for something else.
    """
    _refuse_other(poll, Level.CONFIRMED)
    tidy = read_address(address)
    codes.send_code(
        purpose=PURPOSE,
        address=tidy,
        gemeente_ids=[poll.gemeente_id],
        language=language,
        network=network,
        about=_about(poll),
        now=now,
    )
    return tidy


def prove_address(poll: Poll, *, address: str, code: str, now: datetime) -> Proof:
    """The code that came at this address is right; it is used up."""
    _refuse_other(poll, Level.CONFIRMED)
    tidy = read_address(address)
    codes.redeem(purpose=PURPOSE, address=tidy, code=code, gemeente_ids=[poll.gemeente_id], about=_about(poll), now=now)
    return Proof(voter=voters.address(poll.salt, tidy))


def prove_letter(poll: Poll, *, code: str, network: str) -> Proof:
    """The code of a letter. Nothing is used up.

    Codes that are whole and not there are guesses: they are counted per line, shown to the team, and stopped. While a
    line is locked a right code is refused as well, so that a guess is never known to be right.
    """
    _refuse_other(poll, Level.LETTER)
    line = voters.origin(poll.salt, network)
    lock = f"poll-lock:{line}"
    if cache.get(lock):
        raise TooMany(LOCKED_FOR)
    tidy = letter_codes.tidy(code)
    if not letter_codes.is_whole(tidy):  # a slip of the pen, found without looking
        raise Invalid(FieldError("code", "wrong", _("This code is not right. Look at the letter and type it again.")))
    found = Code.objects.filter(hash=voters.code_hash(tidy), batch__poll=poll).first()
    if found is not None and found.voided_at is not None:
        raise Invalid(FieldError("code", "voided", _("This code was replaced by a new one. Use the newest letter.")))
    if found is None:
        note_patterns(poll, Counter({("guess", line): 1}))
        if waiting_time("poll-guess", line) is not None:
            cache.set(lock, True, LOCKED_FOR)
            raise TooMany(LOCKED_FOR)
        raise Invalid(FieldError("code", "wrong", _("This code is not right. Look at the letter and type it again.")))
    voter = voters.letter(poll.salt, found.batch_id, found.number)
    return Proof(voter=voter, code_id=found.pk, batch_id=found.batch_id)


def prove_resident(poll: Poll, *, actor: Actor) -> Proof:
    """Somebody who is signed in."""
    _refuse_other(poll, Level.RESIDENT)
    if actor.resident_id is None:
        raise NotAllowed(_("Sign in first, then you can vote."))
    resident = Resident.objects.filter(pk=actor.resident_id, gemeente_id=poll.gemeente_id).first()
    if resident is None:  # of another municipality
        raise NotAllowed(_("Sign in first, then you can vote."))
    return proof_of_resident(poll, resident)


def proof_of_resident(poll: Poll, resident: Resident) -> Proof:
    """By the address of the account, so that a new account with it is the same voter, and by the account itself."""
    voter = voters.address(poll.salt, resident.email or resident.phone)
    return Proof(voter=voter, also=voters.account(poll.salt, resident.pk))


def prove_device(poll: Poll, *, secret: str) -> Proof:
    """The device with this secret in its cookie."""
    _refuse_other(poll, Level.DEVICE)
    return Proof(voter=voters.device(poll.salt, secret))


def _refuse_other(poll: Poll, level: Level) -> None:
    if not allows(poll.stage, Act.VOTE):
        raise Conflict(_("This poll is not open."), code="not-open")
    if poll.level != level:
        raise Conflict(_("This poll asks for something else before you vote."), code="other-level")


def _about(poll: Poll) -> str:
    return str(poll.pk)
