"""The squares of the map's background, fetched once for everybody and kept on disk.

A browser asks only us, so nobody else learns who looks where. Squares are `DATA_DIR/tiles/<z>/<x>/<y>.png`. One is
fetched again when it is older than `FRESH`; when the source is down the old one does. Only squares near a municipality
of this installation are fetched, and the oldest go when all together take more than `TILES_DISK_MB`.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from core.areas.queries import tree
from core.places.locatieserver import NETHERLANDS
from core.places.upstream import Unavailable, Upstream

logger = logging.getLogger(__name__)

ZOOMS = range(6, 20)
FRESH = 30 * 24 * 3600
"""Seconds."""
MOST_BYTES = 256 * 1024
BLOCK = 4096
"""What a small file takes on disk."""
NEAR = 0.1
"""Degrees around a municipality that its map may show."""
NEARBY_FROM = 11
"""From this zoom on, only around municipalities; further out a square holds several."""
_BEGINS, _ENDS = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"

Box = tuple[float, float, float, float]


class NoTile(Exception):
    """There is no such square: no zoom, or a place, of ours."""


def is_on() -> bool:
    return bool(settings.TILES_URL)


def tile(z: int, x: int, y: int, *, before_asking: Callable[[], None] = lambda: None) -> Path | None:
    """The file of a square, fetched if need be; None when there is none now. Raises NoTile.

    `before_asking` is called when it must be fetched, and may raise what it likes.
    """
    if z not in ZOOMS or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise NoTile
    path = path_of(z, x, y)
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        age = None
    kept = path if age is not None else None
    if age is not None and 0 <= age < FRESH:
        return kept
    if not _is_ours(z, box_of(z, x, y)):
        raise NoTile
    if not is_on():
        return kept
    before_asking()
    try:
        _keep(path, _service.get(f"{settings.TILES_URL}/{z}/{x}/{y}.png"))
    except Unavailable:
        return kept
    except OSError as error:
        logger.error("a square of the map could not be written: %s", error.strerror)
        return kept
    return path


def _is_ours(z: int, box: Box) -> bool:
    """Whether a map of this installation shows this."""
    if z < NEARBY_FROM:
        return _meet(box, NETHERLANDS)
    return any(_meet(box, _wider(gemeente.bbox)) for gemeente in tree().gemeenten())


def box_of(z: int, x: int, y: int) -> Box:
    """West, south, east, north of a square in Web Mercator's scheme (XYZ, from the north west)."""

    def lat(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z))))

    return x / 2**z * 360 - 180, lat(y + 1), (x + 1) / 2**z * 360 - 180, lat(y)


def path_of(z: int, x: int, y: int) -> Path:
    return folder() / str(z) / str(x) / f"{y}.png"


def folder() -> Path:
    return Path(settings.DATA_DIR) / "tiles"


def sweep() -> int:
    """Throw away the oldest until a tenth is free again, and what was left half written; how many went."""
    global _written
    _written = 0
    limit = settings.TILES_DISK_MB * 1024 * 1024
    found: list[tuple[float, int, Path]] = []
    gone = 0
    for path in _files(folder()):
        try:
            stat = path.stat()
            if path.suffix == ".png":
                found.append((stat.st_mtime, _on_disk(stat.st_size), path))
            elif time.time() - stat.st_mtime > 3600:
                path.unlink(missing_ok=True)
                gone += 1
        except FileNotFoundError:
            continue
    taken = sum(size for _age, size, _path in found)
    if taken <= limit:
        return gone
    for _age, size, path in sorted(found):
        if taken <= 0.9 * limit:
            break
        path.unlink(missing_ok=True)
        taken -= size
        gone += 1
    return gone


def forget() -> None:
    """Ask again, whatever failed before; for tests."""
    _service.forget()


def _understand(content: bytes) -> bytes:
    if not (content.startswith(_BEGINS) and content.rstrip(b"\0\r\n").endswith(_ENDS)):
        raise ValueError("not a whole PNG")
    return content


_service = Upstream("Map", most_bytes=MOST_BYTES, content_types=["image/png"], understand=_understand)
_written = 0
_counting = threading.Lock()


def _keep(path: Path, content: bytes) -> None:
    """A file appears whole or not at all. Between two sweeps no more than a tenth of the room is filled."""
    global _written
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    try:
        half.write_bytes(content)
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    with _counting:
        _written += _on_disk(len(content))
        full = _written > settings.TILES_DISK_MB * 1024 * 1024 / 10
    if full:
        sweep()


def _files(top: Path) -> Iterator[Path]:
    for where, _folders, names in os.walk(top):
        for name in names:
            yield Path(where) / name


def _on_disk(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _wider(box: Box) -> Box:
    west, south, east, north = box
    return west - NEAR, south - NEAR, east + NEAR, north + NEAR


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
