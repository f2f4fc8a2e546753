"""One id per request: in the `X-Request-Id` header, in every log line, and in the 500 a person may quote.

A task carries the id of the request that asked for it (`core.work.backend`); a socket that of the request it began as.
"""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar

NONE = "-"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
request_id: ContextVar[str] = ContextVar("request_id", default=NONE)


def id_for(given: str, *, trusted: bool) -> str:
    """What a proxy of ours named the request, when that is an id; else a new one. Nobody else writes in our log."""
    return given if trusted and _ACCEPTABLE.match(given) else secrets.token_hex(8)


class RequestIdFilter(logging.Filter):
    """Gives every log record `request_id` ("-" outside a request), for use in a format."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django complains about an answer after every middleware has ended, but says of which request.
        own = getattr(getattr(record, "request", None), "META", {}).get("REQUEST_ID")
        record.request_id = own or request_id.get()
        return True
