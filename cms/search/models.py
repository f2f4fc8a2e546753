"""The texts of published pages as they are searched."""

from __future__ import annotations

import re

from django.db import models

from core.areas.queries import folded

_WORDS = re.compile(r"[^\W_]+")


class Kind(models.TextChoices):
    """What a result is; also as it stands in the address. People, reports, initiatives and polls have no rows here."""

    WIJK = "wijken"
    PERSON = "mensen"
    REPORT = "meldingen"
    NEWS = "nieuws"
    WIN = "gelukt"
    EVENT = "agenda"
    INITIATIVE = "initiatieven"
    POLL = "peilingen"
    APPROACH = "aanpakken"
    INFORMATION = "informatie"


def searchable(text: str) -> str:
    """The words of a text without case, accents and signs, a space before and after each."""
    return f" {' '.join(_WORDS.findall(folded(text)))} "


class SearchText(models.Model):
    """One published page. `head` (title and lead) and `text` (all of it) are `searchable`.

    Kept by `indexing`, in the transaction that publishes or withdraws the page. PostgreSQL has an index of trigrams
    over `text` and `head`; on SQLite the few thousand rows of a municipality are read through.
    """

    page = models.OneToOneField("wagtailcore.Page", models.CASCADE, related_name="+", primary_key=True)
    gemeente = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")
    area = models.ForeignKey("areas.Area", models.SET_NULL, related_name="+", null=True)
    kind = models.CharField(max_length=12, choices=Kind)
    lead = models.CharField(max_length=300, blank=True)
    head = models.CharField(max_length=600)
    text = models.TextField()
    date = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["gemeente", "kind"], name="search_text_kind")]
