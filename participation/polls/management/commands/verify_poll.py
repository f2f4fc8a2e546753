"""`manage.py verify_poll FILE [--digest …]`: recount the published ballots of a poll from scratch.

FILE is what everybody can fetch with the results of a poll. What is counted comes from the file alone; when the poll is
in this database, the digest that was noted at closing is compared as well. Ends with 1 when anything is wrong.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from participation.polls.counting.published import Verified, verify
from participation.polls.models import Published

MOST_TOLD = 20
SAYS = {
    "not-json": "this line cannot be read",
    "format": "this is not a file of ballots",
    "not-a-ballot": "this line is not a ballot of this poll",
    "changed": "this ballot was changed",
    "receipt-twice": "this receipt is in the file twice",
    "order": "this line stands in the wrong place",
    "ballots": "the number of ballots is not the number at the top of the file",
    "turnout": "the ballots and those that were set aside are not as many as voted by the roll",
    "totals": "the totals are not those at the top of the file, of question",
    "outcome": "the outcome is not the one at the top of the file, of question",
    "digest": "the file is not the one that was published: its digest should be",
}


class Command(BaseCommand):
    help = "Recounts the published ballots of a poll from scratch, and says which line was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--digest", default="", help="SHA-256 as shown with the results")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8", newline="") as lines:
                found = verify(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        for digest in {options["digest"].strip().lower(), *self._noted(found)} - {"", found.digest}:
            found.wrong.append((0, f"digest {digest}"))
        self._tell(found)
        if found.wrong:
            raise CommandError(f"{len(found.wrong)} things are wrong.")

    @staticmethod
    def _noted(found: Verified) -> list[str]:
        return list(Published.objects.filter(poll__slug=found.poll).values_list("digest", flat=True))

    def _tell(self, found: Verified) -> None:
        for line, what in found.wrong[:MOST_TOLD]:
            code, _space, rest = what.partition(" ")
            self.stdout.write(f"{f'line {line}: ' if line else ''}{SAYS[code]}{f' {rest}' if rest else ''}")
        if not found.poll:
            return
        self.stdout.write(f"{found.poll}: {found.title}")
        self.stdout.write(f"{found.ballots} ballots {'counted' if found.whole else '(too few: totals only)'}")
        for name, total in found.totals.items():
            chosen = ", ".join(f"{option}: {count}" for option, count in total["by"].items())
            self.stdout.write(f"question {name}: {total['answered']} answers; {chosen}")
        for name, outcome in found.outcomes.items():
            order = outcome.get("order") or outcome.get("chosen", [])
            self.stdout.write(f"question {name} by {outcome['rule']}: {', '.join(map(str, order))}")
        self.stdout.write(f"SHA-256 {found.digest}")
