"""Residents who are signed in, and what is left of those who went."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.test import Client
from django.utils import timezone

from core.areas.tenancy import scope_for_host
from participation.cases.models.words import FTS
from participation.residents.access import COOKIE
from participation.residents.actions import sign_in
from participation.residents.models import Resident
from tests.support.world import HOST_A


def resident(email: str = "anna@example.nl", *, name: str = "", host: str = HOST_A) -> Resident:
    """Somebody with an account at the municipality of this host (the same person when asked for again)."""
    return _sign_in(email, name=name, host=host, now=timezone.now())[0]


def signed_in(client: Client, email: str = "anna@example.nl", *, name: str = "", host: str | None = None) -> Resident:
    """Sign this browser in as the resident of this address (an e-mail address, or a number as +31612345678).

    `host`: where, if the client does not say so itself (`Client(headers={"host": HOST_B})`).
    """
    asked = host or client.defaults.get("HTTP_HOST") or HOST_A
    client.defaults["HTTP_HOST"] = asked
    found, secret = _sign_in(email, name=name, host=asked, now=timezone.now())
    client.cookies[COOKIE] = secret
    return found


def _sign_in(address: str, *, name: str, host: str, now: datetime) -> tuple[Resident, str]:
    gemeente_id = scope_for_host(host).gemeente_id
    assert gemeente_id is not None
    found, secret = sign_in(address=address, gemeente_id=gemeente_id, language="nl", device="Firefox", now=now)
    if name:
        found.name = name
        found.save(update_fields=["name"])
    return found, secret


def rows_with(*words: str) -> list[str]:
    """Tables in which any of these words stands, read as text; every table of the database."""
    found = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # what is deleted from its index goes when that is merged, now and then
            cursor.execute(f"INSERT INTO {FTS}({FTS}) VALUES('optimize')")
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            text = "\n".join(str(row) for row in cursor.fetchall()).lower()
            found += [table for word in words if word.lower() in text]
    return sorted(set(found))
