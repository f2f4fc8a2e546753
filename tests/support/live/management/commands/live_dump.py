"""Every entry of every stream, as JSON lines [stream, seq, subject]: what a client must end with."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from core.events.models import StreamEntry


class Command(BaseCommand):
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        rows = StreamEntry.objects.order_by("stream__name", "seq")
        for row in rows.values_list("stream__name", "seq", "event__subject"):
            self.stdout.write(json.dumps(row))
