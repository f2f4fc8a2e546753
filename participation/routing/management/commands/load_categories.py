"""`manage.py load_categories GM0518`: the default categories for a municipality that lacks them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.areas.models import Area
from participation.routing.actions import load_categories


class Command(BaseCommand):
    help = "Adds the default categories to municipalities (CBS code); what is there keeps its local edits."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="+", metavar="GM0518")

    def handle(self, *args: Any, **options: Any) -> None:
        known = dict(Area.objects.filter(parent=None, code__in=options["codes"]).values_list("code", "pk"))
        unknown = [code for code in options["codes"] if code not in known]
        if unknown:
            raise CommandError(
                _("No municipality with code %(codes)s. Import it first: manage.py import_areas.")
                % {"codes": ", ".join(unknown)}
            )
        for code, pk in known.items():
            made, there = load_categories(pk)
            self.stdout.write(
                _("%(code)s: %(made)d categories added, %(there)d were there already.")
                % {"code": code, "made": made, "there": there}
            )
