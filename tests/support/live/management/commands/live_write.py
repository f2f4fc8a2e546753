"""A process that writes events with several threads, each event in a transaction of its own."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from tests.support.live.streams import write


class Command(BaseCommand):
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("streams", nargs="+")
        parser.add_argument("--threads", type=int, default=1)
        parser.add_argument("--events", type=int, default=100, help="per thread")
        parser.add_argument("--mark", default="w")
        parser.add_argument("--pause", type=float, default=0.0, help="seconds between events; 0 also rolls some back")

    def handle(
        self, *args: Any, streams: list[str], threads: int, events: int, mark: str, pause: float, **options: Any
    ) -> None:
        def work(number: int) -> None:
            chance = random.Random(f"{mark}-{number}")
            for count in range(events):
                with transaction.atomic():
                    write(
                        chance.sample(streams, min(chance.randint(1, 2), len(streams))), mark=f"{mark}-{number}-{count}"
                    )
                    if not pause and chance.random() < 0.05:
                        transaction.set_rollback(True)
                time.sleep(pause)
            connection.close()

        crew = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
        for one in crew:
            one.start()
        for one in crew:
            one.join()
