"""Configuration kept in memory: read once, shared by all threads, renewed when the rows change.

Areas, categories and rules change a few times a year and are needed in every request. A
`Snapshot` holds the loaded value; whoever changes the rows calls `changed()` in the same
transaction. This process drops its copy on commit, the others see the revision move within
`LOOK_EVERY` seconds (one tiny query for all snapshots together).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from django.db import connection, transaction
from django.db.models import F

from core.snapshots.models import Revision

T = TypeVar("T")
LOOK_EVERY = 1.0
"""Seconds between two looks at the revisions; how long another process may lag."""


class Snapshot(Generic[T]):
    """`load()` returns an immutable value; `get()` answers it from memory."""

    _all: ClassVar[list[Snapshot]] = []
    _revisions: ClassVar[dict[str, int]] = {}
    _looked_at: ClassVar[float] = float("-inf")
    _look_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self.name = name
        self._load = load
        self._lock = threading.Lock()
        self._held: tuple[int, T] | None = None
        Snapshot._all.append(self)

    def get(self) -> T:
        revision = self._revision()
        held = self._held
        if held is not None and held[0] == revision:
            return held[1]
        if connection.in_atomic_block and self._changed_here():
            return self._load()
        with self._lock:
            if self._held is None or self._held[0] != revision:
                self._held = (revision, self._load())
            return self._held[1]

    def changed(self) -> None:
        """Call after writing rows that this snapshot holds, inside the writing transaction."""
        Revision.objects.bulk_create([Revision(name=self.name)], ignore_conflicts=True)
        Revision.objects.filter(name=self.name).update(number=F("number") + 1)
        self._mark_changed()
        transaction.on_commit(Snapshot.forget_all)

    @staticmethod
    def forget_all() -> None:
        """Drop every copy of this process; the next `get()` loads anew."""
        Snapshot._looked_at = float("-inf")
        for snapshot in Snapshot._all:
            snapshot._held = None

    def _mark_changed(self) -> None:
        connection.__dict__.setdefault("_snapshots_changed", set()).add(self.name)
        transaction.on_commit(lambda: connection.__dict__.pop("_snapshots_changed", None))

    def _changed_here(self) -> bool:
        return self.name in connection.__dict__.get("_snapshots_changed", ())

    def _revision(self) -> int:
        now = time.monotonic()
        if now - Snapshot._looked_at > LOOK_EVERY:
            with Snapshot._look_lock:
                if now - Snapshot._looked_at > LOOK_EVERY:
                    Snapshot._revisions = dict(Revision.objects.values_list("name", "number"))
                    Snapshot._looked_at = now
        return Snapshot._revisions.get(self.name, 0)
