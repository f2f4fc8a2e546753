"""Make accounts and streams for a live test; prints {username: session cookie} as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand, CommandParser

from core.accounts.models import User
from core.events.log import open_streams


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("people", help='{"anna": {"streams": "team:1 team:2", "cases": "M-1"}}')

    def handle(self, *args: Any, people: str, **options: Any) -> None:
        keys = {}
        for username, about in json.loads(people).items():
            open_streams(about.get("streams", "").split())
            user = User.objects.create_user(
                username, first_name=about.get("streams", ""), last_name=about.get("cases", "")
            )
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            keys[username] = session.session_key
        self.stdout.write(json.dumps(keys))
