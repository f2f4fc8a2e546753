"""Personal data in free text: citizen numbers, phone numbers, e-mail addresses, bank accounts, number plates.

Pure. It points out before sending and masks when asked; it never stops anyone. `frontend/src/melden/guard.ts` is
the same in TypeScript, for phones without a network; `frontend/tests/melden/guard.json` holds both to the same.
What has a check (11-test, mod 97, the series of plates) must pass it, so that a date, an order number or a house
number is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

DOTS = "••••"
NAMES = {
    "email": _("e-mail address"),
    "iban": _("bank account"),
    "phone": _("phone number"),
    "bsn": _("BSN"),
    "plate": _("number plate"),
}
"""What each kind is called, in the order in which they are looked for: the surest first."""

IBAN_LENGTH = {
    "NL": 18, "BE": 16, "DE": 22, "FR": 27, "LU": 20, "GB": 22, "IE": 22, "ES": 24, "PT": 25, "IT": 27, "AT": 20,
    "CH": 21, "PL": 28, "CZ": 24, "SK": 24, "HU": 28, "RO": 24, "BG": 22, "GR": 27, "TR": 26, "UA": 29, "HR": 21,
    "SI": 19, "LT": 20, "LV": 21, "EE": 20, "DK": 18, "SE": 24, "NO": 15, "FI": 18, "MT": 31, "CY": 28, "MA": 28,
}  # fmt: skip
"""Characters of an account number by country (the IBAN registry of SWIFT)."""
NOBODYS = re.compile(r"0(?:800|90[069]|88)")
"""Numbers of organisations: free, paid and company-wide ones."""
SERIES = [
    ("99XXXX", 2, 4), ("XX99XX", 2, 4), ("XXXX99", 2, 4), ("99XXX9", 2, 5), ("9XXX99", 1, 4), ("XX999X", 2, 5),
    ("X999XX", 1, 4), ("XXX99X", 3, 5), ("X99XXX", 1, 3), ("9XX999", 1, 3), ("999XX9", 3, 5),
]  # fmt: skip
"""Dutch plates since 1978 (RDW, series 4 to 14), and after which characters they may be parted."""
OLD_SERIES = {"XX9999", "9999XX", "99XX99"}
"""Those before (1 to 3). Without dashes they look like postcodes and ranges of house numbers."""
ABOUT_A_PLATE = re.compile(r"(?:kenteken|nummerbord|nummerplaat|number plate|plate|plaka)[^.!?]{0,30}\Z", re.IGNORECASE)
ABOUT_A_BSN = re.compile(r"(?:bsn|burgerservice|sofi)[^.!?0-9]{0,25}\Z", re.IGNORECASE)
SEEN_BEFORE = 60
"""Characters before a number in which one of these words may stand."""
DATE = re.compile(r"[0-9]{1,2}[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:19|20)[0-9]{2}")

_digits = {ord(script) + value: str(value) for script in "٠۰" for value in range(10)}
"""The digits of Arabic and Persian keyboards."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`text[start:end]` looks like personal data of this kind."""

    kind: str
    start: int
    end: int


def find(text: str) -> tuple[Finding, ...]:
    """What looks like personal data, in the order of the text; no two overlap."""
    plain = text.translate(_digits)
    found: list[Finding] = []
    for kind, (pattern, end_of) in _KINDS.items():
        at = 0
        while (match := pattern.search(plain, at)) is not None:
            start, end = match.start(), end_of(plain, match)
            free = end > 0 and not any(one.start < end and start < one.end for one in found)
            if free and not _word(plain, start - 1) and not _word(plain, end):
                found.append(Finding(kind, start, end))
                at = end
            else:
                at = start + 1
    return tuple(sorted(found, key=lambda one: one.start))


def mask(text: str, findings: Sequence[Finding], names: Mapping[str, object] = NAMES) -> str:
    """The text with each finding replaced by its name and dots: "BSN ••••"."""
    parts, at = [], 0
    for one in findings:
        parts += [text[at : one.start], f"{names[one.kind]} {DOTS}"]
        at = one.end
    return "".join([*parts, text[at:]])


def _before(plain: str, at: int) -> str:
    """What stands just before, in which a word may say what follows: a whole text takes too long for each match."""
    return plain[max(0, at - SEEN_BEFORE) : at]


def _word(plain: str, at: int) -> bool:
    return 0 <= at < len(plain) and plain[at].isalnum()


def _email(_plain: str, match: re.Match[str]) -> int:
    last = match[0].rpartition(".")[2]
    return match.end() if len(last) >= 2 and last.isalpha() else -1


def _iban(plain: str, match: re.Match[str]) -> int:
    """Mod 97 (ISO 7064): the account, then the letters of the country, then the check digits."""
    length = IBAN_LENGTH.get(match[0][:2].upper(), 0)
    account, end = _walk(plain, match.start(), length, re.compile(r"[A-Za-z0-9]"), " .-", 1)
    if not length or len(account) != length:
        return -1
    turned = account[4:] + account[:4]
    return end if int("".join(str(int(one, 36)) for one in turned)) % 97 == 1 else -1


