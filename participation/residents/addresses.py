"""The e-mail address or mobile number that somebody typed."""

from __future__ import annotations

import re
from unicodedata import decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from core.errors import FieldError, Invalid
from core.notify import sms

LONGEST = 254


def latin_digits(typed: str) -> str:
    """Digits as we write them, also of Arabic, Persian and full-width keyboards."""
    if typed.isascii():
        return typed
    return "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in typed)


def tidy_phone(typed: str) -> str | None:
    """A phone number as +31612345678 (E.164), Dutch unless it says otherwise; None when it is not one.

    A number that is dialled within its own country only, such as 0900 8844, stays as it is.
    """
    compact = re.sub(r"[\s().\-/]", "", latin_digits(typed))
    compact = f"+{compact[2:]}" if compact.startswith("00") else compact
    compact = f"+31{compact[4:]}" if compact.startswith("+310") else compact  # +31 (0)6 ...
    compact = f"+31{compact[1:]}" if re.fullmatch(r"0[1-9][0-9]{8}", compact) else compact
    return compact if re.fullmatch(r"\+?[0-9]{8,15}", compact) else None


def mailbox_of(address: str) -> str:
    """What all spellings of one mailbox share: small letters, nothing after a plus (RFC 5233), the host as it is found.

    A mobile number (E.164) stays as it is.
    """
    name, at, host = address.casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{punycode(host)}" if at else host


def is_email(address: str) -> bool:
    return "@" in address


def read_address(typed: str) -> str:
    """The e-mail address, or the mobile number as +31612345678, that somebody typed. Raises `Invalid`."""
    typed = typed.replace("\0", "").strip()
    number = tidy_phone(typed[:LONGEST]) or ""
    if sms.can_receive(number):
        return number
    try:
        if set(typed) & set('"\\[]'):  # one mailbox in as many spellings as one likes, or no host name
            raise ValidationError("")
        validate_email(typed[: LONGEST + 1])
    except ValidationError:
        pass
    else:
        if len(typed) <= LONGEST:
            return typed
    if sms.is_on():
        wrong = _("This is not an e-mail address or a mobile number. Examples: name@example.nl, 06 12345678")
    else:
        wrong = _("This is not an e-mail address. Example: name@example.nl")
    raise Invalid(FieldError("address", "invalid", wrong))
