"""From the bytes someone sent to clean pixels, and from pixels to our own JPEG.

Nothing of the sent file is trusted or kept: the type is told by its content, only the plugin of
that type may open it, its size is checked before a pixel is decoded, and what goes on is an RGB
picture of at most 2048 pixels in sRGB, the right way up, without any information beside it.

JPEG comes out, not WebP: encoding 2048 pixels takes 15 ms against 170 to 500 (two cores of 2026),
at nearly the same size, and every phone, e-mail program and case system reads it.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageCms, UnidentifiedImageError
from PIL.ExifTags import IFD, Base
from pillow_heif import register_heif_opener

from core.errors import Invalid
from core.media.errors import PhotosUnavailable, refused
from core.media.jpeg import is_bare, scans
from core.media.location import Location, location_of

logger = logging.getLogger(__name__)

MAX_PIXELS = 60_000_000
"""The most pixels we decode; phones make 12 to 50 million."""
MAX_PIXELS_WHOLE = 36_000_000
"""The same for PNG, WebP and HEIC, that cannot be decoded smaller than they are."""
MIN_SIDE = 8
"""The shortest side on which a person can see something."""
MAX_SCANS = 100
"""A progressive JPEG has about ten."""
MAX_PROFILE = 1_000_000
"""Bytes of the largest colour profile we read; a camera's has 500 to 4,000."""
SMALLEST_SQUARE = 160
"""Pixels; a face needs them at twice the size of a card's."""
SIZES = {"thumb": 320, "medium": 960, "large": 2048}
"""Longest side in pixels by name."""
ENOUGH = 1950
"""The longest side with which a photo is left that whole pixels taken together come to: it spares much of the work."""
MASTER = "large"
"""The size made from what was sent; the others are made from it."""
QUALITY = 82
AT_ONCE = threading.BoundedSemaphore(2)
"""Pictures decoded at one time in this process: bounds memory to about 2 x 0.4 GB."""
WAITING = threading.BoundedSemaphore(1)
"""Who waits for a turn holds a thread that all other requests need too, so one at most."""
PATIENCE = 0.5
"""Seconds to wait for a turn; after that the sender tries again."""

HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
ORIENTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to put a picture upright, by EXIF orientation."""

# Thumbnails, depth and auxiliary pictures inside a HEIC are never read: only the picture itself is.
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)


@dataclass(frozen=True, slots=True)
class Picture:
    """RGB pixels in sRGB, at most 2048 x 2048, and where the camera says it was."""

    image: Image.Image
    location: Location | None


def format_of(data: bytes) -> str | None:
    """Pillow's name of the format, told by the first bytes; None when it is not one of ours."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return "HEIF"
    return None


def read_picture(data: bytes) -> Picture:
    """Check and decode what someone sent. Raises `Invalid` on "file" for anything that is not a whole photo."""
    if not data:
        raise refused("empty")
    kind = format_of(data)
    if kind is None:
        raise refused("wrong-type")
    if kind == "JPEG" and scans(data, MAX_SCANS) > MAX_SCANS:
        raise refused("unreadable")
    with turn(), refusing():
        with Image.open(io.BytesIO(data), formats=[kind]) as sent:
            most = MAX_PIXELS if kind == "JPEG" else MAX_PIXELS_WHOLE
            _check_size(sent, most)
            # A JPEG is decoded at 1/2, 1/4 or 1/8 where that is enough, or nearly: half of a phone's 4,032 pixels.
            sent.draft(None, _fitted(sent.size, ENOUGH))
            sent.load()
            if sent.width * sent.height > most:  # a HEIC may hold more than its header says
                raise refused("too-many-pixels")
            orientation, location = _exif(sent)
            image = _clean(sent)
        if orientation in ORIENTATIONS:
            image = image.transpose(ORIENTATIONS[orientation])
        return Picture(image, location)


def smaller(master: bytes, size: str) -> bytes:
    """Another size of a picture of ours, as JPEG."""
    with Image.open(io.BytesIO(master), formats=["JPEG"]) as image:
        target = _fitted(image.size, SIZES[size])
        image.draft("RGB", target)
        return encode(image if image.size == target else image.resize(target, Image.Resampling.HAMMING))


