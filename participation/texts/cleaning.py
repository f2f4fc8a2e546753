"""What somebody typed, as it is stored and shown: the same everywhere."""

from __future__ import annotations

import re
from unicodedata import category

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of all that follows, also of words of ours. Arabic needs none of them: `dir="auto"`."""
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and a pattern of dots that show nothing."""


def cleaned(text: str) -> str:
    """Without what cannot be stored or what turns the words after it; empty when there is nothing to see in it."""
    text = TURNING.sub("", text.replace("\0", "")).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text if is_visible(text) else ""


def is_visible(text: str) -> bool:
    """Whether it has a letter, a digit or another sign to see; zero-width characters and fillers are none."""
    return any(category(sign)[0] in "LNPS" and sign not in FILLERS for sign in text)
