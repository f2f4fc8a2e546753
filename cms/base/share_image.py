"""The picture that stands with a page when somebody passes it on: 1200 × 630, drawn by us and kept as a file.

Title, neighbourhood and municipality, with the photo of the page or the outline of its area. The same page gives the
same picture. Its address holds a version, so that whoever keeps copies fetches a new one after a change.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import shapely
from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from core.areas.queries import tree

WIDTH, HEIGHT = SIZE = 1200, 630
HALF, EDGE = 600, 64
LOOK = 1
"""Raise it when the drawing changes: then every picture is made again."""
PAPER, ACCENT, SOFT, SUN, INK, INK_SOFT, WHITE = (
    "#faf8f3", "#0b6350", "#e0f0e9", "#f0a92e", "#17251f", "#54605a", "#ffffff",
)  # fmt: skip
"""As in `frontend/styles/tokens.css`."""
FONTS = Path(__file__).parent / "fonts"
BOLD, MEDIUM = 720, 560
TITLE_SIZES, MOST_LINES = (64, 56, 48, 42), 5
PHOTOS = ("photo", "photo_after", "photo_before")
"""Fields of a page in which its photo may stand; the first that has one counts."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn. `photo` is a file; without one the outline of the area is drawn, where there is one."""

    title: str
    place: str
    municipality: str
    photo: Path | None
    area_id: int | None


def share_image_url(page: Any) -> str:
    """The address of a page's picture; no query for a page in hand."""
    return reverse("share_image", args=[page.pk, version_of(page)])


def version_of(page: Any) -> str:
    """Another one after each publication, and as soon as its photo is gone."""
    photos = [getattr(page, f"{name}_id", None) for name in PHOTOS]
    said = (LOOK, page.pk, page.title, page.live_revision_id, getattr(page, "area_id", None), photos)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def file_of(page: Any, gemeente_id: int) -> Path:
    """The picture of a page, drawn when it is not there yet; those of before are thrown away."""
    path = _folder() / f"{page.pk}-{version_of(page)}.png"
    if not path.exists():
        made = draw(_picture_of(page, gemeente_id))
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            made.save(file, "PNG", optimize=True)
        forget(page.pk)
        Path(file.name).replace(path)
    return path


def forget(page_id: int) -> None:
    """Throw away what was drawn of this page."""
    for old in _folder().glob(f"{page_id}-*.png"):
        old.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "share"


def _picture_of(page: Any, gemeente_id: int) -> Picture:
    known = tree()
    area = known.by_id.get(getattr(page, "area_id", None) or 0)
    town = known.by_id[gemeente_id]
    photo = next((found for name in PHOTOS if (found := getattr(page, name, None)) is not None), None)
    return Picture(
        title=page.title,
        place=area.name if area and area.name != page.title else "",
        municipality=town.name,
        photo=_file_of_photo(photo) if photo is not None else None,
        area_id=area.id if area else town.id,
    )


def _file_of_photo(photo: Any) -> Path | None:
    """The half we need of it, cut around its focal point; None when its file is gone."""
    try:
        return Path(photo.get_rendition(f"fill-{HALF}x{HEIGHT}|format-jpeg").file.path)
    except (OSError, ValueError):
        return None


