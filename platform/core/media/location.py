"""Where a photo was taken, as its EXIF says: a proposal, for cameras are often wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from PIL.ExifTags import GPS

Location = tuple[float, float]
"""(longitude, latitude) in degrees, WGS 84."""


def location_of(gps: Mapping[int, Any]) -> Location | None:
    """The place in a GPS directory (EXIF 2.32, 4.6.6), or None when it is absent, incomplete or rubbish."""
    latitude = _degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "N", "S", 90)
    longitude = _degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "E", "W", 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None  # 0, 0 is what cameras without a fix write
    return round(longitude, 6), round(latitude, 6)


def _degrees(value: Any, reference: Any, plus: str, minus: str, most: int) -> float | None:
    """Degrees, minutes and seconds (one to three numbers) with their hemisphere, as signed degrees."""
    if isinstance(reference, bytes):
        reference = reference.decode("ascii", "replace")
    hemisphere = reference.strip("\0 ").upper() if isinstance(reference, str) else ""
    if hemisphere not in {plus, minus}:
        return None
    parts = value if isinstance(value, tuple | list) else (value,)
    if not 1 <= len(parts) <= 3:
        return None
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not all(math.isfinite(number) and number >= 0 for number in numbers):
        return None
    if any(number > 60 for number in numbers[1:]):
        return None
    degrees = sum(number / 60**power for power, number in enumerate(numbers))
    if degrees > most:
        return None
    return degrees if hemisphere == plus else -degrees
