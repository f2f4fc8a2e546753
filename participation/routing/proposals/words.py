"""From text to words that can be compared: without capitals and accents, and by stem. Pure."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 400
"""Words of a text that are looked at; a report has room for some 500."""

_WORD = re.compile(r"[^\W_]+")
_FOLD = str.maketrans(
    {"ı": "i", "ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "ё": "е", "ة": "ه", "ى": "ي", "'": "", "’": "", "ʼ": ""}
)
_DUTCH_ENDINGS = ("etjes", "etje", "tjes", "tje", "jes", "je", "en", "s", "e")
_DOUBLE = re.compile(r"([a-z])\1")
_CYRILLIC_ENDINGS = (
    "ами", "ями", "ого", "ому", "ові", "ів", "ах", "ям", "ам", "ом", "ою", "ий",
    "ю", "а", "я", "и", "і", "у", "о", "е", "ь",
)  # fmt: skip
_ARABIC_STARTS = ("وال", "بال", "لل", "ال")
_ARABIC_ENDINGS = ("ات", "ون", "ين", "ها", "ه")


def words_of(text: str) -> list[str]:
    """Lower-case words without accents; "foto's" is one word."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FOLD))
    if not plain.isascii():
        plain = "".join(one for one in plain if not unicodedata.combining(one))
    return _WORD.findall(plain)[:MOST_WORDS]


def stem(word: str) -> str:
    """A rough stem. Dutch "palen" and "paal" → "pal", "brieven" and "brief" → "brief", "hondjes" → "hond".

    Arabic and Ukrainian words lose their article and endings; Turkish and Polish ones are met by how they begin.
    """
    if word[0] > "\u0370":
        return _other_stem(word)
    if len(word) > 4:
        for ending in _DUTCH_ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
    if len(word) > 3 and word[-1] in "vz":
        word = word[:-1] + ("f" if word[-1] == "v" else "s")
    return _DOUBLE.sub(r"\1", word)


def _other_stem(word: str) -> str:
    starts, endings = (_ARABIC_STARTS, _ARABIC_ENDINGS) if word[0] > "\u05ff" else ((), _CYRILLIC_ENDINGS)
    for start in starts:
        if word.startswith(start) and len(word) - len(start) >= 3:
            word = word[len(start) :]
            break
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
