"""What Vite built: which files belong to an entry, and the icons' drawings."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Entry:
    """Addresses of one entry: its module, the modules it imports, its stylesheets and its first font."""

    script: str
    imports: tuple[str, ...]
    styles: tuple[str, ...]
    fonts: tuple[str, ...]


LOOK_AGAIN = 1
"""Seconds before the disk is asked again for an icon: a page has a hundred."""


class _File:
    """A JSON file of the build, read again when its time of change moves; {} while there is none."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._held: tuple[Path, int, dict[str, Any]] | None = None
        self._looked_at = 0.0

    @property
    def changed(self) -> int:
        """When the file that was read last was made; 0 for none."""
        return self._held[1] if self._held else 0

    def read(self) -> dict[str, Any]:
        path = Path(settings.FRONTEND_DIST) / self.name
        try:
            changed = path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        held = self._held
        if held is None or held[:2] != (path, changed):
            self._held = held = (path, changed, json.loads(path.read_text("utf-8")))
        return held[2]

    def lately(self) -> dict[str, Any]:
        """As it was a moment ago, mostly without a look at the disk."""
        now, held = time.monotonic(), self._held
        if (
            held is not None
            and now - self._looked_at < LOOK_AGAIN
            and str(held[0].parent) == str(settings.FRONTEND_DIST)
        ):
            return held[2]
        self._looked_at = now
        return self.read()


_manifest = _File("manifest.json")
_icons = _File("icons.json")


def build() -> str:
    """Which build this is: something else after the next one."""
    _manifest.read()
    return str(_manifest.changed)


def is_built() -> bool:
    """Whether there is a build at all; a system check and the pages ask."""
    return bool(_manifest.read())


def entry(name: str) -> Entry | None:
    """The files of `src/<name>.ts` or, for "theme-x", of `styles/themes/x.css`; None when not built."""
    manifest = _manifest.read()
    source = next((key for key, chunk in manifest.items() if chunk.get("isEntry") and chunk.get("name") == name), None)
    if source is None:
        return None
    scripts: list[str] = []
    styles: list[str] = []
    fonts: list[str] = []
    pending, seen = [source], set()
    while pending:
        key = pending.pop(0)
        if key in seen:
            continue
        seen.add(key)
        chunk = manifest[key]
        (styles if chunk["file"].endswith(".css") else scripts).append(chunk["file"])
        styles += [file for file in chunk.get("css", ()) if file not in styles]
        fonts += [file for file in chunk.get("assets", ()) if "-latin-wght" in file and file not in fonts]
        pending += chunk.get("imports", ())
    own = [_address(file) for file in scripts]
    return Entry(
        script=own[0] if own else "",
        imports=tuple(own[1:]),
        styles=tuple(_address(file) for file in styles),
        fonts=tuple(_address(file) for file in fonts),
    )


def icon(name: str) -> str:
    """The inner SVG of an icon of `frontend/icons.json`, or "" while nothing is built."""
    return str(_icons.lately().get(name, ""))


def _address(file: str) -> str:
    return f"{settings.STATIC_URL}app/{file}"
