"""Sends hostile posts to a running server and counts; and looks at what is left on its disk."""

from __future__ import annotations

import http.client
import io
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from core.media.jpeg import is_bare
from tests.support.hostile.photos import SECRET
from tests.support.hostile.posts import Post

REFUSED_EARLY = 2 * 1024 * 1024
"""Bytes from which the server may answer and close while we are still sending, so that the answer is not read."""


@dataclass
class Attack:
    """Posts to `host:port` as the municipality's own host `name`, by so many clients at once."""

    host: str
    port: int
    name: str
    clients: int = 8
    statuses: Counter[int] = field(default_factory=Counter)
    of_kind: dict[str, Counter[int]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    """Answers of 500 and requests without an answer, by what was sent."""
    slowest: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, posts: Iterator[Post], count: int, each: Callable[[], None] = lambda: None) -> None:
        left = iter(range(count))

        def one_client() -> None:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
            while True:
                with self._lock:
                    if next(left, None) is None:
                        break
                    post = next(posts)
                    each()
                self._note(post, *self._ask(connection, post))
            connection.close()

        threads = [threading.Thread(target=one_client) for _client in range(self.clients)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def _ask(self, connection: http.client.HTTPConnection, post: Post) -> tuple[int, float]:
        started = time.monotonic()
        for attempt in (1, 2):
            try:
                connection.request("POST", post.path, post.body, {"Host": self.name, **_plain(post.headers)})
                answer = connection.getresponse()
                answer.read()
                return answer.status, time.monotonic() - started
            except (OSError, http.client.HTTPException):
                connection.close()  # the server may end a connection after it refused a body; a new one must work
                if len(post.body) > REFUSED_EARLY:
                    return 413, time.monotonic() - started  # it did not wait for the rest of what is too large
                if attempt == 2:
                    break
        return 0, time.monotonic() - started

    def _note(self, post: Post, status: int, took: float) -> None:
        with self._lock:
            self.statuses[status] += 1
            self.of_kind.setdefault(post.kind, Counter())[status] += 1
            self.slowest = max(self.slowest, took)
            if status in {500, 0}:
                self.broken.append(f"{status} for {post.kind} ({post.path})")


def _plain(headers: dict[str, str]) -> dict[str, str]:
    return {name: re.sub(r"[^\x20-\x7e]", "?", value) for name, value in headers.items()}


def most_memory(pid: int) -> float:
    """The most memory a process ever held, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def wrong_with(folder: Path) -> list[str]:
    """What is wrong with the files that were stored: anything but a bare JPEG, anything beside its pixels."""
    found = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        data = path.read_bytes()
        if not is_bare(data):
            found.append(f"{path.name}: not a bare JPEG")
            continue
        if SECRET in data:
            found.append(f"{path.name}: holds the secret")
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            extra = set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
            if extra or image.getexif() or max(image.size) > 2048 or image.mode not in {"RGB", "L"}:
                found.append(f"{path.name}: {sorted(extra)} {image.size} {image.mode}")
    return found
