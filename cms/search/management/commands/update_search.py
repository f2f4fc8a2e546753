"""`manage.py update_search`: makes what can be found anew from the published pages. Repeatable."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.search.indexing import index_all


class Command(BaseCommand):
    help = "Reads every published page anew for the search page."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index_all()} pages can be found.")
