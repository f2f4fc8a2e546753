"""References people can read out: M-7K3Q9A."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U to mistake for 1, 0 or a word."""
PREFIX = {"report": "M", "initiative": "I", "help-request": "H", "poll": "P"}


def new_reference(kind: str) -> str:
    """A random reference of 30 bits. It is a name, not a key: knowing one gives no access."""
    return f"{PREFIX[kind]}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"


def tidy_reference(typed: str) -> str:
    """What someone typed, as we write it: ` m-7k3q9a ` and `M7K3Q9A` both give `M-7K3Q9A`."""
    letters = "".join(typed.upper().split()).replace("-", "").replace("\0", "")
    return f"{letters[:1]}-{letters[1:].translate(str.maketrans('ILO', '110'))}" if letters else ""


def is_reference(tidy: str) -> bool:
    """Whether it has the form of a reference; a word of seven letters may have it too."""
    return len(tidy) == 8 and tidy[0] in PREFIX.values() and set(tidy[2:]) <= set(ALPHABET)
