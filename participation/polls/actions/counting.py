"""Counting what is in the box, in steps: at most once a second for each poll, whatever the number of votes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import F

from core.accounts.actor import SYSTEM
from core.events.log import record
from core.rows import insert
from participation.polls import totals
from participation.polls.actions.voting import standing_of
from participation.polls.events import BALLOTS, happened
from participation.polls.models import Ballot, Pattern, Poll, Standing
from participation.polls.patterns import SPAN
from participation.polls.queries.definition import questions_of
from participation.polls.queries.public import poll_to_vote
from participation.polls.states import Entered, Shows, Stage

AT_ONCE = 5000
SHOWN_BY = 5
"""Totals that others see move by so many ballots at least: one more vote must not show what it was."""


@transaction.atomic
def count_ballots(poll_id: int, *, now: datetime) -> int:
    """Add what is not counted yet to the totals, and tell that there is more; how many."""
    poll = Poll.objects.select_related("case").get(pk=poll_id)
    if poll_to_vote(poll.slug, only=None, hold=True) is None:  # before the totals, as who closes it does
        return 0
    standing = standing_of(poll)
    shown = standing.shown_ballots
    added = count_held(poll, standing, now=now, most=AT_ONCE)
    if added:
        seen = standing.shown_ballots != shown and poll.shows != Shows.CLOSED
        record(happened(poll, BALLOTS, actor=SYSTEM, now=now, inside=not seen))
    return added


def count_held(poll: Poll, standing: Standing, *, now: datetime, most: int | None = None) -> int:
    """The same for totals that are held already, without telling; the ballots are held in order of their keys."""
    waiting = Ballot.objects.select_for_update().filter(poll=poll, counted=False, aside=None).order_by("pk")
    ballots = list(waiting if most is None else waiting[:most])
    if not ballots:
        return 0
    questions = questions_of(poll)
    for one in ballots:
        totals.add_ballot(standing.totals, questions, one.choices)
    standing.ballots += len(ballots)
    standing.entered += sum(one.entered != Entered.SELF for one in ballots)
    standing.counted_at = now
    if standing.ballots - standing.shown_ballots >= SHOWN_BY:
        standing.shown_ballots, standing.shown = standing.ballots, standing.totals
    standing.save()
    Ballot.objects.filter(pk__in=[one.pk for one in ballots]).update(counted=True)
    if poll.stage == Stage.OPEN:
        note_patterns(poll, Counter({("burst", str(int(now.timestamp()) // SPAN)): len(ballots)}))
    return len(ballots)


def recount(poll: Poll) -> totals.Totals:
    """The totals from scratch: what the totals in `Standing` must be. For closing, the verifier and tests."""
    questions = questions_of(poll)
    found = totals.begin(questions)
    rows = Ballot.objects.filter(poll=poll, aside=None, counted=True).values_list("choices", flat=True)
    for choices in rows.iterator(chunk_size=2000):
        totals.add_ballot(found, questions, choices)
    return found


def note_patterns(poll: Poll, labels: Counter[tuple[str, str]]) -> None:
    """Add to the counts of these (kind, label); in one order, so that nobody waits in a circle."""
    for (kind, label), count in sorted(labels.items()):
        row = Pattern(poll=poll, kind=kind, label=label, count=count)
        if not insert(row, unique=("poll", "kind", "label")):
            Pattern.objects.filter(poll=poll, kind=kind, label=label).update(count=F("count") + count)
