"""Reads settings from the environment and stops on a value that is wrong.

Every reader names the variable and says what it expects, so that a typing error in
production ends the start and not, silently, the safety.
"""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def _wrong(name: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is wrong: expected {expected}.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise _wrong(name, "1 or 0")


def number(name: str, default: int, *, least: int = 0) -> int:
    raw = os.environ.get(name, "").strip()
    try:
        value = int(raw) if raw else default
    except ValueError:
        raise _wrong(name, "a whole number") from None
    if value < least:
        raise _wrong(name, f"a whole number of at least {least}")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def url(name: str, schemes: set[str], default: str = "") -> str:
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise _wrong(name, "an address that starts with " + ", ".join(f"{scheme}://" for scheme in sorted(schemes)))
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """`10.1.0.0/16,::1` as networks; an address alone is a network of one."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError:
        raise _wrong(name, "addresses or networks such as 10.1.0.0/16") from None


def hours(name: str, default: str) -> tuple[int, int] | None:
    """`21-8` as (21, 8): from nine in the evening to eight in the morning; None when it is empty."""
    value = text(name, default)
    if not value:
        return None
    begin, _dash, end = value.partition("-")
    if not (begin.isdecimal() and end.isdecimal() and int(begin) < 24 and int(end) < 24 and int(begin) != int(end)):
        raise _wrong(name, "two whole hours such as 21-8, or nothing")
    return int(begin), int(end)


def pairs(name: str) -> list[tuple[str, str]]:
    """`amr:mfa,acr:urn:example:high` as [("amr", "mfa"), ("acr", "urn:example:high")]."""
    found = [word.partition(":") for word in words(name)]
    if not all(before and after for before, _colon, after in found):
        raise _wrong(name, "claims and values such as amr:mfa,acr:high")
    return [(before, after) for before, _colon, after in found]


def database(name: str, default: str) -> dict[str, Any]:
    """DATABASE_URL as Django's dictionary: `sqlite:///file` or `postgres://user:password@host/name`."""
    value = url(name, {"sqlite", "postgres", "postgresql"}, default)
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except Exception as error:
        raise _wrong(name, "a database address") from error
    if not config.get("NAME"):
        raise _wrong(name, "a database address with a name")
    return config


def email(name: str, default: str) -> dict[str, Any]:
    """EMAIL_URL as Django's EMAIL_* settings: `smtp+tls://user:password@host:587`, `consolemail://`, `filemail:///folder`."""
    try:
        config = dict(environ.Env.email_url_config(text(name, default)))
        if config.get("EMAIL_FILE_PATH"):
            config["EMAIL_FILE_PATH"] = f"/{config['EMAIL_FILE_PATH']}"  # the reader drops the leading slash
        return config
    except Exception as error:
        raise _wrong(name, "an address such as smtp+tls://user:password@host:587 or consolemail://") from error