def draw(picture: Picture) -> Image.Image:
    """Text in the left half, photo or outline in the right one."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    if picture.photo is not None:
        with Image.open(picture.photo) as photo:
            image.paste(photo.convert("RGB").resize((WIDTH - HALF, HEIGHT)), (HALF, 0))
    else:
        pen.rectangle((HALF, 0, WIDTH, HEIGHT), fill=SOFT)
        _draw_outline(pen, picture.area_id)
    pen.rectangle((0, 0, HALF, 12), fill=ACCENT)
    top = EDGE
    if picture.place:
        _write(pen, (EDGE, top), picture.place, 30, MEDIUM, ACCENT)
        top += 56
    size, lines = _fitting(picture.title, HALF - 2 * EDGE, HEIGHT - top - 130)
    for number, line in enumerate(lines):
        _write(pen, (EDGE, top + round(number * size * 1.18)), line, size, BOLD, INK)
    _draw_mark(pen, EDGE, HEIGHT - EDGE - 52)
    _write(pen, (EDGE + 68, HEIGHT - EDGE - 44), picture.municipality, 28, MEDIUM, INK_SOFT)
    return image


def _draw_outline(pen: ImageDraw.ImageDraw, area_id: int | None) -> None:
    known = tree()
    area = known.by_id.get(area_id or 0)
    if area is None:
        return
    west, south, east, north = area.bbox
    shrink = cos(radians((south + north) / 2))
    room = (WIDTH - HALF - 2 * EDGE, HEIGHT - 2 * EDGE)
    scale = min(room[0] / ((east - west) * shrink), room[1] / (north - south))
    left = HALF + (WIDTH - HALF - (east - west) * shrink * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2

    def ring(points: Any) -> list[tuple[float, float]]:
        return [(left + (lon - west) * shrink * scale, top + (north - lat) * scale) for lon, lat in points]

    for part in shapely.get_parts(known.outline(area.id)):
        pen.polygon(ring(shapely.get_coordinates(part.exterior).tolist()), fill=ACCENT)
        for hole in part.interiors:
            pen.polygon(ring(shapely.get_coordinates(hole).tolist()), fill=SOFT)
    for below in known.children(area.id):
        for part in shapely.get_parts(known.outline(below.id)):
            pen.line(ring(shapely.get_coordinates(part.exterior).tolist()), fill=SOFT, width=3)


def _draw_mark(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """Our mark (`frontend/public/mark.svg`), 52 pixels wide."""
    one = 52 / 40

    def at(*points: float) -> list[float]:
        return [(left if index % 2 == 0 else top) + value * one for index, value in enumerate(points)]

    pen.rounded_rectangle(at(0, 0, 40, 40), radius=14, fill=ACCENT)
    pen.ellipse(at(24.5, 7.5, 32.5, 15.5), fill=SUN)
    pen.polygon(at(6.5, 32.5, 6.5, 20.5, 14, 15, 21.5, 20.5, 21.5, 32.5), fill=WHITE)
    pen.rectangle(at(11.2, 25, 16.8, 32.5), fill=ACCENT)
    pen.polygon(at(24, 32.5, 24, 21.6, 29, 18, 33.8, 21.6, 33.8, 32.5), fill="#c4dad4")


def _fitting(text: str, width: int, height: int) -> tuple[int, list[str]]:
    """The largest size at which it fits, and its lines; what never fits is cut off."""
    for size in TITLE_SIZES:
        lines = _lines(text, size, width)
        if len(lines) <= MOST_LINES and len(lines) * size * 1.18 <= height:
            return size, lines
    size = TITLE_SIZES[-1]
    kept = _lines(text, size, width)[:MOST_LINES]
    return size, [*kept[:-1], f"{kept[-1][:-1]}…"]


def _lines(text: str, size: int, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        wider = f"{lines[-1]} {word}".strip()
        if _length(wider, size, BOLD) <= width:
            lines[-1] = wider
            continue
        pieces = _broken(word, size, width)
        lines = [*lines, *pieces] if lines[-1] else pieces
    return lines


def _broken(word: str, size: int, width: int) -> list[str]:
    """A word that is wider than the column, in pieces."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and _length(pieces[-1] + letter, size, BOLD) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, weight: int, colour: str) -> None:
    left: float = at[0]
    for run, extended in _runs(text):
        font = _font(extended, size, weight)
        pen.text((left, at[1]), run, font=font, fill=colour)
        left += font.getlength(run)


def _length(text: str, size: int, weight: int) -> float:
    return sum(_font(extended, size, weight).getlength(run) for run, extended in _runs(text))


def _runs(text: str) -> list[tuple[str, bool]]:
    """Parts of a text that one file of the font holds: Latin, and Latin of more languages (ğ, ł)."""
    runs: list[tuple[str, bool]] = []
    for letter in text:
        extended = "\u0100" <= letter <= "\u024f" or "\u1e00" <= letter <= "\u1eff"
        if runs and runs[-1][1] == extended:
            runs[-1] = (runs[-1][0] + letter, extended)
        else:
            runs.append((letter, extended))
    return runs


@lru_cache(maxsize=32)
def _font(extended: bool, size: int, weight: int) -> ImageFont.FreeTypeFont:
    path = FONTS / ("figtree-latin-ext.woff2" if extended else "figtree-latin.woff2")
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
