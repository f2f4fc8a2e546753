"""Finding a mark fine on a page, and taking that back. Whoever calls knows that this person may edit the page."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from cms.tone.models import FineHere
from cms.tone.reading import KEY, KINDS
from core.errors import FieldError, Invalid

MOST = 200
"""Marks that are fine on one page."""


def find_fine(*, page_id: int, kind: str, words: str, by: int, now: datetime) -> None:
    """This mark is not made again on this page; a second time changes nothing."""
    words = words[:KEY]
    if kind not in KINDS or FineHere.objects.filter(page_id=page_id).count() >= MOST:
        raise Invalid(FieldError("kind", "invalid", _("This cannot be kept.")))
    row = FineHere(page_id=page_id, kind=kind, words=words, by_id=by, at=now)
    FineHere.objects.bulk_create([row], ignore_conflicts=True)


def mark_again(*, page_id: int, kind: str, words: str) -> None:
    """Take it back; nothing happens where nobody found it fine."""
    FineHere.objects.filter(page_id=page_id, kind=kind, words=words[:KEY]).delete()
