"""`set_up_site GM0518 --host wijk.example.nl`: a municipality gets its home page, wijk pages and editors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from cms.home.actions import set_up_site
from core.areas.models import Area
from core.errors import DomainError, Invalid


class Command(BaseCommand):
    help = "Makes the site of an imported municipality, or adds what is missing to it. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("gemeente", help="CBS code, such as GM0518")
        parser.add_argument("--host", help="host name of the site; without one that of the tenant stays")
        parser.add_argument("--default", action="store_true", help="also answer on every other host name")

    def handle(self, *args: Any, gemeente: str, host: str | None, default: bool, **options: Any) -> None:
        area = Area.objects.filter(code=gemeente.upper(), level=Area.Level.GEMEENTE).defer("geometry").first()
        if area is None:
            raise CommandError(f"There is no municipality {gemeente} here. Run import_areas first.")
        try:
            with translation.override(settings.LANGUAGE_CODE):
                done = set_up_site(area.pk, host, default=default or None)
        except Invalid as refusal:
            raise CommandError(" ".join(str(error.detail) for error in refusal.errors)) from None
        except DomainError as refusal:
            raise CommandError(str(refusal.message)) from None
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{area.name}: {done.made} pages made, {len(done.wijken)} of them of wijken.")
        self.stdout.write(f"Site: {done.site.root_url}{' (default)' if done.site.is_default_site else ''}")
        self.stdout.write(f"Groups: “{done.editors.name}”, “{done.administrators.name}”.")
