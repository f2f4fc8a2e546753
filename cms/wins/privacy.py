"""What a public page about a case must not hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from participation.texts.guard import find

RUN = 6
"""So many words in a row of what a resident wrote is a quotation."""
KINDS = ("email", "phone", "iban", "bsn", "plate")
"""Of the personal data that is pointed out to residents, in the order in which we tell."""
_STREET = (
    r"(?:straat|weg|laan|plein|hof|kade|singel|dijk|pad|steeg|gracht|plantsoen|markt|park|dreef|baan|erf|ring|wal|"
    r"burg|veld|horst|oord|lei)"
)
_HOUSE_NUMBER = re.compile(rf"\b\w*{_STREET}\s+\d{{1,4}}\s?[a-z]?\b", re.IGNORECASE)


def leaks_in(text: str, *, told: str = "", private: Sequence[str] = ()) -> list[str]:
    """Codes of what is wrong: those of `KINDS`, `house-number`, `person`, `quotation`; in that order, each once.

    `told` is what the resident wrote, `private` the words by which they are known.
    """
    kinds = {one.kind for one in find(text)}
    found = [one for one in KINDS if one in kinds]
    if _HOUSE_NUMBER.search(text):
        found.append("house-number")
    if _names(text, private):
        found.append("person")
    if _runs(text) & _runs(told):
        found.append("quotation")
    return found


def _names(text: str, private: Sequence[str]) -> bool:
    """Whether one of these stands in the text, or a longer word of a name with its capital: "groot" is no Mrs Groot."""
    whole = [one for one in private if len(one) > 2]
    words = {word.capitalize() for one in whole if "@" not in one for word in one.split() if len(word) > 3}
    plain = text.casefold()
    return any(_stands(one.casefold(), plain) for one in whole) or any(_stands(one, text) for one in words)


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
