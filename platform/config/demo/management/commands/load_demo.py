"""`load_demo [--reset]`: fill the installation with the demonstration's two municipalities."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from config.demo import agenda, content, followers, history, pages, removal, wins, world
from config.demo.accounts import refuse_outside_demo
from core.errors import NotAllowed
from participation.cases.models import Case


class Command(BaseCommand):
    requires_system_checks = []
    help = "Loads two fictional municipalities with people, reports and pages. Only with DEMO=1; repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="remove the demonstration first and start anew")

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        try:
            refuse_outside_demo()
        except NotAllowed as refusal:
            raise CommandError(str(refusal.message)) from None
        logging.getLogger("wagtail").setLevel(logging.WARNING)  # a line per page helps nobody here
        start, now = time.monotonic(), timezone.now()
        with translation.override("nl"):
            if reset:
                self._say("Removing the demonstration that is there …")
                removal.remove()
            self._say("Municipalities, organisations, people …")
            world.build(now=now)
            cases = Case.objects.filter(gemeente__code__in=content.GEMEENTEN)
            if not cases.exists():
                self._say("A year of reports …")
                history.play(now=now, progress=self._progress)
            # What is published is told today, so after the past year: streams run in the order of time.
            self._say("Pages, successes, agenda …")
            pages.build(now=now)
            wins.build(now=now)
            agenda.build(now=now)
            followers.build(now=now)
        reports, seconds = cases.filter(kind=Case.Kind.REPORT).count(), time.monotonic() - start
        self._say(f"The demonstration is there: {reports} reports ({seconds:.1f} s).")
        self._say(f"Every demo account signs in with the password {world.PASSWORD}.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _progress(self, done: int, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r  {done} of {total}", ending="\n" if done == total else "")
