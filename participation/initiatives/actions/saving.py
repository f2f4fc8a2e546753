"""What every change of an initiative does, and what is asked of every word that everybody reads at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError
from participation.initiatives.models import Initiative
from participation.texts.screening import marks_of


def save(initiative: Initiative, fields: Mapping[str, Any] | None = None, *, now: datetime) -> None:
    """Set these fields on the locked row, raise its version and note when. Without any: something of it changed."""
    changed = dict(fields or {}) | {"version": initiative.version + 1, "changed_at": now}
    for name, value in changed.items():
        setattr(initiative, name, value)
    initiative.save(update_fields=list(changed))


def wrong_words(initiative: Initiative, **texts: str) -> list[FieldError]:
    """Fields with a blocked word, markup or too many links, where everybody reads them and nobody looks first."""
    if not initiative.is_public:
        return []
    return [
        FieldError(name, "blocked", _("There are words in it that we do not show to everybody."))
        for name, text in texts.items()
        if marks_of(initiative.gemeente_id, text)
    ]
