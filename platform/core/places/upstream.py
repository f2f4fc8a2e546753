"""Asking a service of others without ever depending on it.

Whoever asks waits `PATIENCE` seconds at most, whatever the service, its name server or the network do. After
`MOST_FAILURES` in a row nothing is asked for `SILENCE` seconds; then one question goes out to see whether it is back.
At most half of the threads that serve people wait for others at one time. Two who ask the same share one answer.
Nothing of who asked goes out: no cookie, no address, no header of theirs. What was asked is in no log.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

from django.conf import settings

if TYPE_CHECKING:
    from urllib3 import PoolManager

T = TypeVar("T")
logger = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds from asking to having read the whole answer."""
SLOW = 1.0
"""An answer that took so many seconds is used, and counts as a failure: four threads cannot wait like that for long."""
MOST_FAILURES = 3
SILENCE = 20.0
QUEUE = 0.25
"""Seconds to wait for a place among those who wait for others."""
AT_ONCE = 4
PIECE = 64 * 1024

_waiting = threading.BoundedSemaphore(max(1, settings.HTTP_THREADS // 2))
Query = Mapping[str, str | int | float | Sequence[str]]


class Unavailable(Exception):
    """There is no answer now. Says why in a word, never what was asked."""


class Refused(Unavailable):
    """The service is there, and does not answer this question (4xx)."""


class Late(Unavailable):
    """It took too long."""


class Breaker:
    """Closed: all may ask. Open: nobody, until `SILENCE` seconds have passed; then one may try."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._silent_until = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= MOST_FAILURES

    def may_ask(self) -> bool:
        """Whether to ask now; who hears yes while it is open is the one that tries."""
        with self._lock:
            if not self.is_open:
                return True
            if self._clock() < self._silent_until:
                return False
            self._silent_until = self._clock() + SILENCE
            return True

    def succeeded(self) -> None:
        with self._lock:
            if self.is_open:
                logger.warning("%s answers again", self.name)
            self._failures = 0

    def failed(self, why: str) -> None:
        with self._lock:
            self._failures += 1
            if self._failures == MOST_FAILURES:
                logger.warning("%s does not answer (%s); not asked for %d seconds", self.name, why, SILENCE)
            if self.is_open:
                self._silent_until = self._clock() + SILENCE


class Upstream(Generic[T]):
    """One service. `most_bytes` is the longest answer that is read; `content_types` are those it may have.

    `understand` makes of an answer what the asker wants, or raises ValueError.
    """

    def __init__(
        self, name: str, *, most_bytes: int, content_types: Sequence[str], understand: Callable[[bytes], T]
    ) -> None:
        self.name = name
        self.most_bytes = most_bytes
        self.content_types = tuple(content_types)
        self.understand = understand
        self.breaker = Breaker(name)
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._pools: PoolManager | None = None
        self._asked: dict[str, Future[T]] = {}

    def get(self, address: str, query: Query | None = None, *, patience: float | None = None) -> T:
        """GET of an address that we made ourselves, within `patience` seconds. Raises Unavailable."""
        full = f"{address}?{urlencode(query, doseq=True)}" if query else address
        until = time.monotonic() + (PATIENCE if patience is None else patience)
        with self._lock:
            asked = self._asked.get(full)
        if asked is not None:
            return _wait(asked, until)
        if not _waiting.acquire(timeout=max(0.0, min(QUEUE, until - time.monotonic()))):
            raise Unavailable("too many wait for others")
        try:
            asked = self._ask(full, until)
            try:
                return _wait(asked, until)
            except Late:
                if asked.cancel():  # none of our threads came free: all are in the hands of a name server
                    self.breaker.failed("too late")
                raise
        finally:
            _waiting.release()

    def forget(self) -> None:
        """Start anew: nothing is known of failures and no connection is kept."""
        with self._lock:
            self.breaker = Breaker(self.name)
            if self._pools is not None:
                self._pools.clear()

    def _ask(self, address: str, until: float) -> Future[T]:
        """Ask in a thread of our own, or join who asks the same."""
        with self._lock:
            if (asked := self._asked.get(address)) is not None:
                return asked
            if not self.breaker.may_ask():
                raise Unavailable("it failed a moment ago")
            if self._threads is None:  # with the first question, so that a process forked later has its own
                self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"ask-{self.name}")
            asked = self._asked[address] = self._threads.submit(self._fetch, address, until)
        asked.add_done_callback(lambda _done: self._answered(address))
        return asked

    def _answered(self, address: str) -> None:
        with self._lock:
            self._asked.pop(address, None)

    def _pool(self) -> PoolManager:
        with self._lock:
            if self._pools is None:
                from urllib3 import PoolManager  # an HTTP client of which most processes have no need

                self._pools = PoolManager(num_pools=2, maxsize=AT_ONCE, retries=False)
            return self._pools

    def _fetch(self, address: str, until: float) -> T:
        began, breaker = time.monotonic(), self.breaker  # an answer that comes after `forget` counts for nothing
        try:
            answer = self.understand(self._read(address, until))
        except ValueError:
            breaker.failed("an answer without sense")
            raise Unavailable("an answer without sense") from None
        except Refused as error:
            logger.info("%s refuses a question (%s)", self.name, error)
            breaker.succeeded()
            raise
        except Unavailable as error:
            breaker.failed(str(error))
            raise
        if time.monotonic() - began > SLOW:
            breaker.failed("slow")
        else:
            breaker.succeeded()
        return answer

    def _read(self, address: str, until: float) -> bytes:
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        left = until - time.monotonic()
        if left <= 0:
            raise Late("too late")
        response = None
        try:
            response = self._pool().request(
                "GET",
                address,
                headers={"Accept": ", ".join(self.content_types), "User-Agent": "wijkplatform"},
                timeout=Timeout(total=left),
                redirect=False,
                preload_content=False,
                decode_content=True,
            )
            if response.status != 200:
                why = f"status {response.status}"
                raise Refused(why) if 400 <= response.status < 500 and response.status != 429 else Unavailable(why)
            content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if content_type not in self.content_types:
                raise Unavailable("another content type")
            content = bytearray()
            while piece := response.read1(PIECE):
                content += piece
                if len(content) > self.most_bytes:
                    raise Unavailable("too long")
                if time.monotonic() > until:
                    raise Late("too late")
            whole = response
            response = None
            whole.release_conn()
            return bytes(content)
        except (HTTPError, OSError, ValueError) as error:
            # Not its message: that names the address.
            raise Unavailable(type(error).__name__) from None
        finally:
            if response is not None:
                response.close()


def _wait(asked: Future[T], until: float) -> T:
    try:
        return asked.result(timeout=max(0.0, until - time.monotonic()))
    except (TimeoutError, CancelledError):
        raise Late("too late") from None
