"""The worker inside the web process, for installations that are one process."""

from __future__ import annotations

import threading

from core.work.worker import Worker

GOODBYE = 10.0
"""Seconds the task in hand gets to finish; one that does not is run again after the restart."""


class EmbeddedWorker:
    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._worker = Worker()
        self._thread = threading.Thread(target=self._worker.run, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._worker is not None and self._thread is not None:
            self._worker.stop()
            self._thread.join(GOODBYE)
