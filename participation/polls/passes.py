"""A pass: that somebody proved who they are to one poll, for a while. It names nobody, and uses up nothing.

Who has to look up a letter or wait for a code by mail gets one first, so that what they chose is not lost on the way.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from participation.polls.actions.voting import Proof
from participation.polls.models import Poll
from participation.polls.states import Entered

VALID = timedelta(hours=2)


def give_pass(poll: Poll, proof: Proof) -> str:
    """As text for a cookie or a hidden field; signed, bound to this poll, good for two hours."""
    return signing.dumps([poll.pk, proof.voter, proof.code_id, proof.batch_id], salt=_salt(poll))


def read_pass(poll: Poll, given: str) -> Proof | None:
    """None for one that is not ours, of another poll or too old."""
    try:
        poll_id, voter, code_id, batch_id = signing.loads(given[:500], salt=_salt(poll), max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if poll_id != poll.pk:
        return None
    return Proof(voter=voter, code_id=code_id, batch_id=batch_id, entered=Entered.SELF)


def give_desk_pass(poll: Poll, proof: Proof, professional_id: int) -> str:
    """The same for who votes at a desk: it works in the hands of this professional alone."""
    held = [poll.pk, proof.voter, proof.also, proof.code_id, proof.batch_id, str(proof.entered), professional_id]
    return signing.dumps(held, salt=_salt(poll, desk=True))


def read_desk_pass(poll: Poll, given: str, professional_id: int) -> Proof | None:
    """None for one that is not ours, of another poll or professional, or too old."""
    try:
        held = signing.loads(given[:700], salt=_salt(poll, desk=True), max_age=VALID)
        poll_id, voter, also, code_id, batch_id, entered, who = held
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if poll_id != poll.pk or who != professional_id:
        return None
    return Proof(voter=voter, also=also, code_id=code_id, batch_id=batch_id, entered=entered)


def _salt(poll: Poll, *, desk: bool = False) -> str:
    """A pass ends when the poll goes back to being prepared, or asks for something else."""
    return f"participation.polls.pass{'.desk' if desk else ''}|{poll.level}|{poll.salt}"
