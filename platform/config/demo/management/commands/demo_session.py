"""`demo_session [USERNAME]`: a session cookie of a demo account, or the list of them.

With an e-mail address: the cookie `mijn` of a resident.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo.accounts import demo_accounts, resident_session_for, session_for
from core.errors import DomainError


class Command(BaseCommand):
    requires_system_checks = []
    help = "Prints a session cookie value for a demo account; without a name a JSON list of them. Only with DEMO=1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            if "@" in username:
                answer = resident_session_for(username)
            elif username:
                answer = session_for(username)
            else:
                answer = json.dumps(demo_accounts(), ensure_ascii=False, indent=2)
        except DomainError as refusal:
            raise CommandError(str(refusal.message)) from None
        self.stdout.write(answer)
