"""`manage.py work`: background tasks in a process of their own."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from core.work.worker import Worker


class Command(BaseCommand):
    help = "Run background tasks until SIGTERM; start as many of these as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        # A handler would run in the midst of whatever the worker does, and wait for a lock it holds itself.
        ending = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, ending)
        worker = Worker()
        working = threading.Thread(target=worker.run, name="worker")
        working.start()
        signal.sigwait(ending)
        worker.stop()
        working.join()
