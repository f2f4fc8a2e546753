"""What is written to the log, and what never is: tokens, addresses, keys."""

from __future__ import annotations

from typing import Any


def configuration(level: str, *, json: bool) -> dict[str, Any]:
    """For `logging.config.dictConfig`; without a level that of a running installation. `json`: for machines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "core.watch.request_id.RequestIdFilter"},
            # Whoever holds a tracking token holds the report; others change what somebody follows, or open an account.
            "tokens": {
                "()": "core.watch.log_filters.MaskFilter",
                "after": [
                    "/volgen/",
                    "/aanmelding/",
                    "/volg/bevestigen/",
                    "/volg/mijn/",
                    "/volg/stop/",
                    "/account/invitation/",
                    "/initiatieven/uitnodiging/",
                    "/initiatieven/stop/",
                ],
            },
            "as_warning": {"()": "core.watch.log_filters.AsWarning"},
        },
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
            "json": {"()": "core.watch.lines.JsonLines"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if json else "line",
                "filters": ["request_id", "tokens"],
            }
        },
        "root": {"handlers": ["console"], "level": level or "INFO"},
        "loggers": {
            # Django's own handlers know no filters of ours.
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.security.DisallowedHost": {"filters": ["as_warning"]},
            "PIL": {"level": "WARNING"},
            "urllib3": {"level": "ERROR"},  # names whole addresses, and with them where somebody lives
            "fido2": {"level": "WARNING"},  # tells of every passkey by its id
            # `core.live.layer` says once what this one repeats every second.
            "channels_redis": {"level": "CRITICAL"},
            "uvicorn.error": {"level": level or "WARNING"},
        },
    }
