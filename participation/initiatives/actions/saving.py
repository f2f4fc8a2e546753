"""What every change of an initiative does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from participation.initiatives.models import Initiative


def save(initiative: Initiative, fields: Mapping[str, Any] | None = None, *, now: datetime) -> None:
    """Set these fields on the locked row, raise its version and note when. Without any: something of it changed."""
    changed = dict(fields or {}) | {"version": initiative.version + 1, "changed_at": now}
    for name, value in changed.items():
        setattr(initiative, name, value)
    initiative.save(update_fields=list(changed))
