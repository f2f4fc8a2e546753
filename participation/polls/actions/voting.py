"""Casting a ballot: the roll and the box in one transaction, all questions or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, Invalid, NotFound
from core.rows import insert
from participation.polls import totals
from participation.polls import voter as voters
from participation.polls.choices import ORDERS, Checked, check
from participation.polls.models import Ballot, Code, Poll, RollEntry, Standing, Words
from participation.polls.queries.definition import questions_of
from participation.polls.queries.public import poll_to_vote
from participation.polls.states import Act, Entered, Stage, allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That somebody may vote: who they are to this poll (`voter`), and with a letter which code that was.

    `also`: see `RollEntry`.
    """

    voter: str
    also: str = ""
    code_id: int | None = None
    batch_id: int | None = None
    entered: str = Entered.SELF


@dataclass(frozen=True, slots=True)
class Cast:
    """`replayed`: the same ballot was in the box already."""

    receipt: str
    replayed: bool


@transaction.atomic
def cast_ballot(
    *,
    slug: str,
    gemeente_id: int | None,
    choices: Mapping[str, Any],
    proof: Proof,
    token: UUID,
    order: int = 0,
    network: str = "",
    now: datetime,
) -> Cast:
    """Put one ballot in the box and its voter on the roll.

    `token`: what the voter's device thought of for this ballot; sent again with it, the answer is the same. `order`:
    which of the orders of options the voter saw. `network`: where it came from, kept as a label of this poll only.
    Nothing is recorded here: that ballots came is told once a second (`actions.counting`).
    Raises `Invalid` for what is not a whole ballot, `Conflict` (`already-voted`) for a second one.
    """
    poll = hold_open(slug, gemeente_id, now)
    checked = _checked(poll, choices)
    if proof.code_id is not None:
        _refuse_voided(proof.code_id)
    receipt = voters.receipt_of(poll.salt, proof.voter, token)
    entry = RollEntry(poll=poll, voter=proof.voter, also=proof.also, batch_id=proof.batch_id, entered=proof.entered)
    if not _enter(entry):
        return _again(poll, receipt, checked, order)
    ballot = Ballot(
        poll=poll,
        receipt=receipt,
        choices=checked.choices,
        order=order % ORDERS,
        entered=Entered.SELF if proof.entered == Entered.SELF else Entered.DESK,
        origin=voters.origin(poll.salt, network) if network else "",
    )
    insert(ballot)
    _keep_words(poll, receipt, checked)
    return Cast(receipt, replayed=False)


@transaction.atomic
def change_ballot(
    *, slug: str, gemeente_id: int | None, receipt: str, choices: Mapping[str, Any], order: int = 0, now: datetime
) -> None:
    """Replace the ballot with this receipt. Who holds the receipt shows no name, so roll and box stay unlinked.

    Only while it is open, where the poll allows it, and of a ballot that its voter put in themselves.
    """
    poll = hold_open(slug, gemeente_id, now)
    if not poll.can_change:
        raise Conflict(_("In this poll a vote cannot be changed."), code="unchangeable")
    checked = _checked(poll, choices)
    standing = standing_of(poll)
    ballot = Ballot.objects.select_for_update().filter(poll=poll, receipt=voters.tidy_receipt(receipt)).first()
    if ballot is None:
        raise NotFound(_("There is no ballot with this receipt. Look whether you typed all of it."))
    if ballot.entered != Entered.SELF or ballot.aside_id is not None:
        raise Conflict(_("This ballot cannot be changed. Ask the people who organise the poll."), code="unchangeable")
    if ballot.counted:
        totals.take_ballot(standing.totals, questions_of(poll), ballot.choices)
        standing.ballots -= 1
        standing.save(update_fields=["totals", "ballots"])
    keys = [voters.words_key(poll.salt, ballot.receipt, one.id) for one in questions_of(poll)]
    Words.objects.filter(key__in=keys).delete()
    ballot.choices, ballot.order, ballot.counted = checked.choices, order % ORDERS, False
    ballot.save(update_fields=["choices", "order", "counted"])
    _keep_words(poll, ballot.receipt, checked)


def hold_open(slug: str, gemeente_id: int | None, now: datetime) -> Poll:
    """The poll, open now, held so that it cannot close before this transaction ends; many may hold it at once.

    Raises `NotFound`, or `Conflict` (`not-open`) for one that is not open, also when its time is over and nobody has
    closed it yet.
    """
    poll = poll_to_vote(slug, only=gemeente_id, hold=True)
    if poll is None:
        raise NotFound
    if not allows(poll.stage, Act.VOTE) or poll.closes_at is None or poll.closes_at <= now:
        early = poll.stage in {Stage.IDEAS, Stage.CHECKING, Stage.READY}
        raise Conflict(_("This poll is not open yet.") if early else _("This poll is closed."), code="not-open")
    return poll


def standing_of(poll: Poll) -> Standing:
    """Its totals, held. Before any ballot that one wants to change: whoever counts goes in the same order."""
    return Standing.objects.select_for_update().get(poll=poll)


def _checked(poll: Poll, choices: Mapping[str, Any]) -> Checked:
    checked = check(questions_of(poll), choices)
    if checked.wrong:
        raise Invalid(*checked.wrong)
    return checked


def _again(poll: Poll, receipt: str, checked: Checked, order: int) -> Cast:
    """The voter is on the roll: with this very ballot, or with another one."""
    there = Ballot.objects.filter(poll=poll, receipt=receipt).first()
    if there is None:
        raise Conflict(_("Somebody voted with this already. Everybody can vote once."), code="already-voted")
    if there.choices != checked.choices:
        raise Conflict(
            _("This Idempotency-Key was used before for something else. Use a new one."), code="idempotency-key-reused"
        )
    return Cast(receipt, replayed=True)


def _enter(entry: RollEntry) -> bool:
    """On the roll; False for who is there already, with this address or with this account."""
    if not entry.also:
        return insert(entry, unique=("poll", "voter"))
    try:
        with transaction.atomic():
            return insert(entry, unique=("poll", "voter"))
    except IntegrityError:
        return False


def _refuse_voided(code_id: int) -> None:
    """Held until the end: who replaces a letter waits, and finds that it was voted with."""
    code = Code.objects.select_for_update().filter(pk=code_id, voided_at=None).first()
    if code is None:
        raise Invalid(FieldError("code", "voided", _("This code was replaced by a new one. Use the newest letter.")))


def _keep_words(poll: Poll, receipt: str, checked: Checked) -> None:
    for question_id, text in checked.words.items():
        Words.objects.create(question_id=question_id, key=voters.words_key(poll.salt, receipt, question_id), text=text)
