"""A link as a square for the camera of a phone."""

from __future__ import annotations

import io

import qrcode
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathFillImage


def qr_code(link: str) -> SafeString:
    """As an SVG."""
    drawn = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathFillImage, border=3, box_size=9).save(drawn)
    return mark_safe(drawn.getvalue().decode().partition("?>")[2])  # noqa: S308  (only squares)
