"""Codes in letters: twelve letters and digits that cannot be mistaken for each other, the last one a check. Pure.

Eleven are random (55 bits). The check is a weighted sum in the field of 32 elements (polynomial x⁵ + x² + 1), which
finds every wrong sign and every two that changed places; so a slip of the pen is told from a guess.
"""

from __future__ import annotations

import secrets

from participation.residents.addresses import latin_digits

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""
SIGNS = 12


def new_code() -> str:
    """As it is stored and hashed: twelve signs without dashes."""
    body = "".join(secrets.choice(LETTERS) for _ in range(SIGNS - 1))
    return body + _check_of(body)


def printed(code: str) -> str:
    """As it stands in the letter: `7K3Q-9AXM-2B4T`."""
    return "-".join(code[at : at + 4] for at in range(0, SIGNS, 4))


def tidy(typed: str) -> str:
    """What somebody typed, as we write it; small letters, spaces, dashes and I, L, O are forgiven."""
    signs = latin_digits(typed[:80]).upper().translate(str.maketrans("ILOU", "110V"))
    return "".join(sign for sign in signs if sign in LETTERS)[: SIGNS + 1]


def is_whole(tidied: str) -> bool:
    """Whether its check is right: it is a code, or somebody made it up on purpose."""
    return len(tidied) == SIGNS and _check_of(tidied[:-1]) == tidied[-1]


def _check_of(body: str) -> str:
    total = 0
    for sign in body:
        total = _double(total ^ LETTERS.index(sign))
    return LETTERS[total]


def _double(value: int) -> int:
    """Times x in the field of 32 elements."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
