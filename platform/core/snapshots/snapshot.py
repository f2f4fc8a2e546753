"""Configuration kept in memory: read once, shared by all threads, renewed when the rows change.

Areas, categories and rules change a few times a year and are needed in every request. A
`Snapshot` holds the loaded value; whoever changes the rows calls `changed()` in the same
transaction. This process drops its copy on commit, the others see the revision move within
`Snapshot.look_every` seconds (one tiny query for all snapshots together).

What is uncommitted stays in its transaction: it reads its own rows, nobody else sees them, and
a rollback (also of a savepoint) takes them away. A revision is a random number, not a count:
a rolled-back, restored or emptied database can never come back to a number that means other rows.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from django.db import connection, transaction

from core.snapshots.models import Revision

T = TypeVar("T")

logger = logging.getLogger(__name__)
after_change: list[Callable[[], None]] = []
"""Called after the commit of a change, once for each call of `changed()`; it may fail without harm."""


class Snapshot(Generic[T]):
    """`load()` returns an immutable value; `get()` answers it from memory.

    `get()` never waits for another thread's look at the revisions, only for the first load of a
    new value. It runs queries, so asynchronous code calls it through a thread.
    """

    look_every: ClassVar[float] = 1.0
    """Seconds between two looks at the revisions; how long another process may lag."""

    _all: ClassVar[list[Snapshot[Any]]] = []
    _revisions: ClassVar[dict[str, int]] = {}
    _database: ClassVar[str] = ""
    _looked_at: ClassVar[float] = float("-inf")
    _look_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self.name = name
        self._load = load
        self._lock = threading.RLock()
        self._held: tuple[int | None, T] | None = None
        Snapshot._all.append(self)

    def get(self) -> T:
        pending = _pending() if _Pending.alive and connection.in_atomic_block else None
        if pending is not None:
            return self._get_inside(pending)
        if time.monotonic() - Snapshot._looked_at > Snapshot.look_every:
            _look(wait=Snapshot._looked_at < 0)
        held = self._held
        if held is not None and held[0] == Snapshot._revisions.get(self.name):
            return held[1]
        with self._lock:
            held = self._held
            if held is None or held[0] != Snapshot._revisions.get(self.name):
                # The revision is read before the rows: a change in between costs one load more, never a stale copy.
                _look(wait=True)
                held = self._held = (Snapshot._revisions.get(self.name), self._load())
            return held[1]

    def changed(self) -> None:
        """Call after writing rows that this snapshot holds, inside the writing transaction."""
        changed(self.name)

    @staticmethod
    def look_again() -> None:
        """Ask for the revisions at the next `get()`, however short ago that was done."""
        Snapshot._looked_at = float("-inf")

    @staticmethod
    def forget_all() -> None:
        """Drop every copy of this process; the next `get()` loads anew."""
        Snapshot._looked_at = float("-inf")
        for snapshot in Snapshot._all:
            snapshot._held = None

    def _get_inside(self, pending: _Pending) -> T:
        """The value for a transaction that wrote configuration: own copies, never shared.

        Also a snapshot whose own rows did not change is loaded apart when no copy is at hand, for
        its load may read another snapshot that did change.
        """
        if self.name not in pending.values:
            held = self._held
            if held is not None and self.name not in pending.names and held[0] == Snapshot._revisions.get(self.name):
                return held[1]
            pending.values[self.name] = self._load()
        value: T = pending.values[self.name]
        return value


def fingerprint() -> str:
    """Of all configuration in memory, as `get` would answer it now: another one as soon as any of it changed.

    Inside a transaction that changed some it is like no other, for that may be rolled back.
    """
    if _Pending.alive and connection.in_atomic_block and _pending() is not None:
        return secrets.token_hex(8)
    never = Snapshot._looked_at < 0
    if never or time.monotonic() - Snapshot._looked_at > Snapshot.look_every:
        _look(wait=never)
    said = f"{Snapshot._database} {sorted(Snapshot._revisions.items())}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class _Pending:
    """What this transaction changed, and the values it reads meanwhile.

    It lives in the connection's list of things to do on commit, so it goes with the transaction:
    after a commit everyone sees the new rows, after a rollback nobody ever did.
    """

    alive: ClassVar[weakref.WeakSet[_Pending]] = weakref.WeakSet()
    """Those of all threads: mostly none, and then nobody has to look for their own."""

    def __init__(self, names: frozenset[str]) -> None:
        self.alive.add(self)
        self.names = names
        self.values: dict[str, Any] = {}

    def __call__(self) -> None:
        Snapshot.forget_all()
        for tell in after_change:
            try:
                tell()
            except Exception:
                logger.exception("a listener to changed configuration failed")


def _pending() -> _Pending | None:
    for entry in reversed(connection.run_on_commit):
        if isinstance(entry[1], _Pending):
            return entry[1]
    return None


def _look(*, wait: bool) -> None:
    """Read all revisions, one thread at a time; the others go on with what is known unless they must wait."""
    if not Snapshot._look_lock.acquire(blocking=wait):
        return
    try:
        started = time.monotonic()
        database = str(connection.settings_dict["NAME"])
        if database != Snapshot._database:
            Snapshot.forget_all()
            Snapshot._database = database
        Snapshot._revisions = dict(Revision.objects.values_list("name", "number"))
        Snapshot._looked_at = started
    finally:
        Snapshot._look_lock.release()


def changed(name: str) -> None:
    """Rows of the snapshot `name` were written: call inside the writing transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("changed() belongs in the transaction of the change it tells of")
    revision = Revision(name=name, number=secrets.randbits(62))
    Revision.objects.bulk_create([revision], update_conflicts=True, unique_fields=["name"], update_fields=["number"])
    before = _pending()
    transaction.on_commit(_Pending(frozenset({name}) | (before.names if before else frozenset())))
    for snapshot in Snapshot._all:
        if snapshot.name == name:
            # A copy loaded in this transaction between the write and this call holds uncommitted rows.
            snapshot._held = None
