"""`manage.py import_areas FILE --level wijk`: areas from a GeoJSON or GeoPackage file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.areas.importing import Imported, import_areas
from core.areas.queries import LEVELS
from core.errors import DomainError


class Command(BaseCommand):
    help = "Imports areas (CBS wijken, buurten, gemeenten) from a GeoJSON or GeoPackage file in WGS 84 or RD New."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--level", required=True, choices=LEVELS)
        parser.add_argument("--year", type=int, help="year of the CBS division; by default as the file says")
        parser.add_argument("--parent", help="only areas of this one, e.g. GM0518; also the parent of stadsdelen")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"]
        if year is not None and not 1900 <= year <= 2100:
            raise CommandError(_("--year must be a year, such as 2025."))
        try:
            done = import_areas(
                path=options["file"],
                level=options["level"],
                year=year,
                parent=options["parent"],
                now=timezone.now(),
                progress=self._progress if options["verbosity"] else lambda _step, _done, _total: None,
            )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self._report(done, options["verbosity"])

    def _progress(self, step: str, done: int, total: int) -> None:
        words = {"read": _("Reading the file"), "check": _("Comparing"), "save": _("Saving")}
        if self.stderr.isatty():
            self.stderr.write(f"\r{words[step]} {done:,}/{total:,}   ", ending="" if done < total else "\n")
        elif done == total:
            self.stderr.write(f"{words[step]}: {total:,}")

    def _report(self, done: Imported, verbosity: int) -> None:
        self.stdout.write(
            self.style.SUCCESS(
                _("%(created)d new, %(updated)d changed, %(unchanged)d as they were.")
                % {"created": done.created, "updated": done.updated, "unchanged": done.unchanged}
            )
        )
        if done.made_gemeenten:
            self.stdout.write(
                _("%(count)d gemeenten were missing and are made from their parts: %(codes)s.")
                % {"count": len(done.made_gemeenten), "codes": _few(done.made_gemeenten, verbosity)}
            )
        if done.repaired:
            self.stdout.write(
                _("%(count)d outlines were repaired: %(codes)s.")
                % {"count": len(done.repaired), "codes": _few(done.repaired, verbosity)}
            )
        if done.water:
            self.stdout.write(_("%(count)d areas are water and were left out.") % {"count": done.water})
        if done.elsewhere:
            self.stdout.write(_("%(count)d areas lie elsewhere and were left out.") % {"count": done.elsewhere})
        for one in done.unusable:
            self.stderr.write(
                self.style.WARNING(_("%(code)s was left out: %(reason)s.") % {"code": one.code, "reason": one.reason})
            )


def _few(codes: list[str], verbosity: int) -> str:
    shown = codes if verbosity > 1 else codes[:5]
    return ", ".join(shown) + (" …" if len(shown) < len(codes) else "")
