"""Days as forms and the API write them."""

from __future__ import annotations

from datetime import date

from django.utils.dateparse import parse_date


def day_of(typed: str) -> date | None:
    """ "2027-04-30"; None for what is no day, or out of our time."""
    try:
        day = parse_date(typed.strip())
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year <= 2100 else None
