"""What a public page about a case must not hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

RUN = 6
"""So many words in a row of what a resident wrote is a quotation."""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"(?<!\d)(?:\+31|0031|0)[\s-]?(?:\d[\s-]?){8,9}(?!\d)")
_STREET = (
    r"(?:straat|weg|laan|plein|hof|kade|singel|dijk|pad|steeg|gracht|plantsoen|markt|park|dreef|baan|erf|ring|wal|"
    r"burg|veld|horst|oord|lei)"
)
_HOUSE_NUMBER = re.compile(rf"\b\w*{_STREET}\s+\d{{1,4}}\s?[a-z]?\b", re.IGNORECASE)


def leaks_in(text: str, *, told: str = "", private: Sequence[str] = ()) -> list[str]:
    """Codes of what is wrong: `email`, `phone`, `house-number`, `person`, `quotation`; in that order, each once.

    `told` is what the resident wrote, `private` the words by which they are known.
    """
    found = []
    if _EMAIL.search(text):
        found.append("email")
    if _PHONE.search(text):
        found.append("phone")
    if _HOUSE_NUMBER.search(text):
        found.append("house-number")
    plain = text.casefold()
    if any(re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", plain) for word in private if len(word) > 2):
        found.append("person")
    if _runs(text) & _runs(told):
        found.append("quotation")
    return found


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
