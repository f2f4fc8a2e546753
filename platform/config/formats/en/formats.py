"""The back office shows dates as 31-12-2026 in every language, and takes them so."""

from __future__ import annotations

from django.conf.locale.en import formats  # type: ignore[import-untyped]

DATE_INPUT_FORMATS = [*formats.DATE_INPUT_FORMATS, "%d-%m-%Y"]
DATETIME_INPUT_FORMATS = [*formats.DATETIME_INPUT_FORMATS, "%d-%m-%Y %H:%M"]
