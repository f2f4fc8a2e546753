"""Writes: keep a photo, claim it, erase it, sweep what nobody claimed.

The file is there before its row and goes after it, so a row never lacks its file; what a crash
leaves in between is a file without a row, which the sweep removes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.errors import FieldError, Invalid, NotFound
from core.media import files
from core.media.errors import refused
from core.media.location import Location
from core.media.models import Photo
from core.media.pictures import MASTER, encode, read_picture, square, turn
from core.media.tasks import make_sizes

UNCLAIMED_FOR = timedelta(hours=24)
"""How long a photo waits for a report to claim it."""
ORPHAN_AFTER = timedelta(hours=1)
"""Age at which a file without a row is no longer one whose row is just being written."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A kept photo and (longitude, latitude) from its EXIF: a proposal, stored nowhere."""

    photo: Photo
    location: Location | None


@dataclass(frozen=True, slots=True)
class Swept:
    """How many unclaimed photos, and how many files without a photo, were removed."""

    photos: int
    files: int


def store_upload(*, file: File | IO[bytes], now: datetime) -> StoredPhoto:
    """Keep a photo that someone sent, unclaimed. Raises `Invalid` on "file", or `PhotosUnavailable`."""
    most = settings.UPLOAD_MAX_BYTES
    if (getattr(file, "size", None) or 0) > most:
        raise refused("too-large")
    data = file.read(most + 1)
    if len(data) > most:
        raise refused("too-large")
    picture = read_picture(data)
    del data
    return StoredPhoto(_keep(picture.image, now), picture.location)


def store_square(*, photo_id: UUID, x: float, y: float, zoom: float, most: int, now: datetime) -> Photo:
    """Keep a square part of a photo of ours as a photo of its own, unclaimed (x, y, zoom: `pictures.square`).

    Raises `Invalid` on "zoom" when the part is too small, `NotFound` for a photo without a file.
    """
    try:
        master = files.path_of(photo_id, MASTER).read_bytes()
    except FileNotFoundError:
        raise NotFound from None
    with turn():
        part = square(master, x=x, y=y, zoom=zoom, most=most)
    if part is None:
        raise Invalid(
            FieldError("zoom", "too-small", _("This part is too small. Take a larger one, or another photo."))
        )
    return _keep(part, now)


def _keep(image: Image.Image, now: datetime) -> Photo:
    encoded = encode(image)
    photo = Photo(id=uuid.uuid4(), width=image.width, height=image.height, bytes=len(encoded), created_at=now)
    files.write(photo.id, MASTER, encoded)
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
            make_sizes.enqueue(str(photo.id))
    except BaseException:
        files.remove([photo.id])
        raise
    return photo


def claim_photos(*, ids: list[UUID], gemeente_id: int | None, now: datetime, is_public: bool = False) -> list[Photo]:
    """Take unclaimed photos into use, in the order given. Each can be claimed once; raises `Invalid` on "photos".

    Belongs in the transaction of what they are claimed for.
    """
    if len(set(ids)) != len(ids):
        raise Invalid(FieldError("photos", "duplicate", _("You added the same photo twice. Remove one of the two.")))
    if not ids:
        return []
    with transaction.atomic():
        waiting = {
            photo.pk: photo
            for photo in Photo.objects.select_for_update().filter(pk__in=ids, claimed_at=None).order_by("pk")
        }
        if len(waiting) != len(ids):
            raise Invalid(
                FieldError("photos", "unknown-photo", _("A photo is no longer there or already used. Add it again."))
            )
        Photo.objects.filter(pk__in=ids).update(claimed_at=now, gemeente_id=gemeente_id, is_public=is_public)
    for photo in waiting.values():
        photo.claimed_at, photo.gemeente_id, photo.is_public = now, gemeente_id, is_public
    return [waiting[photo_id] for photo_id in ids]


def hand_back_photos(ids: Iterable[UUID]) -> None:
    """Let these claimed photos be claimed again, in this same transaction: the sweep takes old ones without a claim."""
    Photo.objects.filter(pk__in=list(ids)).update(claimed_at=None)


def show_photos(*, ids: Iterable[UUID], public: bool) -> None:
    """Let everybody see these photos, or from now on only who may."""
    Photo.objects.filter(pk__in=list(ids)).update(is_public=public)


def erase_photos(ids: Iterable[UUID]) -> int:
    """Remove photos for good: rows now, files after the commit. Returns how many there were.

    Rows that point at them (`CasePhoto`) must be gone first; they protect their photo.
    """
    wanted = list(ids)
    with transaction.atomic():
        _total, by_model = Photo.objects.filter(pk__in=wanted).delete()
        transaction.on_commit(lambda: files.remove(wanted), robust=True)
    return by_model.get(Photo._meta.label, 0)


def sweep(*, now: datetime) -> Swept:
    """Remove photos nobody claimed within 24 hours, and files that belong to no photo. Safe to run at any time."""
    photos = 0
    while erased := _erase_unclaimed(now - UNCLAIMED_FOR):
        photos += erased
    return Swept(photos, _remove_orphans((now - ORPHAN_AFTER).timestamp()))


def _erase_unclaimed(before: datetime) -> int:
    with transaction.atomic():
        # Locked first: a photo that is being claimed at this moment is skipped, not removed under the claim.
        ids = list(
            Photo.objects.select_for_update(skip_locked=True)
            .filter(claimed_at=None, created_at__lt=before)
            .values_list("pk", flat=True)[:BATCH]
        )
        return erase_photos(ids) if ids else 0


def _remove_orphans(before: float) -> int:
    count = 0
    batch: list[tuple[Path, UUID | None]] = []
    for path, photo_id in files.untouched_since(before):
        batch.append((path, photo_id))
        if len(batch) == BATCH:
            count += _remove_without_row(batch)
            batch = []
    return count + _remove_without_row(batch)


def _remove_without_row(found: list[tuple[Path, UUID | None]]) -> int:
    ids = {photo_id for _path, photo_id in found if photo_id}
    kept = set(Photo.objects.filter(pk__in=ids).values_list("pk", flat=True))
    orphans = [path for path, photo_id in found if photo_id not in kept]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
