"""`manage.py count_budget FILE.pb`: divide any budget by both rules, with the ballots of a `.pb` file (pabulib)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from participation.polls.counting import pabulib
from participation.polls.counting.budgets import Divided
from participation.polls.counting.greedy import compare, most_votes_first
from participation.polls.counting.shares import equal_shares


class Command(BaseCommand):
    help = "Divides the budget of a .pb file by equal shares and by most votes first, and compares the two."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--each-the-same", action="store_true", help="a project is worth 1, not what it costs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = pabulib.read(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        except pabulib.Unreadable as error:
            raise CommandError(f"This is not a .pb file: {error}") from error
        election = file.election()
        shares = equal_shares(election, by_cost=not options["each_the_same"])
        greedy = most_votes_first(election)
        unit = 10**file.decimals
        self.stdout.write(f"{file.meta['description']}: {election.voters} voters, budget {file.meta['budget']}")
        for outcome in (shares, greedy):
            self._tell(outcome, unit)
        told = compare(election, shares, greedy)
        self.stdout.write(
            f"More for what they chose: {told.better_first} voters with equal shares, {told.better_second} with most "
            f"votes first, {told.same} the same."
        )

    def _tell(self, outcome: Divided, unit: int) -> None:
        self.stdout.write(
            f"{outcome.rule}: {outcome.total / unit:g} spent, {outcome.left / unit:g} left, "
            f"{outcome.without} voters without any of their projects"
        )
        for one in sorted(outcome.projects, key=lambda one: one.round or 0):
            if one.chosen:
                each = f", {one.payers} pay {float(one.most_each) / unit:.2f}" if one.most_each is not None else ""
                self.stdout.write(f"  {one.round}. {one.id} ({one.cost / unit:g}, {one.votes} votes{each})")
