"""`manage.py evaluate_proposals`: how often the proposed category is right, on the texts written for it.

Fails when the words do worse on the held-out part than what we promise (`GOAL`).
"""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from participation.routing.default_categories import default_reports
from participation.routing.proposals import Proposer
from participation.routing.proposals.labelled import DEVELOP, HELD_OUT, labelled
from participation.routing.proposals.measure import Figures, measure
from participation.routing.proposals.vocabulary import index_of

GOAL = (0.75, 0.92)
"""Held-out: right at once, and right among the first three."""
WORST = 12
"""Mistakes shown."""


def default_proposer() -> Proposer:
    """What a municipality proposes with on its first day."""
    return Proposer(
        index_of(
            tuple((one.slug, one.fields["name"], ()) for one in default_reports()),
        )
    )


class Command(BaseCommand):
    help = "Prints how often the proposed category is right, and fails when that is below the goal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mistakes", action="store_true", help="print every text of the develop part that goes wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        proposer = default_proposer()
        figures: dict[str, Figures] = {}
        for part in (DEVELOP, HELD_OUT):
            texts = [one for one in labelled() if one.part == part]
            started = time.perf_counter()
            figures[part] = measure(((one.text, one.slug) for one in texts), proposer.best)
            spent = (time.perf_counter() - started) / len(texts) * 1000
            whole = figures[part].whole
            self.stdout.write(
                f"{part:9} {whole.count:4} texts   top-1 {whole.top1:6.1%}   top-3 {whole.top3:6.1%}   "
                f"{spent:.2f} ms per text"
            )
            for language in sorted({one.language for one in texts}):
                some = measure(((one.text, one.slug) for one in texts if one.language == language), proposer.best).whole
                self.stdout.write(
                    f"  {language:7} {some.count:4} texts   top-1 {some.top1:6.1%}   top-3 {some.top3:6.1%}"
                )
        self._categories(figures)
        if options["mistakes"]:
            self._mistakes(proposer)
        reached = (figures[HELD_OUT].whole.top1, figures[HELD_OUT].whole.top3)
        if reached[0] < GOAL[0] or reached[1] < GOAL[1]:
            raise CommandError(
                _("Below the goal on the held-out part: top-1 %(first)s, top-3 %(three)s.")
                % {"first": f"{GOAL[0]:.0%}", "three": f"{GOAL[1]:.0%}"}
            )

    def _categories(self, figures: dict[str, Figures]) -> None:
        self.stdout.write("\nper category (develop | held-out): texts, top-1, top-3")
        for slug in sorted(figures[DEVELOP].by_category):
            cells = []
            for part in (DEVELOP, HELD_OUT):
                tally = figures[part].by_category.get(slug)
                cells.append(f"{tally.count:3} {tally.top1:5.0%} {tally.top3:5.0%}" if tally else "  –")
            self.stdout.write(f"  {slug:27} {' | '.join(cells)}")
        self.stdout.write("\nmost confused (held-out): right category, proposed first, how often")
        for (right, first), count in figures[HELD_OUT].mistakes.most_common(WORST):
            self.stdout.write(f"  {right:27} {first or '-':27} {count}")

    def _mistakes(self, proposer: Proposer) -> None:
        self.stdout.write("\nwrong in the develop part")
        for one in labelled():
            best = proposer.best(one.text) if one.part == DEVELOP else []
            if best and best[0][0] != one.slug:
                self.stdout.write(f"  {one.slug}: {one.text}\n    {best[:3]}")
