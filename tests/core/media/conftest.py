"""Photos as phones and attackers make them; a photo folder per test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from pillow_heif import register_heif_opener

from core.media import access
from core.media.actions import StoredPhoto, store_upload

register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
MOERWIJK = (4.298, 52.0503)


def scene(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right: shows which side is up."""
    image = Image.new("RGB", (width, height), "white")
    image.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    image.paste((0, 160, 0), (width // 2, 0, width, height // 2))
    image.paste((0, 0, 255), (0, height // 2, width // 2, height))
    return image.convert(mode)


def exif(orientation: int | None = None, gps: dict[int, Any] | None = None) -> Image.Exif:
    data = Image.Exif()
    data[Base.Make] = "SECRETMAKER"
    data[Base.Artist] = "Jan SECRETNAME"
    if orientation is not None:
        data[Base.Orientation] = orientation
    if gps:
        data.get_ifd(IFD.GPSInfo).update(gps)
    return data


def gps(
    lat: Any = (52.0, 3.0, 1.08), lon: Any = (4.0, 17.0, 52.8), lat_ref: Any = "N", lon_ref: Any = "E"
) -> dict[int, Any]:
    return {GPS.GPSLatitudeRef: lat_ref, GPS.GPSLatitude: lat, GPS.GPSLongitudeRef: lon_ref, GPS.GPSLongitude: lon}


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    into = BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def upload(data: bytes, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture(autouse=True)
def photo_folder(tmp_path: Path, settings: Any) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "photos"
    return tmp_path / "photos"


@pytest.fixture(autouse=True)
def own_viewers_and_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(access, "_viewers", [])
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def store(db: None) -> Callable[..., StoredPhoto]:
    def keep(data: bytes | None = None, now: datetime = NOW) -> StoredPhoto:
        return store_upload(file=upload(encoded(scene()) if data is None else data), now=now)

    return keep


@pytest.fixture
def files_in(photo_folder: Path) -> Callable[[], list[str]]:
    return lambda: sorted(path.name for path in photo_folder.rglob("*") if path.is_file())
