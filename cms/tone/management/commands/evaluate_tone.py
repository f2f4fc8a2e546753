"""`manage.py evaluate_tone`: how often the tone helper is right, per kind of mark, on the sentences written for it.

Fails when it does worse on the held-out part than what we promise (`GOAL`).
"""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.tone.labelled import DEVELOP, HELD_OUT, labelled
from cms.tone.lexicon import DIFFICULT, FRAME, STIGMA, lexicon
from cms.tone.measure import Figures, measure
from cms.tone.reading import LONG, NEGATIVE, PASSIVE

GOAL = {
    STIGMA: (0.95, 0.90),
    FRAME: (0.95, 0.80),
    DIFFICULT: (0.88, 0.90),
    LONG: (1.0, 1.0),
    PASSIVE: (0.90, 0.95),
    NEGATIVE: (1.0, 0.75),
}
"""Held-out: least precision and least recall."""


class Command(BaseCommand):
    help = "Prints how often the tone helper is right, and fails when that is below the goal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mistakes", action="store_true", help="print what goes wrong in the develop part")

    def handle(self, *args: Any, **options: Any) -> None:
        words = lexicon()
        figures: dict[str, Figures] = {}
        for part in (DEVELOP, HELD_OUT):
            texts = [one for one in labelled() if one.part == part]
            started = time.perf_counter()
            figures[part] = measure(texts, words)
            spent = (time.perf_counter() - started) / len(texts) * 1000
            self.stdout.write(f"{part}: {len(texts)} texts, {spent:.2f} ms per text")
            for kind, tally in figures[part].by_kind.items():
                self.stdout.write(
                    f"  {kind:15} {tally.right:3} right {tally.needless:3} needless {tally.missed:3} missed"
                    f"   precision {tally.precision:6.1%}   recall {tally.recall:6.1%}"
                )
        if options["mistakes"]:
            for text, how, mark in figures[DEVELOP].mistakes:
                self.stdout.write(f"  {how}: {mark} in {text}")
        low = [
            kind
            for kind, (precision, recall) in GOAL.items()
            if (tally := figures[HELD_OUT].by_kind[kind]).precision < precision or tally.recall < recall
        ]
        if low:
            raise CommandError(f"Below the goal on the held-out part: {', '.join(low)}.")