def _phone(plain: str, match: re.Match[str]) -> int:
    start, lead = match.start(), match[0]
    if start and plain[start - 1] in "+-." and _word(plain, start - 2):
        return -1  # the middle of a longer number
    if lead in ("+", "00"):
        return _foreign(plain, start, start + len(lead))
    number, end = _walk(plain, start + len(lead) - 1, 10, _DIGIT, _PARTS, 3)
    groups = re.findall("[0-9]+", plain[start:end])
    if len(number) != 10 or number[1] == "0" or NOBODYS.match(number) or min(map(len, groups)) < 2:
        return -1
    return -1 if DATE.match(plain, start) else end


def _foreign(plain: str, start: int, at: int) -> int:
    """+31 takes nine digits more, (0) not counted; of others E.164 says 8 to 15 and a space may end them from 11."""
    number, end = _walk(plain, at, 2, _DIGIT, _PARTS, 3)
    if number == "31":
        number, end = _walk(plain, at, 3, _DIGIT, _PARTS, 3)
        need = 12 if number == "310" else 11
        number, end = _walk(plain, at, need, _DIGIT, _PARTS, 3)
        return end if len(number) == need else -1
    number, end = _walk(plain, at, 15, _DIGIT, _PARTS, 3, part_from=11)
    least = 8 if plain[start] == "+" else 10
    return end if len(number) >= least and number[0] != "0" else -1


def _bsn(plain: str, match: re.Match[str]) -> int:
    """The 11-test of the Dutch tax office: weights 9 to 2 and -1."""
    start, end = match.span()
    number = re.sub("[^0-9]", "", match[0])
    around = plain[max(0, start - 2) : start], plain[end : end + 2]
    if re.search(r"[0-9][ .,-]?\Z|[+€]", around[0]) or re.match(r"[.,-][0-9]", around[1]):
        return -1
    if len(number) == 8:
        if not ABOUT_A_BSN.search(_before(plain, start)):
            return -1
        number = f"0{number}"
    weighed = sum(int(one) * weight for one, weight in zip(number, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return end if weighed % 11 == 0 and int(number) > 9_999_999 else -1


def _plate(plain: str, match: re.Match[str]) -> int:
    raw = match[0]
    parts = re.split("[- ]", raw)
    joined = "".join(parts)
    shape = re.sub("[0-9]", "9", re.sub("[A-Za-z]", "X", joined))
    around = plain[max(0, match.start() - 2) : match.start()], plain[match.end() : match.end() + 2]
    if re.match(r"[0-9A-Za-z][-/]", around[0]) or re.match(r"[-/][0-9A-Za-z]", around[1]):
        return -1
    capitals = raw == raw.upper()
    if shape in OLD_SERIES:
        return match.end() if capitals and raw.count("-") == 2 and [len(one) for one in parts] == [2, 2, 2] else -1
    series = next((one for one in SERIES if one[0] == shape), None)
    if series is None or re.search("[AEIOUQaeiouq]", joined):
        return -1
    if len(parts) > 1:
        fits = len(parts) == 3 and (len(parts[0]), len(parts[0]) + len(parts[1])) == series[1:]
        return match.end() if fits and (capitals or "-" in raw) else -1
    return (
        match.end() if ABOUT_A_PLATE.search(_before(plain, match.start())) or (capitals and shape != "X99XXX") else -1
    )


def _walk(
    plain: str, at: int, most: int, kind: re.Pattern[str], between: str, gap: int, part_from: int = 0
) -> tuple[str, int]:
    """Up to `most` characters of this kind from `at` on with at most `gap` characters between; and where they end.

    `part_from`: with that many of them read, something in between ends it.
    """
    read, end, skipped = "", at, 0
    while at < len(plain) and len(read) < most:
        if kind.match(plain[at]):
            if skipped and part_from and len(read) >= part_from:
                break
            read, skipped, end = read + plain[at], 0, at + 1
        elif plain[at] in between and read and skipped < gap:
            skipped += 1
        else:
            break
        at += 1
    return read, end


_DIGIT, _PARTS = re.compile("[0-9]"), " .-/()\u00a0"
_KINDS: dict[str, tuple[re.Pattern[str], Callable[[str, re.Match[str]], int]]] = {
    "email": (re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"), _email),
    "iban": (re.compile(r"[A-Za-z]{2}[0-9]{2}"), _iban),
    "phone": (re.compile(r"\+|00|\(?0"), _phone),
    "bsn": (
        re.compile(r"[0-9]{9}|[0-9]{3}([ .-])[0-9]{3}\1[0-9]{3}|[0-9]{4}([ .-])[0-9]{2}\2[0-9]{3}|[0-9]{8}"),
        _bsn,
    ),
    "plate": (re.compile(r"[0-9A-Za-z]{1,3}[- ]?[0-9A-Za-z]{2,3}[- ]?[0-9A-Za-z]{1,3}"), _plate),
}
