"""The words of a municipality, and what was found fine on a page."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from wagtail.models import Page

from cms.base.publishing import gemeente_of
from cms.tone.lexicon import Entry, Lexicon, lexicon
from cms.tone.models import WORDS, FineHere, ToneWord
from cms.tone.reading import Reading, read
from cms.tone.texts import PageText
from core.snapshots.snapshot import Snapshot


def lexicon_of(gemeente_id: int | None) -> Lexicon:
    """Our words with this municipality's over them; from memory."""
    known = _lexicons.get()
    return known.get(gemeente_id, known[None])


def fine_on(page: Page) -> list[FineHere]:
    return list(FineHere.objects.filter(page_id=page.pk)) if page.pk else []


def reading_of(page: Page, texts: list[PageText], *, below: Page | None = None) -> tuple[Reading, list[FineHere]]:
    """How these texts of a page sound: with the words of its municipality, without what is fine on it. Two queries.

    A page that is not saved yet stands `below` another.
    """
    fine = fine_on(page)
    keys = {(one.kind, one.words) for one in fine}
    return read([one.text for one in texts], lexicon_of(gemeente_of(below or page)), keys), fine


def _load() -> dict[int | None, Lexicon]:
    own: dict[Any, list[tuple[Entry, bool]]] = defaultdict(list)
    for one in ToneWord.objects.all():
        instead = tuple(map(str, one.alternatives)) if isinstance(one.alternatives, list) else ()
        own[one.gemeente_id].append((Entry(one.kind, one.phrase, one.reason, instead), one.is_active))
    return {None: lexicon(), **{gemeente_id: lexicon(rows) for gemeente_id, rows in own.items()}}


_lexicons: Snapshot[dict[int | None, Lexicon]] = Snapshot(WORDS, _load)
