"""The roll (who voted) and the box (what was voted): two tables without a link, written in one transaction.

Nothing here has a time. Keys of ballots are random. When a poll is over, its rows are written anew in an order that
says nothing (`actions.sealing`), because the order in which a database keeps rows tells who came after whom.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q

from participation.polls.models.poll import Poll, Question
from participation.polls.states import Entered

RECEIPT = 24
"""Characters of a receipt as stored: 20 letters and digits in groups of five."""


def random_key() -> int:
    """A key that tells nothing: 62 bits."""
    return secrets.randbits(62)


class RandomKey(models.BigIntegerField[int, int]):
    """A random primary key. On SQLite it is the row's own number, so that no other number tells the order of rows."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class RollEntry(models.Model):
    """Somebody voted. `voter`: a hash keyed with what the poll's `salt` and the server's key make together.

    `also`: of an account, a second hash, so that another address gives no second vote.
    `batch`, `area`, `entered`: for the turnout; moved to `Turnout` and emptied when the poll is over.
    """

    id = RandomKey(primary_key=True, default=random_key)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="roll", db_index=False)
    voter = models.CharField(max_length=43)
    also = models.CharField(max_length=43, blank=True)
    batch = models.ForeignKey("polls.Batch", models.PROTECT, related_name="+", null=True, db_index=False)
    entered = models.CharField(max_length=5, choices=Entered, default=Entered.SELF)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "voter"], name="polls_one_vote"),
            models.UniqueConstraint(fields=["poll", "also"], condition=~Q(also=""), name="polls_one_vote_per_account"),
        ]


class Ballot(models.Model):
    """What one voter chose, whole: `{question id: choice}`; `order` is which of the orders of options they saw.

    `receipt`: what the voter got to find it again. `origin`: keyed labels of the network
    and the line it came from (`voter.origin`), to see patterns with; gone when the poll is over. `counted`: it is in
    `Standing`.
    """

    id = RandomKey(primary_key=True, default=random_key)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="ballots", db_index=False)
    receipt = models.CharField(max_length=RECEIPT)
    choices = models.JSONField()
    order = models.PositiveSmallIntegerField(default=0)
    entered = models.CharField(max_length=5, choices=Entered, default=Entered.SELF)
    origin = models.CharField(max_length=12, blank=True)
    counted = models.BooleanField(default=False)
    aside = models.ForeignKey("polls.SetAside", models.PROTECT, related_name="ballots", null=True, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "receipt"], name="polls_one_ballot_per_receipt")]
        indexes = [
            models.Index(fields=["poll"], condition=Q(counted=False), name="polls_to_count"),
            models.Index(fields=["poll", "origin"], condition=~Q(origin=""), name="polls_by_origin"),
        ]


class Words(models.Model):
    """An answer in a voter's own words; not linked to the rest of the ballot. Shown when a professional has read it.

    `key` follows from the receipt and the poll's key while that is there, so that a changed ballot takes it along.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SHOWN = "shown"
        HIDDEN = "hidden"

    id = RandomKey(primary_key=True, default=random_key)
    question = models.ForeignKey(Question, models.PROTECT, related_name="words")
    key = models.CharField(max_length=43, unique=True)
    text = models.TextField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=200, blank=True)


class Standing(models.Model):
    """The totals so far: of ballots counted, entered at a desk, set aside, and per question (`counting.tallying`).

    One row per poll, written at most once a second, whatever the number of votes (`actions.counting`).
    `shown`: the totals others than the team may see; they move by a few ballots at a time (`queries.results`).
    """

    poll = models.OneToOneField(Poll, models.CASCADE, related_name="standing", primary_key=True)
    ballots = models.PositiveIntegerField(default=0)
    entered = models.PositiveIntegerField(default=0)
    aside = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict)
    shown_ballots = models.PositiveIntegerField(default=0)
    shown = models.JSONField(default=dict)
    counted_at = models.DateTimeField(null=True)


class Turnout(models.Model):
    """How many of the roll came with a batch of letters, and how; written when the poll is over."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="turnout")
    batch = models.ForeignKey("polls.Batch", models.PROTECT, related_name="+", null=True)
    entered = models.CharField(max_length=5, choices=Entered)
    count = models.PositiveIntegerField()


class Pattern(models.Model):
    """How many ballots came, without saying which, while a poll is open.

    `kind`: `burst` (label: the number of a span of ten minutes) or `guess` (wrong codes; label: the line they came
    over). Gone when the poll is over. What is too many: `patterns`.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="patterns", db_index=False)
    kind = models.CharField(max_length=8)
    label = models.CharField(max_length=12)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "kind", "label"], name="polls_one_pattern")]


class SetAside(models.Model):
    """Ballots that do not count, by two people, with a reason that everybody reads; by `origin` (a line, or its first
    half: a network) or by one `receipt`.

    `undoes`: that they count again after all; it takes two people as well. `count`: of how many, when it was decided.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="set_aside")
    origin = models.CharField(max_length=12, blank=True)
    receipt = models.CharField(max_length=RECEIPT, blank=True)
    undoes = models.ForeignKey("self", models.PROTECT, related_name="undone", null=True)
    reason = models.TextField()
    count = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey("organisations.Professional", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("organisations.Professional", models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")), name="polls_two_people"
            ),
            models.CheckConstraint(
                condition=Q(agreed=False) | Q(decided_by__isnull=False), name="polls_agreed_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(undoes=None) & (Q(origin="") | Q(receipt=""))
                | Q(undoes__isnull=False, origin="", receipt=""),
                name="polls_aside_one_way",
            ),
            models.UniqueConstraint(
                fields=["undoes"], condition=Q(agreed=True, undoes__isnull=False), name="polls_undone_once"
            ),
        ]
