"""`load_approaches GM0518`: ten examples for the library of a municipality, to begin with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from cms.approaches.examples import load_examples
from cms.approaches.models import ApproachIndexPage
from cms.home.models import HomePage


class Command(BaseCommand):
    help = "Adds the example approaches that a municipality's library does not have yet. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("gemeente", help="CBS code, such as GM0518")

    def handle(self, *args: Any, gemeente: str, **options: Any) -> None:
        home = HomePage.objects.filter(gemeente__code=gemeente.upper()).first()
        index = ApproachIndexPage.objects.child_of(home).first() if home else None
        if index is None:
            raise CommandError(f"There is no library of approaches for {gemeente}. Run set_up_site first.")
        with translation.override(settings.LANGUAGE_CODE):
            self.stdout.write(f"{load_examples(index)} examples added.")
