"""`manage.py check_responsibility`: is every open case with somebody who can act on it?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.areas.queries import tree
from participation.cases.responsibility import check_responsibility


class Command(BaseCommand):
    help = "Name every open case that nobody can be held to. Ends with 1 when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--gemeente", help="The code of one municipality, such as GM0518")

    def handle(self, *args: Any, **options: Any) -> None:
        gemeente_id = None
        if options["gemeente"]:
            row = tree().by_code.get(options["gemeente"])
            if row is None or row.parent_id is not None:
                raise CommandError(f"There is no municipality with the code {options['gemeente']}.", returncode=2)
            gemeente_id = row.id
        findings = check_responsibility(gemeente_id, now=timezone.now())
        for one in findings:
            more = "" if len(one.references) == one.count else ", …"
            self.stdout.write(f"{one.count} × {one.code}: {one.words}\n    {', '.join(one.references)}{more}")
        if findings:
            raise CommandError(f"{sum(one.count for one in findings)} open cases without anyone.", returncode=1)
        self.stdout.write("Every open case is with somebody who can act on it.")
