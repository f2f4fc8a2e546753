"""The files of photos: `PRIVATE_ROOT/<first two digits>/<id>-<size>.jpg`.

A file appears whole or not at all: written beside its place, flushed to disk, then renamed.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from core.media.errors import PhotosUnavailable
from core.media.pictures import MASTER, SIZES, smaller

logger = logging.getLogger(__name__)

_name = re.compile(r"([0-9a-f]{32})-([a-z]+)\.jpg")


def path_of(photo_id: UUID, size: str) -> Path:
    name = photo_id.hex
    return Path(settings.PRIVATE_ROOT) / name[:2] / f"{name}-{size}.jpg"


def write(photo_id: UUID, size: str, data: bytes) -> None:
    """Store one size. Raises `PhotosUnavailable` (disk full, read-only, gone) and then leaves nothing."""
    path = path_of(photo_id, size)
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        try:
            with half.open("xb") as file:
                half.chmod(0o640)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
    except OSError as error:
        logger.error("a photo could not be written: %s", error.strerror)
        raise PhotosUnavailable from error


def ensure(photo_id: UUID, size: str) -> Path:
    """The file of this size, made now if the task did not yet. Raises FileNotFoundError without a master."""
    path = path_of(photo_id, size)
    if size != MASTER and not path.exists():
        write(photo_id, size, smaller(path_of(photo_id, MASTER).read_bytes(), size))
    return path


def remove(photo_ids: Iterable[UUID]) -> None:
    """Remove all sizes; what cannot be removed now is logged and swept later."""
    for photo_id in photo_ids:
        for size in SIZES:
            try:
                path_of(photo_id, size).unlink(missing_ok=True)
            except OSError as error:
                logger.error("a photo could not be removed: %s", error.strerror)


def untouched_since(moment: float) -> Iterator[tuple[Path, UUID | None]]:
    """Files last written before `moment` (seconds since 1970), with their photo; None for half-written ones."""
    root = Path(settings.PRIVATE_ROOT)
    if not root.is_dir():
        return
    for folder in sorted(root.iterdir()):
        if not re.fullmatch("[0-9a-f]{2}", folder.name):
            continue
        for entry in os.scandir(folder):
            try:
                if entry.stat(follow_symlinks=False).st_mtime >= moment:
                    continue
            except FileNotFoundError:
                continue
            if found := _name.fullmatch(entry.name):
                yield Path(entry.path), UUID(found[1])
            elif entry.name.endswith(".tmp"):
                yield Path(entry.path), None


def _flush_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