def square(master: bytes, *, x: float, y: float, zoom: float, most: int) -> Image.Image | None:
    """A square part of a picture of ours, at most `most` pixels wide; None when it would show too little.

    `zoom` 1 is the largest square there is, 2 half as wide. `x` and `y` say where it lies in the room
    that is left: 0 left or top, 0.5 the middle, 1 right or bottom.
    """
    with Image.open(io.BytesIO(master), formats=["JPEG"]) as image:
        side = round(min(image.size) / zoom)
        if side < SMALLEST_SQUARE:
            return None
        left, top = round((image.width - side) * x), round((image.height - side) * y)
        part = image.convert("RGB").crop((left, top, left + side, top + side))
    return part if side <= most else part.resize((most, most), Image.Resampling.LANCZOS)


def encode(image: Image.Image) -> bytes:
    """A fresh JPEG of these pixels and nothing else; fails rather than let information through."""
    image.info = {}
    into = io.BytesIO()
    image.save(into, "JPEG", quality=QUALITY)
    data = into.getvalue()
    if not is_bare(data):
        raise ValueError("an encoded photo holds more than its pixels")
    return data


@contextmanager
def turn() -> Iterator[None]:
    """Take a turn at decoding, or wait for it shortly; `PhotosUnavailable` when it does not come."""
    if not AT_ONCE.acquire(blocking=False) and not _wait_for_turn():
        raise PhotosUnavailable
    try:
        yield
    finally:
        AT_ONCE.release()


def _wait_for_turn() -> bool:
    if not WAITING.acquire(blocking=False):
        return False
    try:
        return AT_ONCE.acquire(timeout=PATIENCE)
    finally:
        WAITING.release()


@contextmanager
def refusing() -> Iterator[None]:
    """Whatever a decoder throws at a hostile file is one refusal.

    The plugins raise OSError, ValueError, SyntaxError, struct.error, KeyError, MemoryError and more,
    so this catches all; only the kind of error is logged, for its text may quote the file.
    """
    try:
        yield
    except Invalid:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise refused("too-many-pixels") from None
    except UnidentifiedImageError:
        raise refused("unreadable") from None
    except Exception as error:
        logger.info("a photo could not be read: %s", type(error).__name__)
        raise refused("unreadable") from None


def _check_size(image: Image.Image, most: int) -> None:
    width, height = image.size
    if width * height > most:
        raise refused("too-many-pixels")
    if min(width, height) < MIN_SIDE:
        raise refused("too-small")


def _fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size that fits in a square of `longest`, never larger than it is."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _exif(image: Image.Image) -> tuple[int, Location | None]:
    """Orientation (1 when unknown) and place; broken EXIF never stops a photo."""
    orientation: Any = 1
    location = None
    try:
        exif = image.getexif()
        orientation = exif.get(Base.Orientation, 1)
        location = location_of(exif.get_ifd(IFD.GPSInfo))
    except Exception as error:
        logger.info("EXIF of a photo could not be read: %s", type(error).__name__)
    return (orientation if isinstance(orientation, int) else 1), location


def _clean(image: Image.Image) -> Image.Image:
    """A new RGB picture in sRGB that fits the master, transparent parts white."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode in {"I", "I;16", "I;16B", "I;16L"}:
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    elif image.mode not in {"RGB", "L", "CMYK"}:
        image = image.convert("RGB")
    if (times := max(image.size) // ENOUGH) > 1:
        image = image.reduce(times)
    target = _fitted(image.size, SIZES[MASTER])
    if image.size != target:
        image = image.resize(target, Image.Resampling.HAMMING)
    if image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    image = _srgb(image, profile)
    image.info = {}
    return image


def _srgb(image: Image.Image, profile: object) -> Image.Image:
    """The same colours in sRGB, for the profile is not kept; a profile that makes no sense is ignored."""
    if isinstance(profile, bytes) and 0 < len(profile) <= MAX_PROFILE:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if image.mode != "RGB" or "sRGB" not in ImageCms.getProfileDescription(source):
                converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
                if converted is not None:
                    return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            logger.info("a photo's colour profile could not be used")
    return image.convert("RGB")
