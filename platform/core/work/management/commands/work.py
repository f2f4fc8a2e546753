"""`manage.py work`: background tasks in a process of their own."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from core.work.worker import Worker


class Command(BaseCommand):
    help = "Run background tasks until SIGTERM; start as many of these as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.run()
