"""Setting ballots aside, and taking that back: one of the team proposes it with a reason, another decides.

Which ballots: all that came over one line or network (`voter.origin`), or the one with a receipt. How many were set
aside and why stands with the results; whose they were nobody knows. What voters wrote in their own words goes for good:
to bring it back later, a link from ballot to words would have to be kept. What was not decided when the poll closes
is decided by nobody any more: with the key of the poll the labels are gone.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from core.events.log import record
from participation.polls import totals
from participation.polls import voter as voters
from participation.polls.actions.counting import SHOWN_BY
from participation.polls.actions.saving import clean
from participation.polls.actions.voting import standing_of
from participation.polls.events import ASIDE, BALLOTS, happened, tell
from participation.polls.models import Ballot, Poll, SetAside, Standing, Words
from participation.polls.permissions import Deed
from participation.polls.policies import get_poll_for
from participation.polls.queries.definition import questions_of
from participation.polls.queries.watching import patterns_of
from participation.polls.states import Entered, Kind

LONGEST_REASON = 500
AT_ONCE = 2000


@transaction.atomic
def propose(*, slug: str, origin: str = "", receipt: str = "", reason: str, actor: Actor, now: datetime) -> SetAside:
    """Propose not to count the ballots of this origin (a line, or the first half: a network), or with this receipt.

    An origin only while it stands out: nobody asks label by label how many came over a line.
    """
    poll = get_poll_for(actor, slug, Deed.SET_ASIDE)
    offered = {one.found.label for one in patterns_of(poll) if one.can_be_set_aside} if origin else set()
    poll = get_poll_for(actor, slug, Deed.SET_ASIDE, lock=True)
    reason = _reason(reason)
    if receipt:
        receipt = voters.tidy_receipt(receipt)
        if not receipt or not Ballot.objects.filter(poll=poll, receipt=receipt).exists():
            raise Invalid(FieldError("receipt", "unknown", _("There is no ballot with this receipt in this poll.")))
    elif origin not in offered:
        raise Conflict(_("This does not stand out any more."))
    row = SetAside(poll=poll, origin="" if receipt else origin, receipt=receipt, reason=reason)
    row.count = _ballots_of(row).count()
    if not row.count:
        raise Conflict(_("There are no ballots left of it that count."))
    if SetAside.objects.filter(poll=poll, origin=row.origin, receipt=row.receipt, decided_at=None).exists():
        raise Conflict(_("This was proposed already. Somebody else has to decide."))
    row.proposed_by_id, row.proposed_at = _me(actor), now
    row.save()
    tell(poll, ASIDE, actor=actor, now=now, payload={"aside": row.pk, "what": "proposed"})
    return row


@transaction.atomic
def propose_undoing(*, slug: str, aside_id: int, reason: str, actor: Actor, now: datetime) -> SetAside:
    """Propose that what was set aside counts after all."""
    poll = get_poll_for(actor, slug, Deed.SET_ASIDE, lock=True)
    first = SetAside.objects.filter(poll=poll, pk=aside_id, agreed=True, undoes=None).first()
    if first is None:
        raise NotFound
    if SetAside.objects.filter(undoes=first).exclude(decided_at__isnull=False, agreed=False).exists():
        raise Conflict(_("This was proposed already. Somebody else has to decide."))
    row = SetAside.objects.create(
        poll=poll,
        undoes=first,
        reason=_reason(reason),
        count=first.count,
        proposed_by_id=_me(actor),
        proposed_at=now,
    )
    tell(poll, ASIDE, actor=actor, now=now, payload={"aside": row.pk, "what": "proposed"})
    return row


@transaction.atomic
def decide(*, slug: str, aside_id: int, agreed: bool, actor: Actor, now: datetime) -> SetAside:
    """Another than who proposed it agrees, or not; whoever proposed it may only take their proposal back.

    Two who decide at once: the poll is held, so the second finds that it was decided.
    """
    poll = get_poll_for(actor, slug, Deed.SET_ASIDE, lock=True)
    row = SetAside.objects.select_related("undoes").filter(poll=poll, pk=aside_id).first()
    if row is None:
        raise NotFound
    if row.decided_at is not None:
        raise Conflict(_("Somebody decided this already."), code="decided")
    if row.proposed_by_id == _me(actor):
        if agreed:
            raise NotAllowed(_("You proposed this. Somebody else of the team has to decide."))
        row.decided_at = now
        row.save(update_fields=["decided_at"])
        tell(poll, ASIDE, actor=actor, now=now, payload={"aside": row.pk, "what": "taken-back"})
        return row
    row.decided_by_id, row.decided_at, row.agreed = actor.professional_id, now, agreed
    if agreed:
        standing = standing_of(poll)
        row.count = _put_back(poll, row.undoes, standing) if row.undoes is not None else _take_out(poll, row, standing)
        if not row.count:
            raise Conflict(_("There are no ballots left of it that count."))
        _show(standing)
        standing.save()
    row.save(update_fields=["decided_by", "decided_at", "agreed", "count"])
    said = {"aside": row.pk, "what": "agreed" if agreed else "refused"}
    told = [happened(poll, ASIDE, actor=actor, now=now, payload=said)]
    if agreed:
        told.append(happened(poll, BALLOTS, actor=actor, now=now))
    record(*told)
    return row


def _ballots_of(row: SetAside) -> QuerySet[Ballot]:
    """What it is about, as far as it counts now."""
    rows = Ballot.objects.filter(poll=row.poll, aside=None)
    if row.receipt:
        return rows.filter(receipt=row.receipt)
    if len(row.origin) not in {voters.HALF, 2 * voters.HALF}:
        return rows.none()
    return rows.filter(origin__startswith=row.origin)


def _take_out(poll: Poll, row: SetAside, standing: Standing) -> int:
    """Take these ballots out of the totals; the ballots are held in order of their keys, after the totals."""
    questions, many = questions_of(poll), 0
    words = [one.id for one in questions if one.kind == Kind.OPEN]
    for ballots in _in_parts(_ballots_of(row)):
        for one in ballots:
            if one.counted:
                totals.take_ballot(standing.totals, questions, one.choices)
                standing.ballots -= 1
                standing.entered -= one.entered != Entered.SELF
        keys = [voters.words_key(poll.salt, one.receipt, pk) for one in ballots for pk in words]
        Words.objects.filter(key__in=keys).delete()
        Ballot.objects.filter(pk__in=[one.pk for one in ballots]).update(aside=row, counted=False)
        many += len(ballots)
    standing.aside += many
    return many


def _put_back(poll: Poll, first: SetAside, standing: Standing) -> int:
    """They wait to be counted again, as new ones do."""
    many = Ballot.objects.filter(poll=poll, aside=first).update(aside=None, counted=False)
    standing.aside -= many
    return many


def _in_parts(rows: QuerySet[Ballot]) -> list[list[Ballot]]:
    held = list(rows.select_for_update().order_by("pk"))
    return [held[at : at + AT_ONCE] for at in range(0, len(held), AT_ONCE)]


def _show(standing: Standing) -> None:
    """What others than the team see follows, unless so few went out that the difference would show what they were."""
    if abs(standing.shown_ballots - standing.ballots) >= SHOWN_BY:
        standing.shown_ballots, standing.shown = standing.ballots, standing.totals


def _reason(reason: str) -> str:
    return clean(reason, "reason", needed=_("Say why. Everybody reads it."), longest=LONGEST_REASON)


def _me(actor: Actor) -> int:
    if actor.professional_id is None:
        raise NotAllowed
    return actor.professional_id
