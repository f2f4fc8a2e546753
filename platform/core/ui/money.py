"""Euros: read as people type them, written as they read them. Pure; amounts are in cents."""

from __future__ import annotations

import re

from django.utils.formats import number_format

MOST_CENTS = 100_000_000_00
_AMOUNT = re.compile(r"(\d{1,3}(?:[.,\s]\d{3})+|\d+)(?:[.,](\d{2}|-|–|\d))?")


def euros(cents: int) -> str:
    """ "€ 1.250" or "€ 12,50" that stays on one line, with the signs of the person's language."""
    whole = cents % 100 == 0
    return f"€\u00a0{number_format(cents / 100 if not whole else cents // 100, 0 if whole else 2, force_grouping=True)}"


def read_euros(typed: str) -> int | None:
    """Cents of "12", "12,50", "€ 1.250,-" or "1,250.00"; None for what is no amount."""
    found = _AMOUNT.fullmatch(typed.replace("€", "").replace("\u00a0", " ").strip())
    if found is None:
        return None
    after = found[2] or ""
    cents = int(re.sub(r"\D", "", found[1])) * 100 + (int(after.ljust(2, "0")) if after.isdecimal() else 0)
    return cents if 0 < cents <= MOST_CENTS else None
