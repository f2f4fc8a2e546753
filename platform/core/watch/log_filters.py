"""What must not stand in a log: secrets in addresses, and alarms that strangers can ring."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

HIDDEN = "•••"
# Databases name the value that did not fit, mail servers the address they refused.
_MAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.-])(?:\+31|0031|0)[ -]?[1-9](?:[ -]?\d){8}(?![\w.-])")


class MaskFilter(logging.Filter):
    """Hides the piece of an address after each of `after` ("/volgen/"), and whatever is an e-mail address or a Dutch
    phone number: in the message, its arguments and tracebacks.

    Belongs on handlers: a filter on a logger is not asked about what its children log.
    """

    def __init__(self, after: Sequence[str]) -> None:
        super().__init__()
        starts = "|".join(re.escape(start.rstrip("/")) for start in after)
        # Also in other case, doubled or encoded: a mistyped address may still hold a token that works.
        self._secret = re.compile(rf"((?:{starts})(?:/|%2f)+)[^/\s'\"<>?#&%]+", re.IGNORECASE)

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # a wrong format is for the handler to complain about, but not with the secret in it
            message = f"{record.msg} {record.args}"
        if (masked := self._mask(message)) != message:
            record.msg, record.args = masked, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._mask(record.exc_text)
        if record.stack_info:
            record.stack_info = self._mask(record.stack_info)
        return True

    def _mask(self, text: str) -> str:
        text = self._secret.sub(rf"\1{HIDDEN}", text)
        return _PHONE.sub(HIDDEN, _MAIL.sub(HIDDEN, text))


class AsWarning(logging.Filter):
    """For a logger that cries error, with a traceback, at what anyone can send: one line, as a warning."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = record.exc_text = None
        return True
