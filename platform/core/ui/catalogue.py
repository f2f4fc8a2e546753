"""The scripts' translations as JSON: domain `djangojs` of `frontend/locale`, English message ids."""

from __future__ import annotations

import gettext
import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse


def catalogue_address(language: str) -> str:
    """Where a page's scripts find their texts; the address changes with the content. "" without texts."""
    body = catalogue(language)
    if body is None:
        return ""
    return f"{reverse('ui_catalogue', args=[language])}?v={hashlib.sha256(body).hexdigest()[:10]}"


def catalogue(language: str) -> bytes | None:
    """`{"messages": {id: text | [plural forms]}, "plurals": digits}`, or None without a compiled file."""
    for folder in settings.LOCALE_PATHS:
        path = Path(folder) / language / "LC_MESSAGES" / "djangojs.mo"
        if path.exists():
            return _read(path, path.stat().st_mtime_ns)
    return None


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> bytes:
    with path.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    messages: dict[str, str | list[str]] = {}
    entries: dict[str | tuple[str, int], str] = translations._catalog  # type: ignore[attr-defined]  # no public reader
    for key, text in sorted(entries.items(), key=str):
        if isinstance(key, tuple):
            forms = messages.setdefault(key[0], [])
            if isinstance(forms, list):
                forms.insert(key[1], text)
        elif key:
            messages[key] = text
    plural = translations.plural  # type: ignore[attr-defined]  # set by GNUTranslations, not in its stub
    return json.dumps(
        {"messages": messages, "plurals": "".join(str(plural(n)) for n in range(200))}, ensure_ascii=False
    ).encode()
