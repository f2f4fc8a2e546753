"""`manage.py rebuild_search`: make the words by which cases are found anew, from what is stored."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from participation.cases.models import Case
from participation.cases.search import rebuild

AT_A_TIME = 500


class Command(BaseCommand):
    help = "Makes the search index of all cases anew. Safe to run beside the server, and to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        done, last = 0, 0
        while cases := list(Case.objects.filter(pk__gt=last).select_related("parent").order_by("pk")[:AT_A_TIME]):
            rebuild(cases)
            done, last = done + len(cases), cases[-1].pk
            if options["verbosity"] > 1:
                self.stdout.write(f"{done:,}")
        if options["verbosity"]:
            self.stdout.write(f"{done:,} cases can be found.")
